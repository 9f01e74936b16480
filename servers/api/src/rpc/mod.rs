//! What other services call: gRPC on a port of its own.

mod access;
mod auth;
mod door;
mod jobs;
mod status;
mod tracks;

use std::sync::Arc;
use std::time::Duration;

use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic::transport::Server;
use veza_core::auth::{ServiceTokenVerifier, TokenVerifier};
use veza_core::kernel::Environment;
use veza_proto::auth::v1::auth_server::AuthServer;
use veza_proto::jobs::v1::jobs_server::JobsServer;
use veza_proto::tracks::v1::tracks_server::TracksServer;
use veza_server_kit::Shutdown;

pub use access::{METHODS, Method};

use access::Door;

/// The largest message that is taken, in bytes. None of them holds more than a page of names.
const MAX_MESSAGE: usize = 256 * 1024;
/// How long a call may take that does not say so itself; none may take longer.
const MAX_CALL: Duration = Duration::from_secs(30);
/// Calls at once on one connection.
const MAX_STREAMS: u32 = 100;
/// How long calls in flight may go on once the end is asked for.
const DRAIN: Duration = Duration::from_secs(10);

/// What the calls work with.
#[derive(Clone)]
pub struct RpcServices {
    /// Store, clock, entropy.
    pub env: Environment,
    /// Verifies people who call.
    pub verifier: Arc<dyn TokenVerifier>,
    /// Verifies services that call.
    pub services: Arc<dyn ServiceTokenVerifier>,
}

/// Why the service could not begin.
#[derive(Debug, thiserror::Error)]
#[error("the definitions cannot be read: {0}")]
pub struct RpcError(#[from] tonic_reflection::server::Error);

/// Serves until `shutdown` is requested; then takes no more calls, lets those in flight end for a
/// few seconds and closes what is left.
///
/// # Errors
/// [`RpcError`], at once.
pub async fn serve_rpc(
    listener: TcpListener,
    services: RpcServices,
    shutdown: Shutdown,
) -> Result<(), RpcError> {
    let routes = routes(services).await?;
    let server = Server::builder()
        .timeout(MAX_CALL)
        .concurrency_limit_per_connection(MAX_STREAMS as usize)
        .max_concurrent_streams(MAX_STREAMS)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(10)))
        .http2_max_header_list_size(16 * 1024)
        .max_connection_age(Duration::from_secs(60 * 60))
        .add_routes(routes);
    let connections = door::connections(listener, shutdown.clone());
    let stop = shutdown.clone();
    let serving = server.serve_with_incoming_shutdown(connections, async move {
        stop.requested().await;
    });
    let cut = async {
        shutdown.requested().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = serving => if let Err(error) = ended {
            tracing::warn!(%error, "the service for services ended early");
        },
        () = cut => tracing::warn!("calls were closed before they ended"),
    }
    Ok(())
}

/// The services, with who may call what before them.
async fn routes(services: RpcServices) -> Result<Routes, RpcError> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<AuthServer<auth::AuthService>>().await;
    health.set_serving::<JobsServer<jobs::JobsService>>().await;
    health
        .set_serving::<TracksServer<tracks::TracksService>>()
        .await;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(veza_proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?;
    let env = services.env;
    let door = Door {
        people: services.verifier,
        services: services.services,
    };
    let auth = auth::AuthService::new(env.clone(), Arc::clone(&door.people));
    let jobs = jobs::JobsService::new(env.clone());
    let tracks = tracks::TracksService::new(env, door.clone());
    let mut routes = Routes::new(health_service)
        .add_service(reflection)
        .add_service(AuthServer::new(auth).max_decoding_message_size(MAX_MESSAGE))
        .add_service(JobsServer::new(jobs).max_decoding_message_size(MAX_MESSAGE))
        .add_service(TracksServer::new(tracks).max_decoding_message_size(MAX_MESSAGE));
    let router = std::mem::take(routes.axum_router_mut());
    let router = router.layer(from_fn_with_state(door, access::layer));
    Ok(Routes::from(router))
}
