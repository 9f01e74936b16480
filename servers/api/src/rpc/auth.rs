//! `veza.auth.v1.Auth`.

use std::sync::Arc;

use tonic::{Request, Response, Status, async_trait};
use veza_core::auth::{TokenVerifier, show_user};
use veza_core::kernel::{Environment, ErrorKind, UseCaseError as _};
use veza_proto::auth::v1::auth_server::Auth;
use veza_proto::auth::v1::{GetUserRequest, User, VerifyTokenRequest, VerifyTokenResponse};

use super::status::{id, status, time};

/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 * 1024;

pub(super) struct AuthService {
    env: Environment,
    verifier: Arc<dyn TokenVerifier>,
}

impl AuthService {
    pub(super) fn new(env: Environment, verifier: Arc<dyn TokenVerifier>) -> Self {
        Self { env, verifier }
    }
}

#[async_trait]
impl Auth for AuthService {
    async fn verify_token(
        &self,
        request: Request<VerifyTokenRequest>,
    ) -> Result<Response<VerifyTokenResponse>, Status> {
        let token = request.into_inner().token;
        if token.len() > MAX_TOKEN {
            return Ok(Response::new(VerifyTokenResponse::default()));
        }
        let grant = match self.verifier.verify(&token) {
            Ok(grant) => grant,
            // That it cannot be told now is no answer about the token.
            Err(error) if error.kind() == ErrorKind::Unavailable => return Err(status(error)),
            Err(_) => return Ok(Response::new(VerifyTokenResponse::default())),
        };
        // By the names that tokens hold.
        let permissions = grant.permissions.iter().filter_map(|permission| {
            let name = serde_json::to_value(permission).ok()?;
            name.as_str().map(str::to_owned)
        });
        Ok(Response::new(VerifyTokenResponse {
            active: true,
            user_id: grant.user_id.to_string(),
            username: grant.username,
            roles: grant.roles.iter().map(ToString::to_string).collect(),
            permissions: permissions.collect(),
            expires_at: time(grant.expires_at),
        }))
    }

    async fn get_user(&self, request: Request<GetUserRequest>) -> Result<Response<User>, Status> {
        let id = id("id", &request.into_inner().id)?;
        let user = show_user(&self.env, id).await.map_err(status)?;
        Ok(Response::new(User {
            id: user.id.to_string(),
            username: user.username,
            role: user.role.to_string(),
            created_at: time(user.created_at),
        }))
    }
}
