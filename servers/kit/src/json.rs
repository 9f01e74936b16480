//! Request bodies, queries and path parts that are read strictly, and refused by name.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body::Body as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::error::Error as _;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use crate::Problem;
use crate::paced::TooSlow;

/// The largest JSON body that is taken, in bytes.
pub const MAX_JSON_BYTES: usize = 64 * 1024;

/// How long a refused body is read on.
const LINGER: Duration = Duration::from_secs(5);

/// A JSON body of type `T`, which should refuse unknown fields (`#[serde(deny_unknown_fields)]`).
///
/// Refused with a [`Problem`]: 415 for another content type, character set or content coding, 413
/// beyond [`MAX_JSON_BYTES`], 408 when it comes too slowly, 400 when it is not JSON (or is nested
/// deeper than 128 levels), 422 with the field's name when a value is missing, unknown, there
/// twice, of the wrong type, or a text with U+0000.
#[derive(Clone, Copy, Debug)]
pub struct StrictJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for StrictJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "request.content_type",
                "the body has to be application/json, in UTF-8",
            ));
        }
        if is_coded(request.headers()) {
            // RFC 9110, section 15.5.16: the answer says which codings are taken.
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "request.content_encoding",
                "the body has to come as it is, without a content coding",
            )
            .with_header(
                header::ACCEPT_ENCODING,
                HeaderValue::from_static("identity"),
            ));
        }
        let body = read_body(request, MAX_JSON_BYTES).await?;
        parse(&body).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    // JSON knows no other character set (RFC 8259, section 8.1).
    let in_utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, set)) if name.eq_ignore_ascii_case("charset") => {
            set.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    essence.eq_ignore_ascii_case("application/json") && in_utf8
}

fn is_coded(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Reads a whole body of at most `max` bytes.
///
/// # Errors
/// 413 beyond `max`, 408 when it comes too slowly, 400 when the client breaks off.
pub async fn read_body(request: Request, max: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::too_large(max as u64);
    let expects_continue = request.headers().contains_key(header::EXPECT);
    let mut body = request.into_body();
    if body.size_hint().lower() > max as u64 {
        if !expects_continue {
            linger(body);
        }
        return Err(too_large());
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let frame = frame.map_err(|error| body_problem(&error))?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > max {
                linger(body);
                return Err(too_large());
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}

/// Takes what is left of a refused body and throws it away, for a few seconds, while the answer
/// is on its way. A connection that is closed on a client which still sends is reset, and the
/// client never reads why (RFC 9112, section 9.6).
pub fn linger(mut body: Body) {
    tokio::spawn(async move {
        let drained = async {
            while let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {}
        };
        // Cut off at the end of the time, or done: both are an end.
        let _ = tokio::time::timeout(LINGER, drained).await;
    });
}

/// What a body that could not be read to its end is answered with.
pub fn body_problem(error: &(dyn std::error::Error + 'static)) -> Problem {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TooSlow>() {
            return Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                "request.too_slow",
                "the body came too slowly",
            );
        }
        cause = error.source();
    }
    Problem::bad_request("request.body", "the body broke off")
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    use serde_json::error::Category;
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        match error.inner().classify() {
            Category::Data => {
                let path = error.path().to_string();
                data_problem(&path, &error.inner().to_string())
            }
            Category::Syntax | Category::Eof | Category::Io => malformed(error.inner()),
        }
    })?;
    json.end().map_err(|error| malformed(&error))?;
    match nul_in(body) {
        Some(field) => Err(Problem::field(short(&field), "must not hold U+0000")),
        None => Ok(value),
    }
}

/// Where a text holds U+0000, which no store keeps. In JSON it can only stand as an escape, so a
/// body without one, as all are, is not parsed again.
fn nul_in(body: &[u8]) -> Option<String> {
    if !body.windows(6).any(|window| window == b"\\u0000") {
        return None;
    }
    let value = serde_json::from_slice(body).ok()?;
    let mut path = Vec::new();
    holds_nul(&value, &mut path).then(|| match path.is_empty() {
        true => "body".to_owned(),
        false => path.join("."),
    })
}

/// Whether a value holds U+0000; `path` then leads to it. No deeper than what the parser takes.
fn holds_nul(value: &Value, path: &mut Vec<String>) -> bool {
    let found = |name: String, value: &Value, path: &mut Vec<String>| {
        path.push(name);
        let found = holds_nul(value, path);
        if !found {
            path.pop();
        }
        found
    };
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values
            .iter()
            .enumerate()
            .any(|(at, value)| found(at.to_string(), value, path)),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || found(name.clone(), value, path)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::bad_request(
        "request.malformed_json",
        format!("the body is not JSON: {error}"),
    )
}

