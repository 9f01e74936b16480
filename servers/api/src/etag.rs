//! Entity tags (RFC 9110, section 8.8): which state of a thing a client has seen.
//!
//! A tag is `"v7-<hash>"`: the version of the aggregate, and the beginning of the SHA-256 of the
//! answer's body. So it is strong: what is shown and is no change of the aggregate, such as the
//! progress of a track or the present name of its artist, changes it too. A change is asked of a
//! version, though, and progress must not stop one: `If-Match` compares versions.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use veza_core::kernel::Expected;
use veza_server_kit::Problem;

/// Tags of one header that are looked at; nobody has seen more versions that matter.
const MAX_TAGS: usize = 32;

/// `If-Match`, which has to be there: 428 without it.
pub(crate) struct IfMatch(pub(crate) Expected);

/// `If-Match`, or any version without it.
pub(crate) struct MaybeIfMatch(pub(crate) Expected);

/// `If-None-Match`: the tags of what the client has kept.
pub(crate) struct IfNoneMatch(Option<Vec<String>>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        expected(&parts.headers)?.map(Self).ok_or_else(|| {
            Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "request.if_match_required",
                "a change needs If-Match with the ETag of what it is meant for",
            )
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeIfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        expected(&parts.headers).map(|expected| Self(expected.unwrap_or_default()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        tags(&parts.headers, header::IF_NONE_MATCH, "If-None-Match").map(Self)
    }
}

/// The versions that `If-Match` names. A weak tag never matches, nor does one that is not ours.
fn expected(headers: &HeaderMap) -> Result<Option<Expected>, Problem> {
    let Some(tags) = tags(headers, header::IF_MATCH, "If-Match")? else {
        return Ok(None);
    };
    if tags.iter().any(|tag| tag == "*") {
        return Ok(Some(Expected::Any));
    }
    let versions = tags.iter().filter_map(|tag| version(tag)).collect();
    Ok(Some(Expected::OneOf(versions)))
}

fn version(tag: &str) -> Option<u64> {
    let (version, _) = tag.strip_prefix("\"v")?.split_once('-')?;
    version.parse().ok()
}

/// The tags of a header, each with its quotes; none without the header.
fn tags(
    headers: &HeaderMap,
    name: HeaderName,
    shown: &'static str,
) -> Result<Option<Vec<String>>, Problem> {
    let mut tags = Vec::new();
    let mut is_there = false;
    let none = || {
        Problem::bad_request(
            "request.entity_tag",
            format!("{shown} holds no list of entity tags, such as \"v7-3f2a\""),
        )
    };
    for value in headers.get_all(&name) {
        is_there = true;
        let mut rest = value.to_str().map_err(|_| none())?.trim();
        while !rest.is_empty() {
            let tag = first_tag(rest).filter(|_| tags.len() < MAX_TAGS);
            let (tag, after) = tag.ok_or_else(none)?;
            tags.push(tag.to_owned());
            let after = after.trim_start();
            rest = match after.strip_prefix(',') {
                Some(next) => next.trim_start(),
                None if after.is_empty() => after,
                None => return Err(none()),
            };
        }
    }
    Ok(is_there.then_some(tags))
}

fn first_tag(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix('*') {
        return Some(("*", rest));
    }
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    let before = text.len() - opaque.len();
    let inner = opaque.strip_prefix('"')?;
    let end = before + 1 + inner.find('"')? + 1;
    Some(text.split_at(end))
}

/// An answer with its tag: 200, or 304 when the client has it already.
///
/// It may be kept by the client alone, which asks again each time.
pub(crate) fn tagged<T: Serialize>(
    version: u64,
    view: &T,
    seen: &IfNoneMatch,
) -> Result<Response, Problem> {
    let body = serde_json::to_vec(view).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        Problem::internal()
    })?;
    let digest = Sha256::digest(&body);
    let hash: String = digest[..8].iter().map(|b| format!("{b:02x}")).collect();
    let tag = format!("\"v{version}-{hash}\"");
    let headers = [
        (header::ETAG, value(&tag)?),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ),
        (header::VARY, HeaderValue::from_static("authorization")),
    ];
    if seen.has(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let json = [(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    )];
    Ok((headers, json, body).into_response())
}

fn value(tag: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(tag).map_err(|_| Problem::internal())
}

impl IfNoneMatch {
    /// For an answer that is always whole: that to a change.
    pub(crate) const NOTHING: Self = Self(None);

    /// Whether the client has the answer of this tag (weak comparison).
    fn has(&self, tag: &str) -> bool {
        self.0.iter().flatten().any(|seen| {
            let opaque = seen.strip_prefix("W/").unwrap_or(seen);
            opaque == "*" || opaque == tag
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn if_match(values: &[&'static str]) -> Result<Option<Expected>, u16> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::IF_MATCH, HeaderValue::from_static(value));
        }
        expected(&headers).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn versions_are_taken_from_strong_tags_of_our_own() {
        let versions = |list: &[u64]| Ok(Some(Expected::OneOf(list.to_vec())));
        assert_eq!(if_match(&[]), Ok(None));
        assert_eq!(if_match(&["*"]), Ok(Some(Expected::Any)));
        assert_eq!(if_match(&["\"v7-3f\""]), versions(&[7]));
        assert_eq!(
            if_match(&["\"v7-3f\" , \"v9-00\"", "\"v2-1\""]),
            versions(&[7, 9, 2])
        );
        assert_eq!(if_match(&["\"a,b\",\"v1-1\""]), versions(&[1]));
        for foreign in ["W/\"v7-3f\"", "\"7\"", "\"v-1\"", "\"v7\"", "\"\""] {
            assert_eq!(if_match(&[foreign]), versions(&[]), "{foreign}");
        }
        let huge = "\"v99999999999999999999-1\"";
        assert_eq!(if_match(&[huge]), versions(&[]));
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for broken in ["v7-3f", "\"v7", "7", "W/", "\"a\" b", "\"a\" \"b\"", "* *"] {
            assert_eq!(if_match(&[broken]), Err(400), "{broken}");
        }
        let mut unseen = HeaderMap::new();
        unseen.insert(header::IF_MATCH, HeaderValue::from_bytes(&[0x84]).unwrap());
        assert_eq!(expected(&unseen).unwrap_err().status(), 400);
        let many: &'static str = "\"a\",".repeat(MAX_TAGS + 1).leak();
        assert_eq!(if_match(&[many]), Err(400));
    }

    #[test]
    fn the_tag_follows_the_body_and_the_version() {
        let tag = |version, view: &str| {
            let response = tagged(version, &view, &IfNoneMatch::NOTHING).unwrap();
            response.headers()[header::ETAG].clone()
        };
        assert_eq!(tag(1, "a"), tag(1, "a"));
        assert_ne!(tag(1, "a"), tag(1, "b"));
        assert_ne!(tag(1, "a"), tag(2, "a"));
        let seen = format!("W/{}", tag(1, "a").to_str().unwrap());
        let again = tagged(1, &"a", &IfNoneMatch(Some(vec![seen]))).unwrap();
        assert_eq!(again.status(), 304);
        assert!(again.headers().contains_key(header::ETAG));
    }
}
