//! `/auth/register`, `/auth/verify`: accounts by proof of an address.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veza_core::auth::{self, Password, Register, ResendVerification, VerifyEmail};
use veza_server_kit::{ClientAddress, Problem, StrictJson};

use crate::Api;
use crate::contract::schema;
use crate::view::{Told, UserView};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(register))
        .routes(routes!(verify))
        .routes(routes!(resend))
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
    /// The code of an invitation; needed where only who is invited may register.
    #[serde(default)]
    #[schema(max_length = 100)]
    invitation: Option<String>,
}

/// Ask for an account
///
/// A mail goes to the address, with a link that makes the account within a day; until then the
/// name is kept. The answer is the same whether or not the address has an account already.
#[utoipa::path(
    post,
    path = "/auth/register",
    operation_id = "auth.register",
    tag = "auth",
    security(()),
    request_body = RegisterBody,
    responses(
        (status = 202, description = "A mail is on its way"),
        (status = 403, description = "Nobody can register here"),
        (status = 409, description = "The name is taken"),
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
        invitation: body.invitation,
        policy: api.registration,
        metadata,
    };
    auth::register(&api.services.env, &*api.services.hasher, command).await?;
    let mut response = StatusCode::ACCEPTED.into_response();
    verdict.write(response.headers_mut());
    Ok(response)
}

/// The token of a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyBody {
    /// What the link of the mail carries.
    pub(super) token: String,
}

/// The new account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Registered {
    user: UserView,
}

/// Prove an address, and have the account
#[utoipa::path(
    post,
    path = "/auth/verify",
    operation_id = "auth.verify",
    tag = "auth",
    security(()),
    request_body = VerifyBody,
    responses(
        (status = 201, description = "The account is made; sign in", body = Registered),
        (status = 404, description = "The link is no longer good"),
        (status = 409, description = "The invitation is no longer good"),
    ),
)]
pub(super) async fn verify(
    State(api): State<Api>,
    Told(metadata): Told,
    StrictJson(body): StrictJson<VerifyBody>,
) -> Result<(StatusCode, Json<Registered>), Problem> {
    let command = VerifyEmail {
        token: body.token,
        metadata,
    };
    let user = auth::verify_email(&api.services.env, command).await?;
    let user = UserView::of(&user);
    Ok((StatusCode::CREATED, Json(Registered { user })))
}

/// A mail address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressBody {
    /// The address.
    pub(super) email: String,
}

/// Have the mail of a registration sent again
///
/// The answer is the same whatever there is for the address.
#[utoipa::path(
    post,
    path = "/auth/verify/resend",
    operation_id = "auth.verify.resend",
    tag = "auth",
    security(()),
    request_body = AddressBody,
    responses((status = 202, description = "A mail is on its way")),
)]
pub(super) async fn resend(
    State(api): State<Api>,
    client: ClientAddress,
    StrictJson(body): StrictJson<AddressBody>,
) -> Result<Response, Problem> {
    let verdict = api.limiters.mail(client.ip(), &body.email).await;
    verdict.check()?;
    let command = ResendVerification { email: body.email };
    auth::resend_verification(&api.services.env, command).await?;
    let mut response = StatusCode::ACCEPTED.into_response();
    verdict.write(response.headers_mut());
    Ok(response)
}
