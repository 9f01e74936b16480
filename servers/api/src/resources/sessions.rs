//! `/auth/sessions`: where one is signed in.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::auth::sessions::EndSession;
use veza_core::auth::{self, Session, SessionId};
use veza_core::kernel::Timestamp;
use veza_server_kit::{Auth, Problem, StrictPath};

use crate::Api;
use crate::contract::schema;
use crate::view::Told;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list, end_others))
        .routes(routes!(end))
}

/// One place where one is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView {
    #[schema(value_type = Uuid)]
    id: SessionId,
    /// Whether it is the one that asks.
    current: bool,
    /// The program it was opened with.
    #[schema(required)]
    user_agent: Option<String>,
    /// The network address it was opened from.
    #[schema(required)]
    address: Option<String>,
    /// Whether it ends at a fixed time.
    remember_me: bool,
    #[schema(value_type = schema::Time)]
    created_at: Timestamp,
    #[schema(value_type = schema::Time)]
    last_used_at: Timestamp,
    /// When it ends, unless it is used before and not remembered.
    #[schema(value_type = schema::Time)]
    expires_at: Timestamp,
}

impl SessionView {
    fn of(session: Session, current: Option<SessionId>) -> Self {
        Self {
            current: Some(session.id) == current,
            id: session.id,
            user_agent: session.user_agent,
            address: session.address,
            remember_me: session.remember_me,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
        }
    }
}

/// One's sessions.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionList {
    /// A hundred at most, the one used last first.
    items: Vec<SessionView>,
}

/// Where one is signed in
#[utoipa::path(
    get,
    path = "/auth/sessions",
    operation_id = "auth.sessions.list",
    tag = "auth",
    security(("accessToken" = [])),
    responses((status = 200, description = "The sessions", body = SessionList)),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Auth(who): Auth,
) -> Result<Json<SessionList>, Problem> {
    let sessions = auth::list_sessions(&api.services.env, &who).await?;
    let items = sessions
        .into_iter()
        .map(|session| SessionView::of(session, who.session_id))
        .collect();
    Ok(Json(SessionList { items }))
}

/// End one session
#[utoipa::path(
    delete,
    path = "/auth/sessions/{id}",
    operation_id = "auth.sessions.end",
    tag = "auth",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The session")),
    responses((status = 204, description = "It has ended")),
)]
pub(super) async fn end(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    Told(metadata): Told,
) -> Result<StatusCode, Problem> {
    let command = EndSession {
        session_id: SessionId::from(id),
        metadata,
    };
    auth::end_session(&api.services.env, &who, command).await?;
    api.learn_of_revocations().await;
    Ok(StatusCode::NO_CONTENT)
}

/// End every session but this one
#[utoipa::path(
    delete,
    path = "/auth/sessions",
    operation_id = "auth.sessions.end_others",
    tag = "auth",
    security(("accessToken" = [])),
    responses((status = 204, description = "They have ended")),
)]
pub(super) async fn end_others(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
) -> Result<StatusCode, Problem> {
    auth::end_other_sessions(&api.services.env, &who, &metadata).await?;
    api.learn_of_revocations().await;
    Ok(StatusCode::NO_CONTENT)
}
