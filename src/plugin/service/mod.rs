//! Serves the provider protocol: each call finds the resource, decodes the request, calls the provider and encodes the
//! response.
//!
//! Every call runs on a thread of its own, so that a long computation delays no other call, and a client that drops its
//! stream does not cancel a change halfway. Every failure is a response with diagnostics, which the CLI shows; a gRPC status means that the transport failed.

mod action;
mod data_source;
mod deferral;
mod dynamic;
mod ephemeral;
mod function;
mod generate;
mod list;
mod provider;
mod registry;
mod reply;
mod resource;
mod schema_reply;
mod state;
mod stream;

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use self::registry::Registry;
use self::reply::Reply;
pub use self::schema_reply::ProviderService;
use self::schema_reply::SchemaReply;
use self::stream::{Event, Events};
use super::panic;
use super::proto::tfplugin6 as proto;
use super::proto::tfplugin6::provider_server;
use crate::tf::Diagnostics;

type BoxedReply = Box<dyn Any + Send>;
type BoxedCall = Pin<Box<dyn Future<Output = BoxedReply> + Send>>;

/// The gRPC service of a provider.
#[derive(Debug)]
pub struct Service {
    registry: Arc<Registry>,
    /// The number of running calls.
    running_calls: watch::Sender<usize>,
}

impl Service {
    #[must_use]
    pub fn new(provider: Arc<dyn crate::tf::Provider>) -> Self {
        Self { registry: Arc::new(Registry::new(provider)), running_calls: watch::Sender::new(0) }
    }

    /// The service for a server, with all of its calls.
    #[must_use]
    pub fn serve(self) -> ProviderService {
        ProviderService::new(self)
    }

    /// The schemas, of which those on demand are encoded already.
    async fn schema_reply(
        &self,
        request: proto::get_provider_schema::Request,
    ) -> Result<Response<SchemaReply>, Status> {
        let handler = |registry| provider::schema(registry, request);
        self.run_call("get_provider_schema", SchemaReply::default(), handler).await
    }

    /// Watches the number of running calls, including those whose client has disconnected.
    #[must_use]
    pub fn running_calls(&self) -> watch::Receiver<usize> {
        self.running_calls.subscribe()
    }

    /// Runs a handler. If it fails, the response is `fallback` with the diagnostics.
    async fn run_call<R: Reply, H>(
        &self,
        call: &'static str,
        fallback: R,
        handler: impl FnOnce(Arc<Registry>) -> H,
    ) -> Result<Response<R>, Status>
    where
        H: Future<Output = Result<R, Diagnostics>> + Send + 'static,
    {
        tracing::debug!(tf_rpc = call, "called");
        let handler = handler(self.registry.clone());
        let task = self.spawn(Box::pin(async move {
            let reply = match panic::catch_panic(handler).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(diagnostics)) => fallback.with_diagnostics(diagnostics),
                Err(message) => fallback.with_diagnostics(reply::panic_diagnostics(&message)),
            };
            Box::new(reply) as BoxedReply
        }));
        let reply = task.await.map_err(|error| Status::internal(error.to_string()))?;
        Ok(Response::new(*reply.downcast().expect("the reply of the call")))
    }

    /// Runs a call beside the runtime's thread, which must hear other calls, `Shutdown` and signals while this one computes.
    /// All calls are one type of task: a type for each would make the executable larger.
    fn spawn(&self, call: BoxedCall) -> JoinHandle<BoxedReply> {
        let running_call = RunningCall::start(&self.running_calls);
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            let reply = runtime.block_on(call);
            drop(running_call);
            reply
        })
    }
}

impl Service {
    /// Runs a handler that answers with events. If it fails, the last event has its diagnostics. It runs to its end even
    /// if the client goes away meanwhile.
    fn run_stream<E: Event, H>(
        &self,
        call: &'static str,
        handler: impl FnOnce(Arc<Registry>, Events<E>) -> H,
    ) -> Response<BoxStream<E>>
    where
        H: Future<Output = Result<(), Diagnostics>> + Send + 'static,
    {
        tracing::debug!(tf_rpc = call, "called");
        let (sender, receiver) = mpsc::channel(stream::CAPACITY);
        let events = Events::new(sender);
        let handler = handler(self.registry.clone(), events.clone());
        self.spawn(Box::pin(async move {
            let failure = match panic::catch_panic(handler).await {
                Ok(outcome) => outcome.err(),
                Err(message) => Some(reply::panic_diagnostics(&message)),
            };
            if let Some(diagnostics) = failure {
                events.send(E::failed(diagnostics)).await;
            }
            Box::new(()) as BoxedReply
        }));
        Response::new(Box::pin(ReceiverStream::new(receiver)))
    }
}

/// Counts a call as running until it is dropped.
struct RunningCall(watch::Sender<usize>);

impl RunningCall {
    fn start(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|running| *running += 1);
        Self(count.clone())
    }
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        self.0.send_modify(|running| *running -= 1);
    }
}

/// Implements each call by its handler. The optional fallback is the response if the handler fails, for calls where an
/// empty response would lose state. A call after `=>` answers with events.
macro_rules! calls {
    (
        $($call:ident $handler:path $(, or $fallback:path)?;)*
        $(=> $stream:ident $events:path;)*
    ) => {
        #[tonic::async_trait]
        impl provider_server::Provider for Service {$(
            async fn $call(
                &self,
                request: Request<proto::$call::Request>,
            ) -> Result<Response<proto::$call::Response>, Status> {
                let request = request.into_inner();
                let fallback = calls!(@fallback request $call $($fallback)?);
                self.run_call(stringify!($call), fallback, |registry| $handler(registry, request)).await
            }
        )*$(
            async fn $stream(
                &self,
                request: Request<proto::$stream::Request>,
            ) -> Result<Response<BoxStream<proto::$stream::Event>>, Status> {
                let request = request.into_inner();
                Ok(self.run_stream(stringify!($stream), |registry, events| $events(registry, request, events)))
            }
        )*}
    };
    (@fallback $request:ident $call:ident) => { proto::$call::Response::default() };
    (@fallback $request:ident $call:ident $fallback:path) => { $fallback(&$request) };
}

calls! {
    get_metadata provider::metadata;
    validate_provider_config provider::validate;
    configure_provider provider::configure;
    stop_provider provider::stop;

    validate_resource_config resource::validate;
    read_resource resource::read, or resource::read_fallback;
    plan_resource_change resource::plan, or resource::plan_fallback;
    apply_resource_change resource::apply, or resource::apply_fallback;

    upgrade_resource_state state::upgrade;
    import_resource_state state::import;
    move_resource_state state::move_state;
    get_resource_identity_schemas state::identity_schemas;
    upgrade_resource_identity state::upgrade_identity;

    validate_data_resource_config data_source::validate;
    read_data_source data_source::read;

    validate_ephemeral_resource_config ephemeral::validate;
    open_ephemeral_resource ephemeral::open;
    renew_ephemeral_resource ephemeral::renew, or ephemeral::renew_fallback;
    close_ephemeral_resource ephemeral::close;

    get_functions function::list;
    call_function function::call;

    validate_list_resource_config list::validate;
    generate_resource_config generate::config;

    validate_action_config action::validate;
    plan_action action::plan;

    => invoke_action action::invoke;
    => list_resource list::list;
}
