//! Logins for each second, against Argon2id alone on all cores.

use std::sync::Arc;
use std::time::Instant;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier as _};
use bytes::Bytes;
use http::Request;
use http::header::{CONTENT_TYPE, HOST};
use http_body_util::Full;
use serde_json::{Value, json};
use veza_core::auth::{Password, PasswordHasher as _};
use veza_crypto::Argon2idPasswords;

use super::database::Database;
use super::million::{PASSWORD, ROWS};
use super::reads::built;
use super::service::{Service, network};
use crate::Failure;
use crate::load::{answer, closed_loop};

const LOGINS: u64 = 400;
const CONNECTIONS: usize = 8;
const ROUNDS: u64 = 3;

fn request(n: u64) -> Request<Full<Bytes>> {
    let email = format!("u{}@example.com", (n * 7_919) % ROWS);
    let body = json!({"email": email, "password": PASSWORD}).to_string();
    let request = Request::post("/api/v1/auth/login")
        .header(HOST, "127.0.0.1")
        .header(CONTENT_TYPE, "application/json")
        .header("x-forwarded-for", network(n));
    built(request, body.into())
}

/// The access token of an account.
pub(super) async fn token(service: &Service, n: u64) -> Result<String, Failure> {
    let body: Value = serde_json::from_slice(&answer(service.address, request(n)).await?)?;
    let token = body["accessToken"].as_str();
    Ok(token.ok_or_else(|| format!("no token: {body}"))?.to_owned())
}

/// Prints both rates and their ratio; the median of three rounds in turn.
pub(super) async fn measure(database: &Database, service: &Service) -> Result<(), Failure> {
    let hash = Argon2idPasswords::new()?
        .hash(&Password::new(PASSWORD))
        .await?;
    let (mut ours, mut limits) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let make = Arc::new(move |n| request(round * 100_000 + n));
        let seen = closed_loop(service.address, LOGINS, CONNECTIONS, make).await?;
        if seen.failed > 0 {
            return Err(format!("{} logins failed", seen.failed).into());
        }
        ours.push(seen.rate());
        limits.push(argon2id_alone(hash.expose())?);
    }
    let (ours, limit) = (median(ours), median(limits));
    println!("\n| logins/s, {database} | Veza | Argon2id alone | ratio |");
    println!("|---|---|---|---|");
    println!(
        "| {CONNECTIONS} clients | {ours:.1} | {limit:.1} | {:.2} |",
        ours / limit
    );
    Ok(())
}

/// Passwords compared in a second, on a thread for each core.
fn argon2id_alone(hash: &str) -> Result<f64, Failure> {
    let cores = std::thread::available_parallelism()?.get() as u64;
    let hash = PasswordHash::new(hash).map_err(|error| error.to_string())?;
    let start = Instant::now();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    (0..LOGINS / cores).try_for_each(|_| {
                        Argon2::default().verify_password(PASSWORD.as_bytes(), &hash)
                    })
                })
            })
            .collect();
        for thread in threads {
            let ended = thread.join().map_err(|_| "a thread panicked".to_owned())?;
            ended.map_err(|error| error.to_string())?;
        }
        Ok::<(), String>(())
    })?;
    Ok(LOGINS as f64 / start.elapsed().as_secs_f64())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
