//! The limit of what can be served here: a server of the same library which answers the same
//! bytes to everything.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use tokio::net::TcpListener;

use crate::Failure;

/// Bytes of an answer: about those of a page of twenty tracks.
const ANSWER: usize = 9_000;

/// Prints its address and serves until it is killed.
pub(crate) async fn serve() -> Result<(), Failure> {
    let answer = bytes::Bytes::from(vec![b' '; ANSWER]);
    let handler = move || {
        let answer = answer.clone();
        async move { ([(CONTENT_TYPE, "application/json")], answer) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, Router::new().fallback(handler)).await?;
    Ok(())
}
