//! A request body that has to keep coming.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// The body came more slowly than the pace that is asked of it.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub struct TooSlow;

/// How fast a body has to come: `bytes` at least in each `window`.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The length of a window.
    pub window: Duration,
    /// The bytes that have to come in one.
    pub bytes: usize,
}

/// Ends with [`TooSlow`] when a window passes with too few bytes. A window begins when the server
/// first has to wait for the client, and ends with the bytes that are asked for in one: so a
/// server that is busy with what has come does not blame the client.
pub(crate) struct PacedBody<B> {
    inner: B,
    pace: Pace,
    arrived: usize,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<B> PacedBody<B> {
    pub(crate) fn new(inner: B, pace: Pace) -> Self {
        Self {
            inner,
            pace,
            arrived: 0,
            waiting: None,
        }
    }
}

impl<B> Body for PacedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        match Pin::new(&mut this.inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.arrived += frame.data_ref().map_or(0, Bytes::len);
                if this.arrived >= this.pace.bytes {
                    this.arrived = 0;
                    this.waiting = None;
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(end) => Poll::Ready(end.map(|frame| frame.map_err(Into::into))),
            Poll::Pending => {
                let window = this.pace.window;
                let waiting = this.waiting.get_or_insert_with(|| {
                    Box::pin(tokio::time::sleep_until(Instant::now() + window))
                });
                match waiting.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(Some(Err(TooSlow.into()))),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
