//! `/auth/providers` and `/auth/identities`: signing in with a provider of identities.
//!
//! A page asks where to send its browser, and sends it there. The provider sends it back to
//! `/sign-in/{id}` of the page, which hands over what came in its address. In between the browser
//! holds a secret in a cookie: an answer that was meant for another browser is none.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::auth::identities::{
    AnswerAuthorization, Answered, BeginAuthorization, BeginSignIn, Begun, UnlinkIdentity,
};
use veza_core::auth::{self, IdentityError, LinkedIdentity, LinkedIdentityId, LogInOutcome};
use veza_core::kernel::Timestamp;
use veza_server_kit::rate_limit::LOGIN_NETWORK;
use veza_server_kit::{Auth, ClientAddress, Problem, StrictJson, StrictPath};

use super::auth::{FreshAccess, LoggedIn, TokenDelivery};
use super::second_factor::SecondFactorAsked;
use crate::Api;
use crate::contract::schema;
use crate::cookie::SecretCookie;
use crate::view::Told;

/// Holds the browser's secret while somebody is at a provider.
const COOKIE: SecretCookie = SecretCookie("__Host-veza_provider");

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(providers))
        .routes(routes!(sign_in))
        .routes(routes!(answer))
        .routes(routes!(link))
        .routes(routes!(reauthenticate))
        .routes(routes!(list))
        .routes(routes!(unlink))
}

/// A provider.
#[derive(Serialize, ToSchema)]
#[schema(as = Provider)]
pub(crate) struct ProviderView {
    /// What it is called in addresses.
    id: String,
    /// What people call it.
    name: String,
}

/// The providers.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderList {
    /// In the order in which they are shown.
    items: Vec<ProviderView>,
}

/// By whom one may be let in
#[utoipa::path(
    get,
    path = "/auth/providers",
    operation_id = "auth.providers.list",
    tag = "auth",
    security(()),
    responses((status = 200, description = "The providers", body = ProviderList)),
)]
pub(super) async fn providers(State(api): State<Api>) -> Json<ProviderList> {
    let providers = api.services.providers.list().iter();
    let items = providers.map(|provider| ProviderView {
        id: provider.id.to_string(),
        name: provider.name.clone(),
    });
    Json(ProviderList {
        items: items.collect(),
    })
}

/// Who is to be let in, and where to afterwards.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ProviderSignInBody {
    /// Whether the session ends 90 days from now, and not 30 days after its last use.
    #[serde(default)]
    remember_me: bool,
    /// The code of an invitation, for who has no account and needs one to register.
    invitation: Option<String>,
    /// The path of the page to show afterwards.
    return_to: Option<String>,
}

/// Where to afterwards.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ReturnToBody {
    /// The path of the page to show afterwards.
    return_to: Option<String>,
}

/// Where to send the browser.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BegunView {
    /// The address at the provider.
    authorization_url: String,
    /// How long one may take there, in seconds.
    expires_in: u64,
}

impl BegunView {
    fn answer(api: &Api, begun: &Begun) -> Response {
        let expires_in = api.seconds_until(begun.expires_at);
        let seconds = i64::try_from(expires_in).unwrap_or(0);
        let cookie = COOKIE.set(begun.browser.expose(), seconds);
        let body = Self {
            authorization_url: begun.authorization_url.clone(),
            expires_in,
        };
        let mut response = Json(body).into_response();
        response
            .headers_mut()
            .extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
        response
    }
}

fn way(
    provider: String,
    return_to: Option<String>,
    headers: &HeaderMap,
) -> Result<BeginAuthorization, Problem> {
    Ok(BeginAuthorization {
        provider,
        return_to,
        browser: COOKIE.read(headers)?,
    })
}

/// Sign in with a provider
///
/// Who has no account gets one, where the provider has proved their address and no account has it.
#[utoipa::path(
    post,
    path = "/auth/providers/{id}/sign-in",
    operation_id = "auth.providers.sign_in",
    tag = "auth",
    security(()),
    params(("id" = String, Path, description = "The provider")),
    request_body = ProviderSignInBody,
    responses(
        (status = 200, description = "Where to send the browser", body = BegunView),
        (status = 403, description = "A page of another origin had the cookie sent"),
    ),
)]
pub(super) async fn sign_in(
    State(api): State<Api>,
    client: ClientAddress,
    headers: HeaderMap,
    StrictPath(id): StrictPath<String>,
    StrictJson(body): StrictJson<ProviderSignInBody>,
) -> Result<Response, Problem> {
    limit(&api, &client).await?;
    let command = BeginSignIn {
        way: way(id, body.return_to, &headers)?,
        remember_me: body.remember_me,
        invitation: body.invitation,
    };
    let services = &api.services;
    let begun = auth::begin_sign_in(&services.env, &services.providers, command).await?;
    Ok(BegunView::answer(&api, &begun))
}