/// Names the field: the path of what has the wrong type, or the name in serde's own words.
fn data_problem(path: &str, message: &str) -> Problem {
    let message = message.split(" at line ").next().unwrap_or(message);
    let named = ["unknown field `", "missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|rest| rest.split('`').next());
    let field = match (path, named) {
        (".", Some(name)) => name.to_owned(),
        // For an unknown field the path ends in its name already.
        (path, Some(name)) if path == name || path.ends_with(&format!(".{name}")) => path.into(),
        (path, Some(name)) => format!("{path}.{name}"),
        (".", None) => "body".to_owned(),
        (path, None) => path.to_owned(),
    };
    Problem::field(short(&field), short(message))
}

/// A stranger's own words are given back, but not all of them.
fn short(text: &str) -> String {
    if text.chars().count() <= 200 {
        text.into()
    } else {
        text.chars().take(200).collect()
    }
}

/// A query string of type `T`; a parameter that cannot be read is a 400 which names it.
#[derive(Clone, Copy, Debug)]
pub struct StrictQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for StrictQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            let detail = "query: must not hold U+0000";
            return Err(Problem::bad_request("request.query", detail));
        }
        Query::try_from_uri(&parts.uri)
            .map(|Query(value)| Self(value))
            .map_err(|rejection| {
                let words = rejection
                    .source()
                    .map_or_else(String::new, ToString::to_string);
                let words = short(&words);
                let problem = Problem::bad_request("request.query", format!("query: {words}"));
                match words.split_once(": ") {
                    Some((field, message)) => problem.with_error(field, message),
                    None => problem,
                }
            })
    }
}

/// The variable parts of a path; one that cannot be read is a 404, as any other unknown path.
#[derive(Clone, Copy, Debug)]
pub struct StrictPath<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for StrictPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Path::from_request_parts(parts, state)
            .await
            .map(|Path(value)| Self(value))
            .map_err(|_| Problem::not_found())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code)]
        city: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        name: String,
        #[expect(dead_code)]
        inner: Option<Inner>,
    }

    async fn refused(content_type: &str, body: impl Into<Body>) -> (u16, String, Vec<String>) {
        let request = Request::builder()
            .header(header::CONTENT_TYPE, content_type)
            .body(body.into())
            .unwrap();
        let problem = StrictJson::<Outer>::from_request(request, &())
            .await
            .unwrap_err();
        let fields = problem
            .errors()
            .iter()
            .map(|error| error.field.clone())
            .collect();
        (problem.status().as_u16(), problem.code().to_owned(), fields)
    }

    #[tokio::test]
    async fn what_is_wrong_is_named() {
        let json = "application/json; charset=utf-8";
        for (body, status, field) in [
            (r#"{"name":"a","colour":1}"#, 422, Some("colour")),
            (r#"{"name":1}"#, 422, Some("name")),
            (r#"{}"#, 422, Some("name")),
            (
                r#"{"name":"a","inner":{"city":1}}"#,
                422,
                Some("inner.city"),
            ),
            (
                r#"{"name":"a","inner":{"city":"x","zip":1}}"#,
                422,
                Some("inner.zip"),
            ),
            (r#"{"name":"a","inner":{}}"#, 422, Some("inner.city")),
            (r#"{"name":"a","name":"b"}"#, 422, Some("name")),
            (r#"[]"#, 422, None),
            (r#"{"name":"a\u0000b"}"#, 422, Some("name")),
            (
                r#"{"name":"a","inner":{"city":"\u0000"}}"#,
                422,
                Some("inner.city"),
            ),
            (r#"{"name":1e999}"#, 400, None),
            (r#"{"name":NaN}"#, 400, None),
            (r#"{"name":99999999999999999999999}"#, 422, Some("name")),
            ("{\"name\":\"\0\"}", 400, None),
            (r#"{"name":"a"} x"#, 400, None),
            (r#"{"name":"#, 400, None),
            ("", 400, None),
        ] {
            let (got, _, fields) = refused(json, body).await;
            assert_eq!(got, status, "{body}");
            if let Some(field) = field {
                assert_eq!(fields, [field], "{body}");
            }
        }
    }

    #[tokio::test]
    async fn a_backslash_before_u0000_is_no_nul() {
        let request = Request::builder()
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(r#"{"name":"\\u0000"}"#))
            .unwrap();
        let StrictJson(outer) = StrictJson::<Outer>::from_request(request, &())
            .await
            .unwrap();
        assert_eq!(outer.name, "\\u0000");
    }

    #[tokio::test]
    async fn a_coded_body_is_refused_and_told_what_is_taken() {
        let request = Request::builder()
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONTENT_ENCODING, "gzip")
            .body(Body::from("{}"))
            .unwrap();
        let problem = StrictJson::<Outer>::from_request(request, &())
            .await
            .unwrap_err();
        assert_eq!(problem.status(), 415);
        let response = axum::response::IntoResponse::into_response(problem);
        assert_eq!(response.headers()[header::ACCEPT_ENCODING], "identity");
    }

    #[tokio::test]
    async fn another_type_too_much_and_too_deep_are_refused() {
        assert_eq!(refused("text/plain", "{}").await.0, 415);
        let latin = "application/json; charset=iso-8859-1";
        assert_eq!(refused(latin, "{}").await.0, 415);
        assert_eq!(
            refused("application/json", vec![b' '; MAX_JSON_BYTES + 1])
                .await
                .0,
            413
        );
        let deep = format!("{{\"inner\":{}", "[".repeat(10_000));
        let (status, ..) = refused("application/json", deep).await;
        assert!(status == 400 || status == 422);
        let deep = format!(r#"{{"name":{}"#, r#"{"a":"#.repeat(10_000));
        let (status, ..) = refused("application/json", deep).await;
        assert!(status == 400 || status == 422);
        let name = format!("{{\"{}\":1}}", "x".repeat(5_000));
        assert_eq!(refused("application/json", name).await.2[0].len(), 200);
    }
}
