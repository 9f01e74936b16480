//! Problem documents: what a refused request is told (RFC 9457).

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

/// What the URI of a kind of problem begins with; its code follows.
const TYPE: &str = "urn:veza:problem:";

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field as the client named it, with dots between the levels: `address.city`.
    pub field: String,
    /// What is wrong with it, in words for a person.
    pub message: String,
}

/// The answer to a request that was refused or failed: `application/problem+json`.
///
/// `title` is the same for every problem of one `code`; `detail` is about this request. Neither
/// ever holds text from inside the server: a 5xx says only that it failed.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    code: String,
    detail: String,
    errors: Vec<FieldProblem>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument<'a> {
    /// A URI of the kind of problem, the same for every problem of one `code`.
    r#type: String,
    /// The kind of problem in words.
    title: &'a str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request.
    detail: &'a str,
    /// A stable name for machines.
    code: &'a str,
    /// What is wrong with single fields, where there are any.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [FieldProblem],
}

impl Problem {
    /// A problem with a stable `code` for machines and a `detail` for people.
    pub fn new(status: StatusCode, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            detail: detail.into(),
            errors: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// 400: the request itself is broken.
    pub fn bad_request(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 422: one field cannot be taken.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let (field, message) = (field.into(), message.into());
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.invalid",
            format!("{field}: {message}"),
        )
        .with_error(field, message)
    }

    /// 401 with the challenge of RFC 6750.
    pub fn unauthorized(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 404.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "request.not_found",
            "there is nothing here",
        )
    }

    /// 413: the body is larger than `max` bytes.
    pub fn too_large(max: u64) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request.too_large",
            format!("the body is larger than the {max} bytes that are taken"),
        )
    }

    /// 500: the server failed. Nothing of the cause is told; log it where it is known.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server.internal",
            "the server failed to answer; it is not the request's fault",
        )
    }

    /// 503 with `Retry-After`.
    pub fn unavailable(retry_after_seconds: u32) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "server.unavailable",
            "a part of the service does not answer; try again",
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(retry_after_seconds))
    }

    /// Adds what is wrong with one field.
    #[must_use]
    pub fn with_error(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.errors.push(FieldProblem {
            field: field.into(),
            message: message.into(),
        });
        self
    }

    /// Sets a header of the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value));
        self
    }

    fn document(&self) -> ProblemDocument<'_> {
        ProblemDocument {
            r#type: format!("{TYPE}{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Problem"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: &self.code,
            errors: &self.errors,
        }
    }

    /// The document alone.
    pub(crate) fn json(&self) -> Vec<u8> {
        // Texts and a number: it can be written.
        serde_json::to_vec(&self.document()).unwrap_or_default()
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable name for machines.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What is wrong with single fields.
    pub fn errors(&self) -> &[FieldProblem] {
        &self.errors
    }

    /// The words for a person.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.document())).into_response();
        let headers = response.headers_mut();
        headers.extend(self.headers);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// The fallback of a router: nothing has this path.
pub async fn not_found() -> Problem {
    Problem::not_found()
}

/// The fallback of a path: it does not take this method. `OPTIONS` is answered with the methods
/// that it does take, in `Allow`, which the router sets.
pub async fn method_not_allowed(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "request.method_not_allowed",
        "this path does not take this method",
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    #[tokio::test]
    async fn a_problem_is_a_document_of_rfc_9457() {
        let response = Problem::field("password", "is too short").into_response();
        assert_eq!(response.status(), 422);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let document: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            document,
            serde_json::json!({
                "type": "urn:veza:problem:request.invalid",
                "title": "Unprocessable Entity",
                "status": 422,
                "detail": "password: is too short",
                "code": "request.invalid",
                "errors": [{"field": "password", "message": "is too short"}],
            })
        );
    }

    #[tokio::test]
    async fn a_401_names_the_scheme_it_wants() {
        let response = Problem::unauthorized("auth.token_missing", "a token").into_response();
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }
}