async fn limit(api: &Api, client: &ClientAddress) -> Result<(), Problem> {
    let demands = [(LOGIN_NETWORK, None)];
    api.limiters.network(client.ip(), &demands).await.check()
}

/// Link an identity to one's account
#[utoipa::path(
    post,
    path = "/auth/providers/{id}/link",
    operation_id = "auth.providers.link",
    tag = "auth",
    security(("accessToken" = [])),
    params(("id" = String, Path, description = "The provider")),
    request_body = ReturnToBody,
    responses((status = 200, description = "Where to send the browser", body = BegunView)),
)]
pub(super) async fn link(
    State(api): State<Api>,
    Auth(who): Auth,
    headers: HeaderMap,
    StrictPath(id): StrictPath<String>,
    StrictJson(body): StrictJson<ReturnToBody>,
) -> Result<Response, Problem> {
    let services = &api.services;
    let way = way(id, body.return_to, &headers)?;
    let begun = auth::begin_link(&services.env, &services.providers, &who, way).await?;
    Ok(BegunView::answer(&api, &begun))
}

/// Prove again who one is, with a provider
///
/// What answers `auth.step_up_required` may be done within ten minutes from its answer.
#[utoipa::path(
    post,
    path = "/auth/providers/{id}/reauthenticate",
    operation_id = "auth.providers.reauthenticate",
    tag = "auth",
    security(("accessToken" = [])),
    params(("id" = String, Path, description = "The provider")),
    request_body = ReturnToBody,
    responses((status = 200, description = "Where to send the browser", body = BegunView)),
)]
pub(super) async fn reauthenticate(
    State(api): State<Api>,
    Auth(who): Auth,
    headers: HeaderMap,
    StrictPath(id): StrictPath<String>,
    StrictJson(body): StrictJson<ReturnToBody>,
) -> Result<Response, Problem> {
    let services = &api.services;
    let way = way(id, body.return_to, &headers)?;
    let begun = auth::begin_reauthentication(&services.env, &services.providers, &who, way).await?;
    Ok(BegunView::answer(&api, &begun))
}

/// What stood in the address that the browser came back to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ProviderAnswerBody {
    /// `state`.
    state: String,
    /// `code`.
    code: String,
    /// `iss`, where it was there (RFC 9207).
    iss: Option<String>,
    /// How the refresh token is given; by default in a cookie.
    #[serde(default)]
    #[schema(inline)]
    token_delivery: TokenDelivery,
}

/// What was done.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProviderOutcome {
    /// Welcome; `session` has the tokens.
    SignedIn,
    /// Go on with `/auth/2fa/verify`; `secondFactor` has the ticket.
    SecondFactor,
    /// `identity` opens the account from now on.
    Linked,
    /// The session has a fresh proof; `access` has the token that says so.
    Reauthenticated,
}

/// What was done, and where the page goes now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderAnswer {
    #[schema(inline)]
    outcome: ProviderOutcome,
    /// The path that was given at the beginning.
    #[schema(required)]
    return_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<LoggedIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_factor: Option<SecondFactorAsked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<IdentityView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<FreshAccess>,
}

impl ProviderAnswer {
    fn of(outcome: ProviderOutcome, return_to: Option<String>) -> Self {
        Self {
            outcome,
            return_to,
            session: None,
            second_factor: None,
            identity: None,
            access: None,
        }
    }
}

