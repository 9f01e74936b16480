//! Where the next page of a list is, as a header (RFC 8288).

use axum::response::{IntoResponseParts, ResponseParts};
use http::{HeaderValue, Uri, header};

/// `Link: <...>; rel="next"`, when there is a next page.
pub(crate) struct NextPage(Option<HeaderValue>);

impl NextPage {
    /// The address of this page with the cursor of the next.
    pub(crate) fn of(uri: &Uri, next_cursor: Option<&str>) -> Self {
        Self(next_cursor.and_then(|cursor| {
            let kept = uri.query().unwrap_or_default().split('&');
            let query: Vec<&str> = kept
                .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("cursor"))
                .collect();
            let separator = if query.is_empty() { "" } else { "&" };
            let (path, query) = (uri.path(), query.join("&"));
            let link = format!("<{path}?{query}{separator}cursor={cursor}>; rel=\"next\"");
            HeaderValue::from_str(&link).ok()
        }))
    }
}

impl IntoResponseParts for NextPage {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        if let Some(link) = self.0 {
            parts.headers_mut().append(header::LINK, link);
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_this_one_with_another_cursor() {
        for (uri, link) in [
            ("/t", "</t?cursor=N>; rel=\"next\""),
            (
                "/t?limit=2&cursor=O&genre=a%20b",
                "</t?limit=2&genre=a%20b&cursor=N>; rel=\"next\"",
            ),
        ] {
            let next = NextPage::of(&Uri::from_static(uri), Some("N"));
            assert_eq!(next.0.unwrap(), link);
        }
        assert!(NextPage::of(&Uri::from_static("/t"), None).0.is_none());
    }
}
