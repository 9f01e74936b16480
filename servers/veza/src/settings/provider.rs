//! Providers of identities: each is a table `[[provider]]` of the settings file.

use toml::{Table, Value};
use veza_core::auth::ProviderId;
use veza_oidc::ProviderSettings;
use veza_server_kit::config::ConfigError;

use super::Secret;

/// What a table is called in the file.
pub(super) const TABLE: &str = "provider";
/// Characters of a name at most.
const MAX_NAME: usize = 50;

/// What a table may hold: the name, whether it has to be there, the meaning.
pub(super) const FIELDS: [(&str, bool, &str); 7] = [
    (
        "id",
        true,
        "What it is called in addresses: 1 to 32 letters a to z, digits and `-`. Identities are \
         linked by it, so it stays",
    ),
    ("name", true, "What people call it: `Sign in with …`"),
    (
        "issuer",
        true,
        "Who issues its tokens; its metadata is below this address. `https://`, but for this machine",
    ),
    ("client_id", true, "Who this service is to it"),
    (
        "client_secret",
        false,
        "What proves that, or `@FILE`; without it, PKCE alone protects the exchange",
    ),
    (
        "scopes",
        false,
        "What is asked for besides `openid`; `[\"email\", \"profile\"]` where it is not said",
    ),
    (
        "hosts",
        false,
        "Hosts besides the issuer's that its endpoints are on; requests go nowhere else",
    ),
];

/// A provider, checked.
#[derive(Clone, Debug)]
pub(crate) struct ProviderSetting {
    pub(crate) id: ProviderId,
    pub(crate) name: String,
    pub(crate) oidc: ProviderSettings,
}

impl ProviderSetting {
    /// Where browsers come back to from it, when the page is at `page_url`.
    pub(crate) fn redirect_uri(&self, page_url: &str) -> String {
        format!("{page_url}/sign-in/{}", self.id)
    }
}

/// Reads the tables. What is wrong is named by the number of the table, and never shown.
pub(super) fn read(value: Value) -> Result<Vec<ProviderSetting>, ConfigError> {
    let Value::Array(tables) = value else {
        return Err(fault(TABLE, "has to be written as [[provider]]"));
    };
    let mut providers: Vec<ProviderSetting> = Vec::new();
    for (number, table) in (1..).zip(tables) {
        let Value::Table(table) = table else {
            return Err(fault(TABLE, "has to be written as [[provider]]"));
        };
        let provider = Reader { number, table }.provider()?;
        if providers.iter().any(|other| other.id == provider.id) {
            let setting = format!("{TABLE} {number}: id");
            return Err(fault(setting, "is that of another provider too"));
        }
        providers.push(provider);
    }
    Ok(providers)
}

fn fault(setting: impl Into<String>, reason: impl Into<String>) -> ConfigError {
    ConfigError::new(setting.into(), reason.into())
}

/// One table.
struct Reader {
    number: usize,
    table: Table,
}

impl Reader {
    fn provider(self) -> Result<ProviderSetting, ConfigError> {
        let mut names = self.table.keys();
        if let Some(name) = names.find(|name| FIELDS.iter().all(|(known, ..)| known != name)) {
            return Err(self.fault(name, "is not a setting of a provider"));
        }
        let id = self.needed("id")?;
        let id = id
            .parse()
            .map_err(|error: veza_core::auth::identities::InvalidProviderId| {
                self.fault("id", &error.to_string())
            })?;
        let name = self.needed("name")?;
        let is_line = name.trim() == name && !name.is_empty() && !name.contains(char::is_control);
        if !is_line || name.chars().count() > MAX_NAME {
            return Err(self.fault("name", "has to be one line of 1 to 50 characters"));
        }
        let secret = self
            .text("client_secret")?
            .map(|text| text.parse::<Secret>());
        let secret = secret
            .transpose()
            .map_err(|error| self.fault("client_secret", &error.to_string()))?;
        let usual = || vec!["email".to_owned(), "profile".to_owned()];
        let oidc = ProviderSettings {
            issuer: self.needed("issuer")?,
            client_id: self.needed("client_id")?,
            client_secret: secret.map(|secret| secret.expose().to_owned()),
            scopes: self.texts("scopes")?.unwrap_or_else(usual),
            hosts: self.texts("hosts")?.unwrap_or_default(),
        };
        oidc.validate()
            .map_err(|error| self.fault(error.setting, error.reason))?;
        Ok(ProviderSetting { id, name, oidc })
    }

