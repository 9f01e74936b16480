//! Reads over HTTP at a steady rate, and how many are served at most.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::header::{AUTHORIZATION, HOST};
use http_body_util::Full;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use uuid::Uuid;

use super::database::Database;
use super::logins;
use super::million::ROWS;
use super::service::{Service, network};
use crate::Failure;
use crate::load::{Maker, closed_loop, open_loop};

/// Requests a second.
const RATE: f64 = 2_000.0;
const LASTING: Duration = Duration::from_secs(15);
const CONNECTIONS: usize = 64;
/// Requests of a closed loop, and the connections that they come over.
const AT_MOST: u64 = 30_000;
const BUSY: usize = 16;
/// Accounts that read.
const READERS: u64 = 40;

/// The access tokens of some accounts.
pub(super) async fn tokens(service: &Service) -> Result<Vec<String>, Failure> {
    let mut tokens = Vec::new();
    for n in 0..READERS {
        tokens.push(logins::token(service, n).await?);
    }
    Ok(tokens)
}

/// Of five requests one asks for the newest tracks, one for a page of a genre, one for a track,
/// one for a person, and one is somebody's, for their own tracks.
fn requests(tokens: &[String]) -> Maker {
    let tokens = tokens.to_vec();
    Arc::new(move |n| {
        let row = (n * 611_953) % ROWS;
        let id = Uuid::from_u128(row.into());
        let path = match n % 5 {
            0 => "/tracks?limit=20".to_owned(),
            1 => format!("/tracks?limit=20&genre=Genre%20{}", n % 20),
            // Each tenth track is private.
            2 => format!("/tracks/{}", Uuid::from_u128((row / 10 * 10 + 1).into())),
            3 => format!("/users/{id}"),
            _ => "/users/me/tracks?limit=20".to_owned(),
        };
        let mut request = Request::get(format!("/api/v1{path}"))
            .header(HOST, "127.0.0.1")
            .header("x-forwarded-for", network(n));
        if n % 5 == 4 {
            let token = &tokens[n as usize / 5 % tokens.len()];
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        built(request, Bytes::new())
    })
}

/// A request of parts that are all good.
pub(super) fn built(request: http::request::Builder, body: Bytes) -> Request<Full<Bytes>> {
    request
        .body(Full::new(body))
        .unwrap_or_else(|error| unreachable!("the parts of a request are our own: {error}"))
}

/// Prints the figures of the service, and of a server that only answers.
pub(super) async fn measure(
    database: &Database,
    service: &Service,
    tokens: &[String],
) -> Result<(), Failure> {
    let mut bare = Command::new(std::env::current_exe()?)
        .arg("bare")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut line = String::new();
    let stdout = bare.stdout.take().ok_or("no standard output")?;
    BufReader::new(stdout).read_line(&mut line).await?;
    let limit = line.trim().parse()?;
    let make = requests(tokens);
    println!("\n| reads, {database} | p50 ms | p95 ms | p99 ms | failed | at most, requests/s |");
    println!("|---|---|---|---|---|---|");
    for (name, address) in [("Veza", service.address), ("only answers", limit)] {
        // What is not in any cache yet is nobody's news.
        open_loop(
            address,
            RATE / 4.0,
            Duration::from_secs(3),
            CONNECTIONS,
            make.clone(),
        )
        .await?;
        let steady = open_loop(address, RATE, LASTING, CONNECTIONS, make.clone()).await?;
        let busy = closed_loop(address, AT_MOST, BUSY, make.clone()).await?;
        println!(
            "| {name}, {RATE} requests/s | {:.2} | {:.2} | {:.2} | {} | {:.0} |",
            steady.percentile(0.5),
            steady.percentile(0.95),
            steady.percentile(0.99),
            steady.failed + busy.failed,
            busy.rate(),
        );
    }
    Ok(bare.kill().await?)
}