/// Hand over a provider's answer
///
/// Does what was begun in this browser: signs in, links, or proves again who one is. An answer is
/// taken once; one that met a 503 may be tried again.
#[utoipa::path(
    post,
    path = "/auth/providers/{id}/callback",
    operation_id = "auth.providers.callback",
    tag = "auth",
    security(()),
    params(("id" = String, Path, description = "The provider")),
    request_body = ProviderAnswerBody,
    responses(
        (status = 200, description = "What was done", body = ProviderAnswer),
        (
            status = 401,
            description = "It was answered before, is too old, was begun in another browser or \
                           with another provider, or the answer proves nothing",
        ),
        (
            status = 403,
            description = "The identity opens no account or another one, the account is banned, \
                           or a page of another origin had the cookie sent",
        ),
        (status = 409, description = "The identity is linked to another account, or the \
                                      invitation is not good"),
    ),
)]
pub(super) async fn answer(
    State(api): State<Api>,
    client: ClientAddress,
    headers: HeaderMap,
    Told(metadata): Told,
    StrictPath(id): StrictPath<String>,
    StrictJson(body): StrictJson<ProviderAnswerBody>,
) -> Result<Response, Problem> {
    limit(&api, &client).await?;
    let delivery = body.token_delivery;
    let command = AnswerAuthorization {
        provider: id,
        state: body.state,
        code: body.code,
        issuer: body.iss,
        browser: COOKIE.read(&headers)?,
        policy: api.registration,
        metadata,
    };
    let services = &api.services;
    let answered = auth::answer_authorization(
        &services.env,
        &services.providers,
        &*services.issuer,
        command,
    );
    let outcome = answered.await.inspect_err(|error| {
        // Whoever signs in is told nothing of it, and whoever runs the service has to know.
        if let IdentityError::Refused(reason) = error {
            tracing::warn!(%reason, "a provider's answer was refused");
        }
    })?;
    let return_to = outcome.return_to;
    Ok(match outcome.answered {
        Answered::SignedIn(LogInOutcome::In(logged_in)) => {
            let body = ProviderAnswer {
                session: Some(LoggedIn::of(&logged_in, delivery)),
                ..ProviderAnswer::of(ProviderOutcome::SignedIn, return_to)
            };
            LoggedIn::deliver(&api, &logged_in, delivery, Json(body).into_response())
        }
        Answered::SignedIn(LogInOutcome::SecondFactor(challenge)) => Json(ProviderAnswer {
            second_factor: Some(SecondFactorAsked::of(&api, &challenge)),
            ..ProviderAnswer::of(ProviderOutcome::SecondFactor, return_to)
        })
        .into_response(),
        Answered::Linked(identity) => Json(ProviderAnswer {
            identity: Some(IdentityView::of(&api, identity)),
            ..ProviderAnswer::of(ProviderOutcome::Linked, return_to)
        })
        .into_response(),
        Answered::Reauthenticated(token, _) => Json(ProviderAnswer {
            access: Some(FreshAccess::of(&token)),
            ..ProviderAnswer::of(ProviderOutcome::Reauthenticated, return_to)
        })
        .into_response(),
    })
}

/// An identity by which one can sign in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Identity)]
pub(crate) struct IdentityView {
    #[schema(value_type = Uuid)]
    id: LinkedIdentityId,
    provider: ProviderView,
    /// The address there when it was linked.
    #[schema(required)]
    email: Option<String>,
    #[schema(value_type = schema::Time)]
    created_at: Timestamp,
}

impl IdentityView {
    fn of(api: &Api, identity: LinkedIdentity) -> Self {
        let id = identity.provider.to_string();
        let known = api.services.providers.find(&id);
        Self {
            id: identity.id,
            provider: ProviderView {
                // One that is no longer here is called by its id.
                name: known.map_or_else(|| id.clone(), |provider| provider.name.clone()),
                id,
            },
            email: identity.email,
            created_at: identity.created_at,
        }
    }
}

/// One's identities.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityList {
    /// Twenty at most, the oldest first.
    items: Vec<IdentityView>,
}

/// By which identities one can sign in
#[utoipa::path(
    get,
    path = "/auth/identities",
    operation_id = "auth.identities.list",
    tag = "auth",
    security(("accessToken" = [])),
    responses((status = 200, description = "The identities", body = IdentityList)),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Auth(who): Auth,
) -> Result<Json<IdentityList>, Problem> {
    let identities = auth::list_identities(&api.services.env, &who).await?;
    let items = identities
        .into_iter()
        .map(|identity| IdentityView::of(&api, identity))
        .collect();
    Ok(Json(IdentityList { items }))
}

/// Unlink an identity
///
/// The last way to sign in stays.
#[utoipa::path(
    delete,
    path = "/auth/identities/{id}",
    operation_id = "auth.identities.unlink",
    tag = "auth",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The identity")),
    responses(
        (status = 204, description = "It opens the account no more"),
        (status = 409, description = "There is no other way to sign in"),
    ),
)]
pub(super) async fn unlink(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    Told(metadata): Told,
) -> Result<StatusCode, Problem> {
    let command = UnlinkIdentity {
        id: LinkedIdentityId::from(id),
        metadata,
    };
    let services = &api.services;
    auth::unlink_identity(&services.env, &services.providers, &who, command).await?;
    Ok(StatusCode::NO_CONTENT)
}
