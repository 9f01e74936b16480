//! The servers that the settings name.

use std::sync::Arc;
use std::time::Duration;

use veza_core::kernel::{Clock as _, Entropy as _};
use veza_crypto::{SystemClock, SystemEntropy};
use veza_mail::{Sender, SmtpMailer, SmtpSettings};
use veza_oidc::OidcProvider;
use veza_rabbitmq::RabbitOptions;
use veza_redis::{Redis, RedisSettings};
use veza_sql::SqlStore;

use super::report::{Finding, Report};
use crate::serve::postgres_options;
use crate::settings::{DatabaseSetting, ProviderSetting, Settings};

/// Clocks which are farther apart than this give tokens that are not good yet.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(5);

/// Checks each of them.
pub(super) async fn all(settings: &Settings, report: &mut Report) {
    report.check("database", database(settings)).await;
    report.check("redis", redis(settings)).await;
    report.check("rabbitmq", rabbitmq(settings)).await;
    report.check("mail", mail(settings)).await;
    for setting in &settings.providers {
        let name = format!("provider {}", setting.id);
        report.check(&name, provider(setting)).await;
    }
}

/// An error with its causes; those of the drivers hold no passwords.
fn words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text
}

async fn database(settings: &Settings) -> Finding {
    let DatabaseSetting::Postgres {
        url,
        direct_url,
        connections,
    } = &settings.database
    else {
        return Ok("SQLite in the data folder".into());
    };
    let options = postgres_options(url, direct_url.as_ref(), *connections);
    let state = SqlStore::examine_postgres(&options).await;
    let state = state.map_err(|error| words(&error))?;
    let (here, there) = (SystemClock.now().as_millis(), state.clock.as_millis());
    if u128::from(here.abs_diff(there)) > MAX_CLOCK_SKEW.as_millis() {
        return Err(format!(
            "its clock is {} ms away from ours",
            here.abs_diff(there)
        ));
    }
    if !state.durable {
        return Err("fsync is off: what is acknowledged can be lost".into());
    }
    let tables = match state.pending {
        0 => "up to date".to_owned(),
        steps => format!("{steps} steps behind, taken by the next start"),
    };
    Ok(format!("PostgreSQL {}, tables {tables}", state.version))
}

async fn redis(settings: &Settings) -> Finding {
    let Some(url) = &settings.redis_url else {
        return Ok("none: limits and caches are of one process".into());
    };
    let mut instance = [0; 8];
    SystemEntropy.fill(&mut instance);
    let redis = RedisSettings::new(url.expose(), instance).map_err(|error| words(&error))?;
    let redis = Redis::open(redis);
    redis.connected().await;
    redis.ping().await.map_err(|error| words(&error))?;
    Ok("answers".into())
}

async fn rabbitmq(settings: &Settings) -> Finding {
    let Some(url) = &settings.amqp_url else {
        return Ok("none: events stay within the database".into());
    };
    let options = RabbitOptions::new(url.expose()).map_err(|error| words(&error))?;
    options.check().await.map_err(|error| words(&error))?;
    Ok("answers".into())
}

async fn mail(settings: &Settings) -> Finding {
    let sender: Sender = settings
        .mail_from
        .parse()
        .map_err(|error: veza_mail::InvalidSender| words(&error))?;
    let Some(url) = &settings.smtp_url else {
        return Ok("none: mails become files of the data folder".into());
    };
    let smtp = SmtpSettings::from_url(url.expose()).map_err(|error| words(&error))?;
    let mailer = SmtpMailer::new(smtp, sender).map_err(|error| words(&error))?;
    mailer.check().await.map_err(|error| words(&error))?;
    Ok("answers".into())
}

async fn provider(setting: &ProviderSetting) -> Finding {
    let provider = OidcProvider::new(setting.oidc.clone(), Arc::new(SystemClock));
    let provider = provider.map_err(|error| words(&error))?;
    let keys = provider.check().await.map_err(|error| words(&error))?;
    Ok(format!("answers, with {keys} keys"))
}
