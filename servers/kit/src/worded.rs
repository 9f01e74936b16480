//! Words for what hyper refuses by itself: a head that cannot be read gets a problem document as
//! any other refusal does.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::Problem;

/// What hyper writes for a request that it cannot read is an answer without a body, and no router
/// sees it. Answers of ours carry this header, so what lacks it is hyper's own.
const OURS: &[u8] = b"\r\nx-request-id: ";
const NO_BODY: &[u8] = b"\r\ncontent-length: 0\r\n";

/// A connection whose bare refusals are given a body on their way out.
pub(crate) struct Worded<T> {
    inner: T,
    instead: Option<Instead>,
}

/// What is written in the place of something else.
struct Instead {
    bytes: Vec<u8>,
    written: usize,
    /// Bytes of what it stands for.
    replaces: usize,
}

impl<T> Worded<T> {
    pub(crate) fn new(inner: T) -> Self {
        Self {
            inner,
            instead: None,
        }
    }
}

/// The answer with a body, where these bytes are one of hyper's own without.
fn worded(head: &[u8]) -> Option<Vec<u8>> {
    let status = head.strip_prefix(b"HTTP/1.")?.get(1..5)?;
    let problem = match status {
        b" 400" => Problem::bad_request("request.http_malformed", "this is no HTTP request"),
        b" 414" => Problem::new(
            StatusCode::URI_TOO_LONG,
            "request.uri_too_long",
            "the address is longer than what is taken",
        ),
        b" 431" => Problem::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "request.headers_too_large",
            "the headers are more or longer than what is taken",
        ),
        _ => return None,
    };
    let find = |part: &[u8]| head.windows(part.len()).position(|window| window == part);
    let (at, None, true) = (find(NO_BODY)?, find(OURS), head.ends_with(b"\r\n\r\n")) else {
        return None;
    };
    let body = problem.json();
    let (before, after) = (&head[..at], &head[at + NO_BODY.len()..]);
    let fields = format!(
        "\r\ncontent-type: application/problem+json\r\ncache-control: no-store\r\n\
         x-content-type-options: nosniff\r\ncontent-length: {}\r\n",
        body.len()
    );
    Some([before, fields.as_bytes(), after, &body].concat())
}

impl<T: AsyncWrite + Unpin> Worded<T> {
    /// Writes what stands for `buf`, if something does; all of it before anything else.
    fn poll_instead(
        &mut self,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<Option<io::Result<usize>>> {
        if self.instead.is_none() {
            self.instead = worded(buf).map(|bytes| Instead {
                bytes,
                written: 0,
                replaces: buf.len(),
            });
        }
        let Some(instead) = &mut self.instead else {
            return Poll::Ready(None);
        };
        while instead.written < instead.bytes.len() {
            let rest = &instead.bytes[instead.written..];
            match ready!(Pin::new(&mut self.inner).poll_write(cx, rest)) {
                Ok(0) => return Poll::Ready(Some(Err(io::ErrorKind::WriteZero.into()))),
                Ok(written) => instead.written += written,
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let replaces = instead.replaces;
        self.instead = None;
        Poll::Ready(Some(Ok(replaces)))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Worded<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Worded<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match ready!(self.poll_instead(cx, buf)) {
            Some(written) => Poll::Ready(written),
            None => Pin::new(&mut self.inner).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // A head without a body comes alone.
        if let [head] = bufs
            && let Some(written) = ready!(self.poll_instead(cx, head))
        {
            return Poll::Ready(written);
        }
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const BARE: &[u8] =
        b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\
          date: Mon, 02 Nov 2026 10:30:00 GMT\r\n\r\n";

    #[tokio::test]
    async fn a_bare_refusal_gets_a_body_however_little_is_taken_at_once() {
        let (ours, mut theirs) = tokio::io::duplex(7);
        let writing = tokio::spawn(async move {
            let mut worded = Worded::new(ours);
            worded.write_all(BARE).await.unwrap();
            worded.write_all(b"and on").await.unwrap();
        });
        let mut text = String::new();
        theirs.read_to_string(&mut text).await.unwrap();
        writing.await.unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let body = body.strip_suffix("and on").unwrap();
        assert!(head.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())));
        assert!(head.contains("date: Mon, 02 Nov 2026 10:30:00 GMT"));
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["code"], "request.headers_too_large");
    }

    #[test]
    fn what_has_a_body_or_is_ours_stays_as_it_is() {
        for head in [
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            "HTTP/1.1 400 Bad Request\r\nx-request-id: 1\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\nmore",
            "HTTP/1.",
            "",
        ] {
            assert_eq!(worded(head.as_bytes()), None, "{head}");
        }
    }
}
