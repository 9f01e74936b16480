//! Requests to a provider: bounded in time and size, and never sent on.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use veza_core::kernel::{PortError, PortErrorKind};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a whole request may take.
const TIMEOUT: Duration = Duration::from_secs(8);
/// Bytes of an answer at most; metadata and key sets have some thousands.
const MAX_BYTES: usize = 256 * 1024;

/// The client of one provider.
pub(crate) fn client() -> Result<Client, PortError> {
    Client::builder()
        .user_agent("veza")
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .build()
        .map_err(|error| PortError::caused(PortErrorKind::Internal, "provider.client", error))
}

/// What a provider answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    body: Vec<u8>,
}

/// Sends a request and reads the whole answer.
pub(crate) async fn send(request: RequestBuilder, op: &'static str) -> Result<Answer, PortError> {
    // The words of the client hold the address, which holds no secret of ours.
    let unavailable = |error| PortError::caused(PortErrorKind::Unavailable, op, error);
    let mut response = request.send().await.map_err(unavailable)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
        if body.len() + chunk.len() > MAX_BYTES {
            let cause = "the answer is larger than any should be";
            return Err(PortError::caused(PortErrorKind::Unavailable, op, cause));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body })
}

impl Answer {
    /// Whether the provider itself is at fault, or wants to be left alone for a while. So is an
    /// answer that sends us elsewhere.
    pub(crate) fn is_outage(&self) -> bool {
        self.status.is_server_error()
            || self.status.is_redirection()
            || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    /// The answer as JSON of some shape.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The answer as JSON, if all went well.
    pub(crate) fn good<T: DeserializeOwned>(&self, op: &'static str) -> Result<T, PortError> {
        let fault = |cause: String| PortError::caused(PortErrorKind::Unavailable, op, cause);
        if self.status != StatusCode::OK {
            return Err(fault(format!(
                "the provider answered {}",
                self.status.as_u16()
            )));
        }
        self.json()
            .ok_or_else(|| fault("the provider's answer is not what it should be".into()))
    }
}
