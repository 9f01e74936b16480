//! `/auth` and `/users/me`.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use veza_core::auth::{self, LogIn, Password, Register};
use veza_server_kit::{Auth, Problem, StrictJson};

use crate::Api;
use crate::view::{UserView, metadata};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterBody {
    email: String,
    username: String,
    password: Password,
}

#[derive(Serialize)]
struct Registered {
    user: UserView,
}

pub(crate) async fn register(
    State(api): State<Api>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    StrictJson(body): StrictJson<RegisterBody>,
) -> Result<Response, Problem> {
    let verdict = api.limiters.register(client.ip());
    verdict.check()?;
    let command = Register {
        email: body.email,
        username: body.username,
        password: body.password,
        metadata: metadata(&headers),
    };
    let user = auth::register(&api.services.env, &*api.services.hasher, command).await?;
    let mut response = (
        StatusCode::CREATED,
        Json(Registered {
            user: UserView::of(&user),
        }),
    )
        .into_response();
    verdict.write(response.headers_mut());
    Ok(response)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogInBody {
    email: String,
    password: Password,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoggedIn<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    user: UserView,
}

pub(crate) async fn log_in(
    State(api): State<Api>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    StrictJson(body): StrictJson<LogInBody>,
) -> Result<Response, Problem> {
    let verdict = api.limiters.login(client.ip(), &body.email);
    verdict.check()?;
    let command = LogIn {
        email: body.email,
        password: body.password,
        metadata: metadata(&headers),
    };
    let services = &api.services;
    let outcome =
        auth::log_in(&services.env, &*services.hasher, &*services.issuer, command).await?;
    let mut response = Json(LoggedIn {
        access_token: outcome.access_token.expose(),
        token_type: "Bearer",
        expires_in: auth::ACCESS_TOKEN_LIFETIME.as_secs(),
        user: UserView::of(&outcome.user),
    })
    .into_response();
    verdict.write(response.headers_mut());
    Ok(response)
}

pub(crate) async fn me(State(api): State<Api>, Auth(who): Auth) -> Result<Json<UserView>, Problem> {
    let user = auth::me(&api.services.env, &who).await?;
    Ok(Json(UserView::of(&user)))
}

pub(crate) async fn jwks(State(api): State<Api>) -> impl IntoResponse {
    let keys = api.services.verifier.public_keys();
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(keys))
}
