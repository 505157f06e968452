//! go-plugin's own services: shutdown, and two streams that never carry a message.

use std::sync::Arc;

use tokio::sync::Notify;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use super::proto::go_plugin::grpc_broker_server::GrpcBroker;
use super::proto::go_plugin::grpc_controller_server::GrpcController;
use super::proto::go_plugin::grpc_stdio_server::GrpcStdio;
use super::proto::go_plugin::{ConnInfo, Empty, StdioData};

/// Serves `Shutdown` by notifying [`super::serve`].
#[derive(Debug)]
pub(super) struct Controller {
    pub(super) shutdown: Arc<Notify>,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.shutdown.notify_one();
        Ok(Response::new(Empty {}))
    }
}

/// The streams that both CLIs open when they connect. The CLI logs a warning if they are refused.
#[derive(Debug)]
pub(super) struct IdleStreams;

#[tonic::async_trait]
impl GrpcStdio for IdleStreams {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(Response::new(Box::pin(tokio_stream::pending())))
    }
}

#[tonic::async_trait]
impl GrpcBroker for IdleStreams {
    async fn start_stream(&self, _: Request<Streaming<ConnInfo>>) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        Ok(Response::new(Box::pin(tokio_stream::pending())))
    }
}
