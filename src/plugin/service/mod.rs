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

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use self::registry::Registry;
use self::reply::Reply;
use self::schema_reply::SchemaReply;
use self::stream::{Event, Events};
use super::message::{BoxedMessage, decode};
use super::panic;
use super::proto::tfplugin6 as proto;
use super::server::{self, Method, Methods, ReplyFuture, Stream};
use crate::tf::Diagnostics;

/// Before the name of a call in the path of its requests.
const PATH: &str = "/tfplugin6.Provider/";

type BoxedCall<T> = Pin<Box<dyn Future<Output = T> + Send>>;
/// Makes the reply of a call that failed.
type Fallback = Box<dyn FnOnce(Diagnostics) -> BoxedMessage + Send>;

/// The gRPC service of a provider.
#[derive(Clone, Debug)]
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

    /// Serves a connection until the client closes it.
    ///
    /// # Errors
    /// The client does not speak HTTP/2, or breaks off.
    pub async fn serve(self, connection: impl AsyncRead + AsyncWrite + Send + 'static) -> hyper::Result<()> {
        server::serve(Box::pin(connection), Arc::new(self)).await
    }

    /// Watches the number of running calls, including those whose client has disconnected.
    #[must_use]
    pub fn running_calls(&self) -> watch::Receiver<usize> {
        self.running_calls.subscribe()
    }

    /// Runs a handler. If it fails, the response is `fallback` with the diagnostics. Only what depends on the types of the
    /// call is here: it is compiled for each.
    fn run_call<R: Reply, H>(
        &self,
        call: &'static str,
        fallback: R,
        handler: impl FnOnce(Arc<Registry>) -> H,
    ) -> ReplyFuture
    where
        H: Future<Output = Result<R, Diagnostics>> + Send + 'static,
    {
        let handler = handler(self.registry.clone());
        let handler = Box::pin(async move { Ok(Box::new(handler.await?) as BoxedMessage) });
        let fallback = Box::new(move |diagnostics| Box::new(fallback.with_diagnostics(diagnostics)) as BoxedMessage);
        Box::pin(self.clone().answer(call, handler, fallback))
    }

    async fn answer(
        self,
        call: &'static str,
        handler: BoxedCall<Result<BoxedMessage, Diagnostics>>,
        fallback: Fallback,
    ) -> Result<BoxedMessage, Status> {
        tracing::debug!(tf_rpc = call, "called");
        let task = self.spawn(Box::pin(async move {
            match panic::catch_panic(handler).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(diagnostics)) => fallback(diagnostics),
                Err(message) => fallback(reply::panic_diagnostics(&message)),
            }
        }));
        task.await.map_err(|error| Status::internal(error.to_string()))
    }

    /// Runs a call beside the runtime's thread, which must hear other calls, `Shutdown` and signals while this one computes.
    fn spawn<T: Send + 'static>(&self, call: BoxedCall<T>) -> JoinHandle<T> {
        let running_call = RunningCall::start(&self.running_calls);
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            let reply = runtime.block_on(call);
            drop(running_call);
            reply
        })
    }

    /// Runs a handler that answers with events. If it fails, the last event has its diagnostics. It runs to its end even
    /// if the client goes away meanwhile.
    fn run_stream<E: Event, H>(&self, call: &'static str, handler: impl FnOnce(Arc<Registry>, Events<E>) -> H) -> Stream
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
        }));
        Box::pin(ReceiverStream::new(receiver))
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

/// Finds each call's handler by the call's name. The optional fallback is the response if the handler fails, for calls
/// where an empty response would lose state. A call after `=>` answers with events.
macro_rules! calls {
    (
        $($name:literal $call:ident $handler:path $(, or $fallback:path)?;)*
        $(=> $stream_name:literal $stream:ident $events:path;)*
    ) => {
        impl Methods for Service {
            fn find(&self, path: &str) -> Option<Method> {
                let service = self.clone();
                let method = match path.strip_prefix(PATH)? {
                    $($name => Method::Unary(Box::new(move |request| {
                        let request = match decode::<proto::$call::Request>(request) {
                            Ok(request) => request,
                            Err(status) => return Box::pin(std::future::ready(Err(status))),
                        };
                        let fallback = calls!(@fallback request $call $($fallback)?);
                        service.run_call(stringify!($call), fallback, |registry| $handler(registry, request))
                    })),)*
                    $($stream_name => Method::Stream(Box::new(move |request| {
                        let request = decode(request)?;
                        Ok(service.run_stream(stringify!($stream), |registry, events| $events(registry, request, events)))
                    })),)*
                    _ => return None,
                };
                Some(method)
            }
        }
    };
    (@fallback $request:ident $call:ident) => { proto::$call::Response::default() };
    (@fallback $request:ident $call:ident $fallback:path) => { $fallback(&$request) };
}

calls! {
    "GetMetadata" get_metadata provider::metadata;
    "GetProviderSchema" get_provider_schema provider::schema, or SchemaReply::fallback;
    "ValidateProviderConfig" validate_provider_config provider::validate;
    "ConfigureProvider" configure_provider provider::configure;
    "StopProvider" stop_provider provider::stop;

    "ValidateResourceConfig" validate_resource_config resource::validate;
    "ReadResource" read_resource resource::read, or resource::read_fallback;
    "PlanResourceChange" plan_resource_change resource::plan, or resource::plan_fallback;
    "ApplyResourceChange" apply_resource_change resource::apply, or resource::apply_fallback;

    "UpgradeResourceState" upgrade_resource_state state::upgrade;
    "ImportResourceState" import_resource_state state::import;
    "MoveResourceState" move_resource_state state::move_state;
    "GetResourceIdentitySchemas" get_resource_identity_schemas state::identity_schemas;
    "UpgradeResourceIdentity" upgrade_resource_identity state::upgrade_identity;

    "ValidateDataResourceConfig" validate_data_resource_config data_source::validate;
    "ReadDataSource" read_data_source data_source::read;

    "ValidateEphemeralResourceConfig" validate_ephemeral_resource_config ephemeral::validate;
    "OpenEphemeralResource" open_ephemeral_resource ephemeral::open;
    "RenewEphemeralResource" renew_ephemeral_resource ephemeral::renew, or ephemeral::renew_fallback;
    "CloseEphemeralResource" close_ephemeral_resource ephemeral::close;

    "GetFunctions" get_functions function::list;
    "CallFunction" call_function function::call;

    "ValidateListResourceConfig" validate_list_resource_config list::validate;
    "GenerateResourceConfig" generate_resource_config generate::config;

    "ValidateActionConfig" validate_action_config action::validate;
    "PlanAction" plan_action action::plan;

    => "InvokeAction" invoke_action action::invoke;
    => "ListResource" list_resource list::list;
}
