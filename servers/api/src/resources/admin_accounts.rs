//! `/admin/users` and `/admin/audit-events`: roles, bans, and the record.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::auth::audit::{ListAuditEvents, list_audit_events};
use veza_core::auth::{
    self, AuditAction, AuditEvent, AuditEventId, BanUser, ChangeRole, Outcome, UnbanUser, User,
    UserId,
};
use veza_core::kernel::{PageRequest, Role, Timestamp};
use veza_server_kit::{Auth, Problem, StrictJson, StrictPath, StrictQuery};

use crate::Api;
use crate::contract::schema;
use crate::view::{Told, UserView};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(change_role))
        .routes(routes!(ban, unban))
        .routes(routes!(audit_events))
}

/// An account as its administrators see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedUser {
    user: UserView,
    /// Why and until when it is shut out, if it is.
    #[schema(required)]
    ban: Option<BanView>,
}

/// That an account is shut out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BanView {
    /// Who decided it.
    #[schema(value_type = Uuid)]
    banned_by: UserId,
    reason: String,
    #[schema(value_type = schema::Time)]
    since: Timestamp,
    /// Until when; none for good.
    #[schema(value_type = Option<schema::Time>, required)]
    until: Option<Timestamp>,
}

impl ManagedUser {
    fn of(user: User) -> Self {
        Self {
            user: UserView::of(&user),
            ban: user.ban.map(|ban| BanView {
                banned_by: ban.by,
                reason: ban.reason,
                since: ban.since,
                until: ban.until,
            }),
        }
    }
}

/// Another role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleBody {
    #[schema(value_type = schema::RoleName)]
    role: Role,
}

/// Change the role of an account
///
/// The last administrator keeps theirs.
#[utoipa::path(
    put,
    path = "/admin/users/{id}/role",
    operation_id = "admin.users.role",
    tag = "admin",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The account")),
    request_body = RoleBody,
    responses(
        (status = 200, description = "The account", body = ManagedUser),
        (status = 409, description = "It is the last administrator"),
    ),
)]
pub(super) async fn change_role(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    Told(metadata): Told,
    StrictJson(body): StrictJson<RoleBody>,
) -> Result<Json<ManagedUser>, Problem> {
    let command = ChangeRole {
        user_id: id.into(),
        role: body.role,
        metadata,
    };
    let user = auth::change_role(&api.services.env, &who, command).await?;
    api.learn_of_revocations().await;
    Ok(Json(ManagedUser::of(user)))
}

/// Why and until when.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BanBody {
    /// Why, in words for the one who is banned.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// Until when; for good when it is left out.
    #[schema(value_type = Option<schema::Time>)]
    until: Option<Timestamp>,
}

/// Ban an account
///
/// Moderators may, and nobody an account whose role is not below their own. Its sessions end
/// within seconds.
#[utoipa::path(
    put,
    path = "/admin/users/{id}/ban",
    operation_id = "admin.users.ban",
    tag = "admin",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The account")),
    request_body = BanBody,
    responses((status = 200, description = "The account", body = ManagedUser)),
)]
pub(super) async fn ban(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    Told(metadata): Told,
    StrictJson(body): StrictJson<BanBody>,
) -> Result<Json<ManagedUser>, Problem> {
    let command = BanUser {
        user_id: id.into(),
        reason: body.reason,
        until: body.until,
        metadata,
    };
    let user = auth::ban_user(&api.services.env, &who, command).await?;
    api.learn_of_revocations().await;
    Ok(Json(ManagedUser::of(user)))
}

/// Lift a ban
#[utoipa::path(
    delete,
    path = "/admin/users/{id}/ban",
    operation_id = "admin.users.unban",
    tag = "admin",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 204, description = "The account is not banned")),
)]
pub(super) async fn unban(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    Told(metadata): Told,
) -> Result<StatusCode, Problem> {
    let user_id = id.into();
    let command = UnbanUser { user_id, metadata };
    auth::unban_user(&api.services.env, &who, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Only what this account did, or what is about it.
    user_id: Option<Uuid>,
    /// Only this action, such as `session.log_in`.
    action: Option<String>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
    /// How many at most: 1 to 100, by default 20. Anything beyond is the nearest end.
    #[param(minimum = 0, maximum = 4294967295_i64, format = Int64)]
    limit: Option<u32>,
}

/// One line of the record.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditView {
    #[schema(value_type = Uuid)]
    id: AuditEventId,
    #[schema(value_type = schema::Time)]
    at: Timestamp,
    /// What was done, or tried.
    action: &'static str,
    /// `success` or `failure`.
    outcome: &'static str,
    /// Who did it, if they had proved who they are.
    #[schema(value_type = Option<Uuid>, required)]
    actor_id: Option<UserId>,
    /// The account that it is about, if there is one.
    #[schema(value_type = Option<Uuid>, required)]
    subject_id: Option<UserId>,
    #[schema(required)]
    detail: Option<String>,
    #[schema(required)]
    address: Option<String>,
    #[schema(required)]
    user_agent: Option<String>,
    /// The request it belongs to.
    #[schema(required)]
    correlation_id: Option<String>,
}

impl AuditView {
    fn of(event: AuditEvent) -> Self {
        Self {
            id: event.id,
            at: event.at,
            action: event.action.as_str(),
            outcome: Outcome::as_str(event.outcome),
            actor_id: event.actor,
            subject_id: event.subject,
            detail: event.detail,
            address: event.address,
            user_agent: event.user_agent,
            correlation_id: event.correlation_id,
        }
    }
}

/// One page of the record.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditPage {
    items: Vec<AuditView>,
    /// Where the next page begins; none on the last.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// What happened to the security of accounts, the newest first
#[utoipa::path(
    get,
    path = "/admin/audit-events",
    operation_id = "admin.audit_events",
    tag = "admin",
    security(("accessToken" = [])),
    params(AuditQuery),
    responses((status = 200, description = "A page of it", body = AuditPage)),
)]
pub(super) async fn audit_events(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictQuery(query): StrictQuery<AuditQuery>,
) -> Result<Json<AuditPage>, Problem> {
    let action: Option<AuditAction> = query
        .action
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "auth.audit.action_unknown",
                "the query parameter action names no action of the audit log",
            )
        })?;
    let list = ListAuditEvents {
        user: query.user_id.map(UserId::from),
        action,
        page: PageRequest {
            cursor: query.cursor,
            limit: query.limit,
        },
    };
    let page = list_audit_events(&api.services.env, &who, &list).await?;
    Ok(Json(AuditPage {
        items: page.items.into_iter().map(AuditView::of).collect(),
        next_cursor: page.next_cursor,
    }))
}
