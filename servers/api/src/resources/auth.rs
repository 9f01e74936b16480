//! `/auth`: signing in, staying signed in, signing out.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veza_core::auth::sessions::is_known_visitor;
use veza_core::auth::{
    self, AccessToken, LogIn, LogInOutcome, LogOut, Password, Reauthenticate, Refresh,
};
use veza_server_kit::{Auth, ClientAddress, Problem, StrictJson};

use crate::Api;
use crate::contract::schema;
use crate::refresh_cookie;
use crate::resources::second_factor::SecondFactorAsked;
use crate::view::{Told, UserView};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(log_in))
        .routes(routes!(refresh))
        .routes(routes!(log_out))
        .routes(routes!(reauthenticate))
        .routes(routes!(jwks))
}

/// How a client is given its refresh token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TokenDelivery {
    /// In a cookie that scripts cannot read: for browsers.
    #[default]
    Cookie,
    /// In the body: for everybody else.
    Body,
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct LogInBody {
    /// The address of the account.
    email: String,
    /// Its password.
    #[schema(value_type = String, format = Password)]
    password: Password,
    /// Whether the session ends 90 days from now, and not 30 days after its last use.
    #[serde(default)]
    remember_me: bool,
    /// How the refresh token is given; by default in a cookie.
    #[serde(default)]
    #[schema(inline)]
    token_delivery: TokenDelivery,
}

/// What one shows from now on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoggedIn {
    /// Goes into `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// How long the access token is good for, in seconds.
    expires_in: u64,
    /// Gives the next access token, once; where it was asked for in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// When the session ends at the latest, if it is not used before.
    #[schema(value_type = schema::Time)]
    session_expires_at: veza_core::kernel::Timestamp,
    user: UserView,
}

impl LoggedIn {
    /// What somebody who is logged in is told.
    pub(super) fn of(outcome: &auth::LoggedIn, delivery: TokenDelivery) -> Self {
        let refresh_token = outcome.refresh_token.expose().to_owned();
        Self {
            access_token: outcome.access_token.expose().to_owned(),
            token_type: "Bearer",
            expires_in: auth::ACCESS_TOKEN_LIFETIME.as_secs(),
            refresh_token: (delivery == TokenDelivery::Body).then_some(refresh_token),
            session_expires_at: outcome.session.expires_at,
            user: UserView::of(&outcome.user),
        }
    }

    /// The answer for somebody who is logged in.
    pub(super) fn answer(api: &Api, outcome: &auth::LoggedIn, delivery: TokenDelivery) -> Response {
        let response = Json(Self::of(outcome, delivery)).into_response();
        Self::deliver(api, outcome, delivery, response)
    }

    /// Adds the cookie with the refresh token to an answer, where that is how it is given.
    pub(super) fn deliver(
        api: &Api,
        outcome: &auth::LoggedIn,
        delivery: TokenDelivery,
        mut response: Response,
    ) -> Response {
        if delivery == TokenDelivery::Cookie {
            let now = api.services.env.now();
            let cookie = refresh_cookie::set(&outcome.refresh_token, &outcome.session, now);
            response
                .headers_mut()
                .extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
        }
        response
    }
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
        (
            status = 202,
            description = "The account has a second factor: go on with `/auth/2fa/verify`",
            body = SecondFactorAsked,
        ),
        (status = 401, description = "The address or the password is wrong"),
        (status = 403, description = "The account is banned"),
    ),
)]
pub(super) async fn log_in(
    State(api): State<Api>,
    client: ClientAddress,
    headers: HeaderMap,
    Told(metadata): Told,
    StrictJson(body): StrictJson<LogInBody>,
) -> Result<Response, Problem> {
    let verdict = api.limiters.login(client.ip(), &body.email).await;
    verdict.check()?;
    admit_stranger(&api, client.ip(), &headers, &body.email).await?;
    let command = LogIn {
        email: body.email,
        password: body.password,
        remember_me: body.remember_me,
        metadata,
    };
    let services = &api.services;
    let outcome =
        auth::log_in(&services.env, &*services.hasher, &*services.issuer, command).await?;
    let mut response = match outcome {
        LogInOutcome::In(outcome) => LoggedIn::answer(&api, &outcome, body.token_delivery),
        LogInOutcome::SecondFactor(challenge) => SecondFactorAsked::answer(&api, &challenge),
    };
    verdict.write(response.headers_mut());
    Ok(response)
}

/// Slows guesses at one account that come from many networks. Whom the account knows is not
/// counted out by them: by the cookie of an earlier session, or by where they come from.
async fn admit_stranger(
    api: &Api,
    client: IpAddr,
    headers: &HeaderMap,
    email: &str,
) -> Result<(), Problem> {
    let Err(refused) = api.limiters.login_of_stranger(email).await.check() else {
        return Ok(());
    };
    // A cookie that another site had sent is none.
    let cookie = refresh_cookie::token(headers).ok().flatten();
    let known = is_known_visitor(&api.services.env, email, client, cookie.as_deref()).await?;
    if known { Ok(()) } else { Err(refused) }
}

