//! The provider protocol, served: each call looks up, decodes, asks the provider, encodes.
//!
//! Every call runs on a task of its own, so that a client that drops its stream does not end half a change, and every
//! failure is an answer with diagnostics: the CLI shows those, and gRPC statuses are for broken transport.

mod data_source;
mod dynamic;
mod function;
mod provider;
mod registry;
mod reply;
mod resource;
mod state;

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;
use tonic::{Request, Response, Status};

use self::registry::Registry;
use self::reply::Reply;
use super::panic;
use super::proto::tfplugin6 as proto;
use super::proto::tfplugin6::provider_server;
use crate::tf::Diagnostics;

/// A provider on the wire.
#[derive(Debug)]
pub struct Service {
    registry: Arc<Registry>,
    /// How many calls are being worked on.
    running: watch::Sender<usize>,
}

impl Service {
    #[must_use]
    pub fn new(provider: Arc<dyn crate::tf::Provider>) -> Self {
        Self { registry: Arc::new(Registry::new(provider)), running: watch::Sender::new(0) }
    }

    /// Follows the number of calls that are being worked on, even for clients that are gone.
    #[must_use]
    pub fn running(&self) -> watch::Receiver<usize> {
        self.running.subscribe()
    }

    /// Works on a call. `fallback` is what is right to answer if the work fails altogether: what came in, unchanged.
    async fn answer<R: Reply, W>(
        &self,
        call: &'static str,
        fallback: R,
        work: impl FnOnce(Arc<Registry>) -> W,
    ) -> Result<Response<R>, Status>
    where
        W: Future<Output = Result<R, Diagnostics>> + Send + 'static,
    {
        tracing::debug!(tf_rpc = call, "called");
        let running = Running::start(&self.running);
        let work = work(self.registry.clone());
        let task = tokio::spawn(async move {
            let outcome = panic::catch(work).await;
            drop(running);
            match outcome {
                Ok(Ok(reply)) => reply,
                Ok(Err(diagnostics)) => fallback.refuse(diagnostics),
                Err(message) => fallback.refuse(reply::panicked(&message)),
            }
        });
        task.await.map(Response::new).map_err(|error| Status::internal(error.to_string()))
    }
}

/// Counts a call until it is dropped.
struct Running(watch::Sender<usize>);

impl Running {
    fn start(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|running| *running += 1);
        Self(count.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_modify(|running| *running -= 1);
    }
}

/// Each call with its handler and, where an empty answer would lose something, what to answer without the handler.
macro_rules! calls {
    ($($call:ident $handler:path $(, or $fallback:path)?;)*) => {
        #[tonic::async_trait]
        impl provider_server::Provider for Service {$(
            async fn $call(
                &self,
                request: Request<proto::$call::Request>,
            ) -> Result<Response<proto::$call::Response>, Status> {
                let request = request.into_inner();
                let fallback = calls!(@fallback request $call $($fallback)?);
                self.answer(stringify!($call), fallback, |registry| $handler(registry, request)).await
            }
        )*}
    };
    (@fallback $request:ident $call:ident) => { proto::$call::Response::default() };
    (@fallback $request:ident $call:ident $fallback:path) => { $fallback(&$request) };
}

calls! {
    get_metadata provider::metadata;
    get_provider_schema provider::schema;
    validate_provider_config provider::validate;
    configure_provider provider::configure;
    stop_provider provider::stop;

    validate_resource_config resource::validate;
    read_resource resource::read, or resource::unread;
    plan_resource_change resource::plan, or resource::unplanned;
    apply_resource_change resource::apply, or resource::unapplied;

    upgrade_resource_state state::upgrade;
    import_resource_state state::import;
    move_resource_state state::move_state;
    get_resource_identity_schemas state::identity_schemas;
    upgrade_resource_identity state::upgrade_identity;

    validate_data_resource_config data_source::validate;
    read_data_source data_source::read;

    get_functions function::list;
    call_function function::call;
}
