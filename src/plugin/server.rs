//! Serves gRPC on one connection: finds the method that a request names and runs it.
//!
//! hyper serves HTTP/2 and tonic's `Grpc` frames the messages. tonic's own server has layers that a plugin does not
//! need, and a type for each call.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request as HttpRequest, Response as HttpResponse};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tonic::body::Body;
use tonic::codegen::{BoxFuture, BoxStream};
use tonic::server::{Grpc, ServerStreamingService, StreamingService, UnaryService};
use tonic::{Request, Response, Status, Streaming};

use super::listener::Socket;
use super::message::{BoxedMessage, MessageCodec};

/// The largest request that is accepted: a plan of ten thousand instances has 25 MiB. Plugins written in Go take four
/// times as much; tonic's default of 4 MiB is too low for a large state.
const MAX_REQUEST_BYTES: usize = 64 * 1024 * 1024;

/// The reply to a call.
pub(super) type ReplyFuture = BoxFuture<BoxedMessage, Status>;
/// The events that answer a call.
pub(super) type Stream = BoxStream<BoxedMessage>;

/// How a call is answered.
pub(super) enum Method {
    /// With a reply to the request.
    Unary(Box<dyn Fn(Bytes) -> ReplyFuture + Send>),
    /// With events.
    Stream(Box<dyn Fn(Bytes) -> Result<Stream, Status> + Send>),
    /// With a stream that never carries anything, whatever the client sends.
    Silence,
}

/// The calls of a server.
pub(super) trait Methods: Send + Sync {
    /// The method at the path of a request, such as `/tfplugin6.Provider/GetMetadata`.
    fn find(&self, path: &str) -> Option<Method>;
}

/// Serves a connection until the client closes it.
pub(super) async fn serve(socket: Pin<Box<dyn Socket>>, methods: Arc<dyn Methods>) -> hyper::Result<()> {
    let service = service_fn(move |request: HttpRequest<Incoming>| {
        let method = methods.find(request.uri().path());
        async move { Ok::<_, Infallible>(answer(method, request).await) }
    });
    http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        // The client decides how many calls it makes at once.
        .max_concurrent_streams(None)
        .serve_connection(TokioIo::new(socket), service)
        .await
}

async fn answer(method: Option<Method>, request: HttpRequest<Incoming>) -> HttpResponse<Body> {
    let mut grpc = Grpc::new(MessageCodec).max_decoding_message_size(MAX_REQUEST_BYTES);
    match method {
        None => Status::unimplemented(format!("{} is not implemented", request.uri().path())).into_http(),
        Some(Method::Unary(method)) => grpc.unary(Unary(method), request).await,
        Some(Method::Stream(method)) => grpc.server_streaming(Events(method), request).await,
        Some(Method::Silence) => grpc.streaming(Silence, request).await,
    }
}

struct Unary(Box<dyn Fn(Bytes) -> ReplyFuture + Send>);

impl UnaryService<Bytes> for Unary {
    type Response = BoxedMessage;
    type Future = BoxFuture<Response<BoxedMessage>, Status>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let reply = (self.0)(request.into_inner());
        Box::pin(async move { reply.await.map(Response::new) })
    }
}

struct Events(Box<dyn Fn(Bytes) -> Result<Stream, Status> + Send>);

impl ServerStreamingService<Bytes> for Events {
    type Response = BoxedMessage;
    type ResponseStream = Stream;
    type Future = std::future::Ready<Result<Response<Stream>, Status>>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        std::future::ready((self.0)(request.into_inner()).map(Response::new))
    }
}

struct Silence;

impl StreamingService<Bytes> for Silence {
    type Response = BoxedMessage;
    type ResponseStream = Stream;
    type Future = std::future::Ready<Result<Response<Stream>, Status>>;

    fn call(&mut self, _: Request<Streaming<Bytes>>) -> Self::Future {
        std::future::ready(Ok(Response::new(Box::pin(tokio_stream::pending()))))
    }
}
