//! `/users`.

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veza_core::auth;
use veza_server_kit::{Auth, Problem};

use crate::Api;
use crate::view::UserView;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(me))
}

/// One's own account
#[utoipa::path(
    get,
    path = "/users/me",
    operation_id = "users.me",
    tag = "users",
    security(("accessToken" = [])),
    responses((status = 200, description = "The account", body = UserView)),
)]
pub(super) async fn me(State(api): State<Api>, Auth(who): Auth) -> Result<Json<UserView>, Problem> {
    let user = auth::me(&api.services.env, &who).await?;
    Ok(Json(UserView::of(&user)))
}
