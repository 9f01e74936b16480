//! `docs/configuration.md`, written from the settings themselves.

use super::parse::{CONFIG, settings, variable};
use super::provider;

const HEAD: &str = "\
# Configuration

Every setting of `veza serve` and `veza doctor`. A flag wins over the environment, that over the
file (`--config`, TOML), that over the default. Settings that hold a password can be given as
`@FILE`, for what is in the file. What is missing, weak, unknown or cannot be used stops the start
within a second and is named, never shown.

This page is written by `cargo xtask gen` from `servers/veza/src/settings/args.rs`.

| flag | environment | file | default | meaning |
|---|---|---|---|---|
";

const PROVIDERS: &str = "
## Providers of identities

People can sign in with providers that speak OpenID Connect. Each is a table of the file, and only
the file can hold it:

```toml
[[provider]]
id = \"example\"
name = \"Example\"
issuer = \"https://id.example\"
client_id = \"veza\"
client_secret = \"@/run/secrets/example\"
```

At the provider, the client is a web application that comes back to `{--public-url}/sign-in/{id}`:
authorization code flow, PKCE with S256. `veza doctor` asks each provider for its metadata and keys.

| key | needed | meaning |
|---|---|---|
";

/// The page.
pub(crate) fn markdown() -> String {
    let rows = settings().into_iter().map(|arg| {
        let id = arg.get_id().to_string();
        let default: Vec<_> = arg
            .get_default_values()
            .iter()
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect();
        let default = if default.is_empty() && arg.is_required_set() {
            "(needed)".to_owned()
        } else {
            default.join(", ")
        };
        let mut meaning = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let values: Vec<_> = arg
            .get_possible_values()
            .iter()
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        if !values.is_empty() {
            meaning = format!("{meaning}; {}", values.join(", "));
        }
        let key = if id == CONFIG {
            String::new()
        } else {
            format!("`{id}`")
        };
        format!(
            "| `--{}` | `{}` | {key} | {default} | {meaning} |\n",
            arg.get_long().unwrap_or_default(),
            variable(&id),
        )
    });
    let page = rows.fold(HEAD.to_owned(), |page, row| page + &row);
    let fields = provider::FIELDS.iter().map(|(name, needed, meaning)| {
        let needed = if *needed { "yes" } else { "" };
        format!("| `{name}` | {needed} | {meaning} |\n")
    });
    fields.fold(page + PROVIDERS, |page, row| page + &row)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_is_as_the_settings_are() {
        let page = include_str!("../../../../docs/configuration.md");
        assert!(
            page == super::markdown(),
            "docs/configuration.md is out of date: cargo xtask gen"
        );
    }
}
