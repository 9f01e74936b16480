//! `/auth/2fa`: the second factor.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veza_core::auth::factors::RecoveryCodes;
use veza_core::auth::{
    self, ChangeSecondFactor, CompleteLogIn, ConfirmSecondFactor, MfaChallenge, SecondFactor,
};
use veza_core::kernel::Timestamp;
use veza_server_kit::{Auth, ClientAddress, Problem, StrictJson};

use super::auth::{LoggedIn, TokenDelivery};
use crate::Api;
use crate::contract::schema;
use crate::view::Told;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(status))
        .routes(routes!(set_up))
        .routes(routes!(confirm))
        .routes(routes!(verify))
        .routes(routes!(disable))
        .routes(routes!(recovery_codes))
}

/// The password is right, and the account has a second factor.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecondFactorAsked {
    /// To be shown with the code, within its time and five tries.
    ticket: String,
    /// How long the ticket is good for, in seconds.
    expires_in: u64,
}

impl SecondFactorAsked {
    pub(super) fn of(api: &Api, challenge: &MfaChallenge) -> Self {
        Self {
            ticket: challenge.ticket.expose().to_owned(),
            expires_in: api.seconds_until(challenge.expires_at),
        }
    }

    pub(super) fn answer(api: &Api, challenge: &MfaChallenge) -> Response {
        let body = Self::of(api, challenge);
        (StatusCode::ACCEPTED, Json(body)).into_response()
    }
}

/// A code or a recovery code: one of both.
fn second_factor(
    code: Option<String>,
    recovery_code: Option<String>,
) -> Result<SecondFactor, Problem> {
    match (code, recovery_code) {
        (Some(code), None) => Ok(SecondFactor::Code(code)),
        (None, Some(code)) => Ok(SecondFactor::RecoveryCode(code)),
        _ => Err(Problem::field(
            "code",
            "either code or recoveryCode has to be given",
        )),
    }
}

/// The second step of signing in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct VerifyBody {
    /// What the first step has answered.
    ticket: String,
    /// What the authenticator shows.
    code: Option<String>,
    /// In place of that, one of the recovery codes.
    recovery_code: Option<String>,
    /// How the refresh token is given; by default in a cookie.
    #[serde(default)]
    #[schema(inline)]
    token_delivery: TokenDelivery,
}

/// Sign in, second step
///
/// A code is taken once. Wrong ones make the next wait; recovery codes are taken all the same.
#[utoipa::path(
    post,
    path = "/auth/2fa/verify",
    operation_id = "auth.2fa.verify",
    tag = "auth",
    security(()),
    request_body = VerifyBody,
    responses(
        (status = 200, description = "Welcome", body = LoggedIn),
        (status = 401, description = "The code is wrong, or the ticket is no longer good"),
        (status = 403, description = "The account is banned"),
    ),
)]
pub(super) async fn verify(
    State(api): State<Api>,
    client: ClientAddress,
    Told(metadata): Told,
    StrictJson(body): StrictJson<VerifyBody>,
) -> Result<Response, Problem> {
    let second_factor = second_factor(body.code, body.recovery_code)?;
    api.limiters
        .login(client.ip(), &body.ticket)
        .await
        .check()?;
    let command = CompleteLogIn {
        ticket: body.ticket,
        second_factor,
        metadata,
    };
    let services = &api.services;
    let outcome = auth::complete_log_in(&services.env, &*services.issuer, command).await?;
    Ok(LoggedIn::answer(&api, &outcome, body.token_delivery))
}

/// Whether a second factor is in use.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecondFactorView {
    enabled: bool,
    /// Since when.
    #[schema(required, value_type = Option<schema::Time>)]
    enabled_at: Option<Timestamp>,
    /// How many recovery codes were not used yet.
    recovery_codes_left: usize,
}

/// One's second factor
#[utoipa::path(
    get,
    path = "/auth/2fa",
    operation_id = "auth.2fa.status",
    tag = "auth",
    security(("accessToken" = [])),
    responses((status = 200, description = "What is set up", body = SecondFactorView)),
)]
pub(super) async fn status(
    State(api): State<Api>,
    Auth(who): Auth,
) -> Result<Json<SecondFactorView>, Problem> {
    let status = auth::second_factor_status(&api.services.env, &who).await?;
    Ok(Json(SecondFactorView {
        enabled: status.is_some(),
        enabled_at: status.map(|status| status.enabled_at),
        recovery_codes_left: status.map_or(0, |status| status.recovery_codes_left),
    }))
}

