//! go-plugin's own services: shutdown, and two streams that never carry a message.

use std::sync::Arc;

use tokio::sync::Notify;

use super::message::BoxedMessage;
use super::proto::go_plugin::Empty;
use super::server::Method;

/// The method at a path. `Shutdown` notifies [`super::serve`]. Both CLIs open the streams when they connect, and log a
/// warning if they are refused.
pub(super) fn find(path: &str, shutdown: &Arc<Notify>) -> Option<Method> {
    match path {
        "/plugin.GRPCController/Shutdown" => {
            let shutdown = Arc::clone(shutdown);
            Some(Method::Unary(Box::new(move |_| {
                shutdown.notify_one();
                Box::pin(std::future::ready(Ok(Box::new(Empty {}) as BoxedMessage)))
            })))
        }
        "/plugin.GRPCStdio/StreamStdio" | "/plugin.GRPCBroker/StartStream" => Some(Method::Silence),
        _ => None,
    }
}
