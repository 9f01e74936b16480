//! `/auth`: registering and signing in.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veza_core::auth::{self, LogIn, Password, Register};
use veza_server_kit::{ClientAddress, Problem, StrictJson};

use crate::Api;
use crate::contract::schema;
use crate::view::{Told, UserView};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(register))
        .routes(routes!(log_in))
        .routes(routes!(jwks))
}

/// What an account is made of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterBody {
    /// A mail address.
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// The name others see: letters, digits, `_` and `-`.
    #[schema(min_length = 3, max_length = 32)]
    username: String,
    #[schema(value_type = schema::Password)]
    password: Password,
}

/// The new account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Registered {
    user: UserView,
}

/// Make an account
#[utoipa::path(
    post,
    path = "/auth/register",
    operation_id = "auth.register",
    tag = "auth",
    security(()),
    request_body = RegisterBody,
    responses(
        (status = 201, description = "The account is made", body = Registered),
        (status = 409, description = "Another account has the address or the name"),
    ),
)]
pub(super) async fn register(
    State(api): State<Api>,
    client: ClientAddress,
    Told(metadata): Told,
    StrictJson(body): StrictJson<RegisterBody>,
) -> Result<Response, Problem> {
    let verdict = api.limiters.register(client.ip()).await;
    verdict.check()?;
    let command = Register {
        email: body.email,
        username: body.username,
        password: body.password,
        metadata,
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

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogInBody {
    /// The address of the account.
    email: String,
    /// Its password.
    #[schema(value_type = String, format = Password)]
    password: Password,
}

/// What one shows from now on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoggedIn<'a> {
    /// Goes into `Authorization: Bearer`.
    access_token: &'a str,
    /// `Bearer`.
    token_type: &'static str,
    /// How long the access token is good for, in seconds.
    expires_in: u64,
    user: UserView,
}

/// Sign in
///
/// An unknown address and a wrong password get the same answer, after the same time.
#[utoipa::path(
    post,
    path = "/auth/login",
    operation_id = "auth.login",
    tag = "auth",
    security(()),
    request_body = LogInBody,
    responses(
        (status = 200, description = "Welcome", body = LoggedIn),
        (status = 401, description = "The address or the password is wrong"),
    ),
)]
pub(super) async fn log_in(
    State(api): State<Api>,
    client: ClientAddress,
    Told(metadata): Told,
    StrictJson(body): StrictJson<LogInBody>,
) -> Result<Response, Problem> {
    let verdict = api.limiters.login(client.ip(), &body.email).await;
    verdict.check()?;
    let command = LogIn {
        email: body.email,
        password: body.password,
        metadata,
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

/// The public keys of access tokens, once more
///
/// The same as `/.well-known/jwks.json`.
#[utoipa::path(
    get,
    path = "/auth/jwks.json",
    operation_id = "auth.jwks",
    tag = "auth",
    security(()),
    responses((status = 200, description = "The keys", body = schema::KeySet)),
)]
pub(super) async fn jwks(api: State<Api>) -> impl IntoResponse {
    super::operations::jwks(api).await
}