/// Nothing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoBody {}

/// What an authenticator has to be told, this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetUp {
    /// The secret, to be typed (base32).
    secret: String,
    /// The address that authenticators read (`otpauth:`).
    uri: String,
    /// That address as a picture (SVG).
    qr_svg: String,
}

/// Set a second factor up
///
/// Signing in asks for it once its first code is confirmed.
#[utoipa::path(
    post,
    path = "/auth/2fa/setup",
    operation_id = "auth.2fa.setup",
    tag = "auth",
    security(("accessToken" = [])),
    request_body = NoBody,
    responses(
        (status = 200, description = "What to tell the authenticator", body = SetUp),
        (status = 409, description = "One is in use already"),
    ),
)]
pub(super) async fn set_up(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictJson(NoBody {}): StrictJson<NoBody>,
) -> Result<Json<SetUp>, Problem> {
    let set_up = auth::set_up_second_factor(&api.services.env, &who).await?;
    let picture = QrCode::new(&set_up.uri).map_err(|_| Problem::internal())?;
    let picture = picture
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    Ok(Json(SetUp {
        qr_svg: picture,
        secret: set_up.secret,
        uri: set_up.uri,
    }))
}

/// The first code of an authenticator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmBody {
    /// What the authenticator shows.
    code: String,
}

/// Codes for the day the authenticator is lost, shown this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryCodesView {
    /// Each is taken once.
    recovery_codes: Vec<String>,
}

impl RecoveryCodesView {
    fn of(codes: &RecoveryCodes) -> Self {
        Self {
            recovery_codes: codes.expose().to_vec(),
        }
    }
}

/// Put a second factor to use
///
/// Ends the other sessions, which were opened without it.
#[utoipa::path(
    post,
    path = "/auth/2fa/confirm",
    operation_id = "auth.2fa.confirm",
    tag = "auth",
    security(("accessToken" = [])),
    request_body = ConfirmBody,
    responses(
        (status = 200, description = "It is in use from now on", body = RecoveryCodesView),
        (status = 409, description = "None is set up, or one is in use already"),
    ),
)]
pub(super) async fn confirm(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictJson(body): StrictJson<ConfirmBody>,
) -> Result<Json<RecoveryCodesView>, Problem> {
    let command = ConfirmSecondFactor {
        code: body.code,
        metadata,
    };
    let codes = auth::confirm_second_factor(&api.services.env, &who, command).await?;
    api.learn_of_revocations().await;
    Ok(Json(RecoveryCodesView::of(&codes)))
}

/// The second factor, as the proof for a change of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ProofBody {
    /// What the authenticator shows.
    code: Option<String>,
    /// In place of that, one of the recovery codes.
    recovery_code: Option<String>,
}

/// Take the second factor out of use
#[utoipa::path(
    post,
    path = "/auth/2fa/disable",
    operation_id = "auth.2fa.disable",
    tag = "auth",
    security(("accessToken" = [])),
    request_body = ProofBody,
    responses(
        (status = 204, description = "Signing in asks for none any more"),
        (status = 409, description = "None is in use"),
    ),
)]
pub(super) async fn disable(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictJson(body): StrictJson<ProofBody>,
) -> Result<StatusCode, Problem> {
    let command = ChangeSecondFactor {
        second_factor: second_factor(body.code, body.recovery_code)?,
        metadata,
    };
    auth::disable_second_factor(&api.services.env, &who, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replace the recovery codes
#[utoipa::path(
    post,
    path = "/auth/2fa/recovery-codes",
    operation_id = "auth.2fa.recovery_codes",
    tag = "auth",
    security(("accessToken" = [])),
    request_body = ProofBody,
    responses(
        (status = 200, description = "The new ones; the old are gone", body = RecoveryCodesView),
        (status = 409, description = "No second factor is in use"),
    ),
)]
pub(super) async fn recovery_codes(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictJson(body): StrictJson<ProofBody>,
) -> Result<Json<RecoveryCodesView>, Problem> {
    let command = ChangeSecondFactor {
        second_factor: second_factor(body.code, body.recovery_code)?,
        metadata,
    };
    let codes = auth::regenerate_recovery_codes(&api.services.env, &who, command).await?;
    Ok(Json(RecoveryCodesView::of(&codes)))
}
