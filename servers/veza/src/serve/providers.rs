//! By whom people are let in besides their passwords.

use std::sync::Arc;

use veza_core::auth::Providers;
use veza_core::auth::identities::Provider;
use veza_core::kernel::Clock;
use veza_oidc::OidcProvider;
use veza_server_kit::config::ConfigError;

use crate::settings::ProviderSetting;

/// The providers of the settings, for a page that is served at `page_url`.
pub(super) fn open(
    settings: &[ProviderSetting],
    page_url: &str,
    clock: &Arc<dyn Clock>,
) -> Result<Providers, ConfigError> {
    let open = |setting: &ProviderSetting| {
        let port = OidcProvider::new(setting.oidc.clone(), Arc::clone(clock))
            .map_err(|error| ConfigError::new(error.setting, error.reason))?;
        Ok(Provider {
            id: setting.id.clone(),
            name: setting.name.clone(),
            redirect_uri: setting.redirect_uri(page_url),
            port: Arc::new(port),
        })
    };
    let providers: Result<Vec<Provider>, ConfigError> = settings.iter().map(open).collect();
    Ok(Providers::new(providers?))
}