/// The refresh token, unless a cookie carries it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct RefreshBody {
    /// The refresh token that came in a body; the next one comes in a body too. Left out by
    /// browsers, whose cookie carries it.
    refresh_token: Option<String>,
}

/// Stay signed in
///
/// Answers the next access token and the next refresh token. A refresh token is used once; the
/// one before the newest is taken again as long as the newest is unused, so that a lost answer
/// costs nothing. An older one ends the session.
#[utoipa::path(
    post,
    path = "/auth/refresh",
    operation_id = "auth.refresh",
    tag = "auth",
    security(()),
    request_body = RefreshBody,
    responses(
        (status = 200, description = "The next tokens", body = LoggedIn),
        (status = 401, description = "The session has ended"),
        (status = 403, description = "A page of another origin had the cookie sent"),
    ),
)]
pub(super) async fn refresh(
    State(api): State<Api>,
    headers: HeaderMap,
    Told(metadata): Told,
    StrictJson(body): StrictJson<RefreshBody>,
) -> Result<Response, Problem> {
    let (refresh_token, delivery) = match body.refresh_token {
        Some(token) => (token, TokenDelivery::Body),
        None => {
            let token = refresh_cookie::token(&headers)?.ok_or_else(|| {
                Problem::unauthorized("auth.refresh_token.missing", "there is no session")
            })?;
            (token, TokenDelivery::Cookie)
        }
    };
    let services = &api.services;
    let command = Refresh {
        refresh_token,
        metadata,
    };
    let outcome = auth::refresh(&services.env, &*services.issuer, command).await?;
    Ok(LoggedIn::answer(&api, &outcome, delivery))
}

/// Sign out
///
/// Ends the session of the refresh token, be it in the body or in the cookie, and that of the
/// access token, if one is shown that is good. Signing out again is no error.
#[utoipa::path(
    post,
    path = "/auth/logout",
    operation_id = "auth.logout",
    tag = "auth",
    security(()),
    request_body = RefreshBody,
    responses(
        (status = 204, description = "The session has ended"),
        (status = 403, description = "A page of another origin had the cookie sent"),
    ),
)]
pub(super) async fn log_out(
    State(api): State<Api>,
    headers: HeaderMap,
    Told(metadata): Told,
    StrictJson(body): StrictJson<RefreshBody>,
) -> Result<Response, Problem> {
    let from_cookie = refresh_cookie::token(&headers)?;
    // A token that has expired, or was revoked, keeps nobody from leaving.
    let verifier = &*api.services.verifier;
    let principal = veza_server_kit::auth::principal(&headers, verifier);
    let command = LogOut {
        principal: principal.ok().flatten(),
        refresh_token: body.refresh_token.or(from_cookie),
        metadata,
    };
    auth::log_out(&api.services.env, command).await?;
    api.learn_of_revocations().await;
    let mut response = StatusCode::NO_CONTENT.into_response();
    let cookie = refresh_cookie::unset();
    response
        .headers_mut()
        .extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// The password, once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReauthenticateBody {
    /// The password of the account.
    #[schema(value_type = String, format = Password)]
    password: Password,
}

/// Another access token for a session that goes on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FreshAccess {
    /// Goes into `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// How long the access token is good for, in seconds.
    expires_in: u64,
}

impl FreshAccess {
    pub(super) fn of(token: &AccessToken) -> Self {
        Self {
            access_token: token.expose().to_owned(),
            token_type: "Bearer",
            expires_in: auth::ACCESS_TOKEN_LIFETIME.as_secs(),
        }
    }
}

/// Prove again who one is
///
/// What answers `auth.step_up_required` may be done within ten minutes from now.
#[utoipa::path(
    post,
    path = "/auth/reauthenticate",
    operation_id = "auth.reauthenticate",
    tag = "auth",
    security(("accessToken" = [])),
    request_body = ReauthenticateBody,
    responses(
        (status = 200, description = "A token that says so", body = FreshAccess),
        (status = 403, description = "The password is wrong"),
    ),
)]
pub(super) async fn reauthenticate(
    State(api): State<Api>,
    client: ClientAddress,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictJson(body): StrictJson<ReauthenticateBody>,
) -> Result<Json<FreshAccess>, Problem> {
    let account = who.user_id.to_string();
    api.limiters.login(client.ip(), &account).await.check()?;
    let command = Reauthenticate {
        password: body.password,
        metadata,
    };
    let services = &api.services;
    let (token, _) = auth::reauthenticate(
        &services.env,
        &*services.hasher,
        &*services.issuer,
        &who,
        command,
    )
    .await?;
    Ok(Json(FreshAccess::of(&token)))
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
