//! `/auth/invitations`: codes to register by.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::auth::{self, CreateInvitation, Invitation, InvitationId, WithdrawInvitation};
use veza_core::kernel::{Role, Timestamp};
use veza_server_kit::{Auth, Problem, StrictJson, StrictPath};

use crate::Api;
use crate::contract::schema;
use crate::view::Told;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list, create))
        .routes(routes!(withdraw))
}

/// An invitation, without its code.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Invitation)]
pub(crate) struct InvitationView {
    #[schema(value_type = Uuid)]
    id: InvitationId,
    /// The role of those who come by it.
    #[schema(value_type = schema::RoleName)]
    role: Role,
    /// How many may still come.
    uses_left: u32,
    #[schema(value_type = schema::Time)]
    created_at: Timestamp,
    #[schema(value_type = schema::Time)]
    expires_at: Timestamp,
}

impl InvitationView {
    fn of(invitation: Invitation) -> Self {
        Self {
            id: invitation.id,
            role: invitation.role,
            uses_left: invitation.uses_left,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// One's invitations.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitationList {
    /// Two hundred at most, the newest first.
    items: Vec<InvitationView>,
}

/// One's invitations
#[utoipa::path(
    get,
    path = "/auth/invitations",
    operation_id = "auth.invitations.list",
    tag = "auth",
    security(("accessToken" = [])),
    responses((status = 200, description = "The invitations", body = InvitationList)),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Auth(who): Auth,
) -> Result<Json<InvitationList>, Problem> {
    let invitations = auth::list_invitations(&api.services.env, &who).await?;
    let items = invitations.into_iter().map(InvitationView::of).collect();
    Ok(Json(InvitationList { items }))
}

/// What an invitation is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CreateInvitationBody {
    /// The role of those who come; `user` where it is not said.
    #[serde(default)]
    #[schema(value_type = Option<schema::RoleName>)]
    role: Option<Role>,
    /// How many may come.
    #[schema(minimum = 1, maximum = 1000)]
    uses: u32,
    /// When it ends; in two weeks where it is not said.
    #[serde(default)]
    #[schema(value_type = Option<schema::Time>)]
    expires_at: Option<Timestamp>,
}

/// A new invitation, with its code, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedInvitation {
    /// What to register with.
    code: String,
    #[serde(flatten)]
    view: InvitationView,
}

/// Invite
///
/// Needs the permission `user:invite`. Nobody invites to a role above their own.
#[utoipa::path(
    post,
    path = "/auth/invitations",
    operation_id = "auth.invitations.create",
    tag = "auth",
    security(("accessToken" = [])),
    request_body = CreateInvitationBody,
    responses(
        (status = 201, description = "The invitation is made", body = CreatedInvitation),
        (status = 409, description = "There are as many as one may have"),
    ),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictJson(body): StrictJson<CreateInvitationBody>,
) -> Result<(StatusCode, Json<CreatedInvitation>), Problem> {
    let command = CreateInvitation {
        role: body.role.unwrap_or(Role::User),
        uses: body.uses,
        expires_at: body.expires_at,
        metadata,
    };
    let created = auth::create_invitation(&api.services.env, &who, command).await?;
    let body = CreatedInvitation {
        code: created.code.expose().to_owned(),
        view: InvitationView::of(created.invitation),
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// Take an invitation back
#[utoipa::path(
    delete,
    path = "/auth/invitations/{id}",
    operation_id = "auth.invitations.withdraw",
    tag = "auth",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The invitation")),
    responses((status = 204, description = "Nobody comes by it any more")),
)]
pub(super) async fn withdraw(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    Told(metadata): Told,
) -> Result<StatusCode, Problem> {
    let command = WithdrawInvitation {
        id: InvitationId::from(id),
        metadata,
    };
    auth::withdraw_invitation(&api.services.env, &who, command).await?;
    Ok(StatusCode::NO_CONTENT)
}
