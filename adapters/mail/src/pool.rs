//! Connections to the mail server.
//!
//! The pool of `lettre` is not used: it keeps a connection whose use was given up half-way, as by
//! a time-out, and the next mail would then read the answers to the one before.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::extension::ClientId;

use crate::settings::{Security, SmtpSettings};

/// How long a connection may lie idle; servers close theirs after five minutes (RFC 5321).
const IDLE: Duration = Duration::from_secs(60);

pub(crate) struct Pool {
    settings: SmtpSettings,
    tls: Option<TlsParameters>,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Pool {
    pub(crate) fn new(settings: SmtpSettings) -> Result<Self, Error> {
        let tls = match settings.security {
            Security::None => None,
            Security::Implicit | Security::StartTls => Some(tls(&settings)?),
        };
        Ok(Self {
            settings,
            tls,
            idle: Mutex::default(),
        })
    }

    /// A connection on which nothing is under way: dropping it closes it.
    pub(crate) async fn take(&self) -> Result<AsyncSmtpConnection, Error> {
        while let Some(mut idle) = self.take_idle() {
            if idle.test_connected().await {
                return Ok(idle);
            }
        }
        self.connect().await
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((connection, since)) = idle.pop() {
            if since.elapsed() < IDLE {
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection whose last command was answered.
    pub(crate) fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.settings.connections && !connection.has_broken() {
            idle.push((connection, Instant::now()));
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let SmtpSettings {
            host,
            port,
            security,
            credentials,
            timeout,
            ..
        } = &self.settings;
        let hello = ClientId::default();
        let implicit = self.tls.clone().filter(|_| *security == Security::Implicit);
        let address = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(*timeout), &hello, implicit, None)
                .await?;
        if let (Security::StartTls, Some(tls)) = (security, &self.tls) {
            connection.starttls(tls.clone(), &hello).await?;
        }
        if let Some(credentials) = credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

fn tls(settings: &SmtpSettings) -> Result<TlsParameters, Error> {
    let mut tls = TlsParametersBuilder::new(settings.host.clone());
    if let Some(pem) = &settings.ca_pem {
        tls = tls.add_root_certificate(Certificate::from_pem(pem)?);
    }
    tls.build()
}