    fn fault(&self, name: &str, reason: &str) -> ConfigError {
        fault(format!("{TABLE} {}: {name}", self.number), reason)
    }

    fn text(&self, name: &str) -> Result<Option<String>, ConfigError> {
        match self.table.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.fault(name, "has to be a text")),
        }
    }

    fn needed(&self, name: &str) -> Result<String, ConfigError> {
        self.text(name)?
            .ok_or_else(|| self.fault(name, "is missing"))
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, ConfigError> {
        let Some(value) = self.table.get(name) else {
            return Ok(None);
        };
        let items = value.as_array().into_iter().flatten();
        let texts: Option<Vec<String>> =
            items.map(|item| item.as_str().map(str::to_owned)).collect();
        texts
            .filter(|_| value.is_array())
            .map(Some)
            .ok_or_else(|| self.fault(name, "has to be a list of texts"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "id = 'local'\nname = 'The local one'\nissuer = 'https://id.example'\n\
                        client_id = 'veza'\nclient_secret = 'hidden'\n";

    fn parse(text: &str) -> Result<Vec<ProviderSetting>, ConfigError> {
        let mut table: Table = text.parse().unwrap();
        read(table.remove(TABLE).unwrap())
    }

    #[test]
    fn a_table_is_a_provider() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "from a file\n").unwrap();
        let text = format!(
            "[[provider]]\n{GOOD}[[provider]]\nid = 'two'\nname = 'Two'\nclient_id = 'veza'\n\
             issuer = 'https://two.example'\nscopes = []\nhosts = ['keys.example']\n\
             client_secret = '@{}'",
            file.display()
        );
        let [one, two] = parse(&text).unwrap().try_into().unwrap();
        assert_eq!(one.oidc.scopes, ["email", "profile"]);
        assert_eq!(one.oidc.client_secret.as_deref(), Some("hidden"));
        assert_eq!(
            one.redirect_uri("https://music.example"),
            "https://music.example/sign-in/local"
        );
        assert!(two.oidc.scopes.is_empty() && two.oidc.hosts.len() == 1);
        assert_eq!(two.oidc.client_secret.as_deref(), Some("from a file"));
        assert!(!format!("{one:?}").contains("hidden"));
    }

    #[test]
    fn what_is_wrong_is_named_and_not_shown() {
        let with = |more: &str| format!("[[provider]]\n{GOOD}{more}");
        let without = |line: usize| {
            let kept = GOOD.lines().enumerate().filter(|(at, _)| *at != line);
            let kept: Vec<&str> = kept.map(|(_, text)| text).collect();
            format!("[[provider]]\n{}", kept.join("\n"))
        };
        let plain_http = with("").replace("https://id.example", "http://hidden.example");
        let no_file = with("").replace("'hidden'", "'@/nowhere/hidden'");
        for (text, words) in [
            ("provider = 'hidden'".into(), "provider: has to be written"),
            (without(0), "provider 1: id: is missing"),
            (without(3), "provider 1: client_id: is missing"),
            (
                with("secret = 'hidden'"),
                "provider 1: secret: is not a setting",
            ),
            (
                with("scopes = 'hidden'"),
                "provider 1: scopes: has to be a list",
            ),
            (
                with("scopes = ['hidden hidden']"),
                "provider 1: scopes: has to hold",
            ),
            (plain_http, "provider 1: issuer: has to begin"),
            (no_file, "provider 1: client_secret: the file"),
            (
                with(&with("").replace("hidden", "other")),
                "provider 2: id: is that of another",
            ),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(words), "{words}: {error}");
            assert!(!error.contains("hidden"), "{error}");
        }
    }
}
