//! `/auth/password` and `/auth/email`: changing what one signs in with.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veza_core::auth::{
    self, ChangePassword, ConfirmEmailChange, Password, RequestEmailChange, RequestPasswordReset,
    ResetPassword,
};
use veza_server_kit::{Auth, ClientAddress, Problem, StrictJson};

use super::auth::FreshAccess;
use super::registration::{AddressBody, VerifyBody};
use crate::Api;
use crate::contract::schema;
use crate::view::{Told, UserView};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(request_reset))
        .routes(routes!(reset))
        .routes(routes!(change))
        .routes(routes!(request_email))
        .routes(routes!(confirm_email))
}

/// Ask for a new password by mail
///
/// The answer is the same whether or not the address has an account.
#[utoipa::path(
    post,
    path = "/auth/password/reset",
    operation_id = "auth.password.reset",
    tag = "auth",
    security(()),
    request_body = AddressBody,
    responses((status = 202, description = "A mail is on its way")),
)]
pub(super) async fn request_reset(
    State(api): State<Api>,
    client: ClientAddress,
    Told(metadata): Told,
    StrictJson(body): StrictJson<AddressBody>,
) -> Result<Response, Problem> {
    let verdict = api.limiters.mail(client.ip(), &body.email).await;
    verdict.check()?;
    let email = body.email;
    let command = RequestPasswordReset { email, metadata };
    auth::request_password_reset(&api.services.env, command).await?;
    let mut response = StatusCode::ACCEPTED.into_response();
    verdict.write(response.headers_mut());
    Ok(response)
}

/// A new password, by a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetBody {
    /// What the link of the mail carries.
    token: String,
    #[schema(value_type = schema::Password)]
    password: Password,
}

/// Set a new password by the link of a mail
///
/// Every session of the account ends. Signing in asks for all that it always asks for.
#[utoipa::path(
    post,
    path = "/auth/password/reset/confirm",
    operation_id = "auth.password.reset.confirm",
    tag = "auth",
    security(()),
    request_body = ResetBody,
    responses(
        (status = 204, description = "The password is set"),
        (status = 404, description = "The link is no longer good"),
    ),
)]
pub(super) async fn reset(
    State(api): State<Api>,
    Told(metadata): Told,
    StrictJson(body): StrictJson<ResetBody>,
) -> Result<StatusCode, Problem> {
    let command = ResetPassword {
        token: body.token,
        password: body.password,
        metadata,
    };
    auth::reset_password(&api.services.env, &*api.services.hasher, command).await?;
    api.learn_of_revocations().await;
    Ok(StatusCode::NO_CONTENT)
}

/// A new password, by who knows the present one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ChangePasswordBody {
    /// The present password.
    #[schema(value_type = String, format = Password)]
    present_password: Password,
    #[schema(value_type = schema::Password)]
    new_password: Password,
}

/// Change one's password
///
/// The other sessions end. Whoever signed in longer than ten minutes ago has to prove again who
/// they are first (`auth.step_up_required`).
#[utoipa::path(
    post,
    path = "/auth/password/change",
    operation_id = "auth.password.change",
    tag = "auth",
    security(("accessToken" = [])),
    request_body = ChangePasswordBody,
    responses((status = 200, description = "Another access token", body = FreshAccess)),
)]
pub(super) async fn change(
    State(api): State<Api>,
    client: ClientAddress,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictJson(body): StrictJson<ChangePasswordBody>,
) -> Result<Json<FreshAccess>, Problem> {
    let account = who.user_id.to_string();
    api.limiters.login(client.ip(), &account).await.check()?;
    let command = ChangePassword {
        present: body.present_password,
        new: body.new_password,
        metadata,
    };
    let services = &api.services;
    let (token, _) = auth::change_password(
        &services.env,
        &*services.hasher,
        &*services.issuer,
        &who,
        command,
    )
    .await?;
    api.learn_of_revocations().await;
    Ok(Json(FreshAccess::of(&token)))
}

/// Ask for another address
///
/// A mail goes to the new address, with a link that proves it within a day. The answer is the same
/// whether or not another account has that address.
#[utoipa::path(
    post,
    path = "/auth/email/change",
    operation_id = "auth.email.change",
    tag = "auth",
    security(("accessToken" = [])),
    request_body = AddressBody,
    responses((status = 202, description = "A mail is on its way")),
)]
pub(super) async fn request_email(
    State(api): State<Api>,
    client: ClientAddress,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictJson(body): StrictJson<AddressBody>,
) -> Result<Response, Problem> {
    let verdict = api.limiters.mail(client.ip(), &body.email).await;
    verdict.check()?;
    let email = body.email;
    let command = RequestEmailChange { email, metadata };
    auth::request_email_change(&api.services.env, &who, command).await?;
    let mut response = StatusCode::ACCEPTED.into_response();
    verdict.write(response.headers_mut());
    Ok(response)
}

/// Prove a new address
///
/// The old address is told by mail. Access tokens name the address, so those of before are
/// revoked; sessions go on.
#[utoipa::path(
    post,
    path = "/auth/email/confirm",
    operation_id = "auth.email.confirm",
    tag = "auth",
    security(()),
    request_body = VerifyBody,
    responses(
        (status = 200, description = "The account with its new address", body = UserView),
        (status = 404, description = "The link is no longer good"),
    ),
)]
pub(super) async fn confirm_email(
    State(api): State<Api>,
    Told(metadata): Told,
    StrictJson(body): StrictJson<VerifyBody>,
) -> Result<Json<UserView>, Problem> {
    let token = body.token;
    let command = ConfirmEmailChange { token, metadata };
    let user = auth::confirm_email_change(&api.services.env, command).await?;
    api.learn_of_revocations().await;
    Ok(Json(UserView::of(&user)))
}
