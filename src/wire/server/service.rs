//! From one HTTP request to its response.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, ORIGIN};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;

use super::Options;
use super::connections::RunningCalls;
use crate::base::Seed;
use crate::base::uuid::name_based;
use crate::wire::call::{self, Asked};
use crate::wire::reply::Reply;
use crate::wire::{alibaba, ec2, ec2_2007};

/// User data and policies are far smaller.
const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Answers the requests of a connection.
#[derive(Clone, Debug)]
pub(super) struct Service {
    options: Arc<Options>,
    requests: RequestIds,
    running_calls: RunningCalls,
}

/// The ids of requests that have none of their own: derived from their number, never drawn.
#[derive(Clone, Debug, Default)]
struct RequestIds {
    answered: Arc<AtomicU64>,
}

impl RequestIds {
    fn next_id(&self) -> String {
        let number = self.answered.fetch_add(1, Ordering::Relaxed);
        name_based(Seed::new(number).digest(&["request id of a server"]))
    }
}

impl Service {
    pub(super) fn new(options: Options) -> Self {
        Self { options: Arc::new(options), requests: RequestIds::default(), running_calls: RunningCalls::default() }
    }

    /// The same for a connection whose calls are counted.
    pub(super) fn counting(&self, running_calls: RunningCalls) -> Self {
        Self { running_calls, ..self.clone() }
    }
}

impl hyper::service::Service<Request<Incoming>> for &Service {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let Service { options, requests, running_calls } = (**self).clone();
        Box::pin(async move { Ok(response(answer(&options, &requests, &running_calls, request).await)) })
    }
}

async fn answer(
    options: &Arc<Options>,
    requests: &RequestIds,
    running_calls: &RunningCalls,
    request: Request<Incoming>,
) -> Reply {
    let (head, body) = request.into_parts();
    // A page of another site could post a form here; only a browser sends this header.
    if head.headers.contains_key(ORIGIN) {
        return logged(options, "a browser", Reply::refusal(403, "Requests of web pages are refused."));
    }
    let body = match tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, MAX_BODY_BYTES).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => {
            let text = format!("The body cannot be read, or has more than {MAX_BODY_BYTES} bytes.");
            return logged(options, "a body", Reply::refusal(413, &text));
        }
        Err(_) => return logged(options, "a body", Reply::refusal(408, "The body did not come in time.")),
    };
    // Before the whole request is here the connection counts as idle: a slow client must not keep others out.
    let _running = running_calls.begin();
    let mut asked = match call::read(&head, &body) {
        Ok(asked) => asked,
        Err(refusal) => return logged(options, head.method.as_str(), refusal),
    };
    let name = match &mut asked {
        Asked::Alibaba(call) => {
            call.parameters.replace_aliases(&options.aliases);
            call.action.clone()
        }
        Asked::Amazon(call) => {
            call.parameters.replace_aliases(&options.aliases);
            if call.service == "ec2" { call.action.clone() } else { format!("{} {}", call.service, call.action) }
        }
        Asked::Xml(_) => "RunInstances of 2007".to_owned(),
    };
    // An operation is one transaction, which may wait for a disk or a lock.
    let (shared, request_id) = (Arc::clone(options), requests.next_id());
    let reply = tokio::task::spawn_blocking(move || run(&shared, &asked, &request_id)).await;
    // An error here is a panic, which has been printed.
    let reply =
        reply.unwrap_or_else(|_| Reply::refusal(500, "The simulated cloud has failed; its standard error says why."));
    logged(options, &name, reply)
}

fn run(options: &Options, asked: &Asked, request_id: &str) -> Reply {
    match asked {
        Asked::Alibaba(call) => alibaba::answer(&options.cloud, call, request_id),
        Asked::Amazon(call) => ec2::answer(&options.cloud, call, request_id),
        Asked::Xml(document) => ec2_2007::answer(&options.cloud, document),
    }
}

fn logged(options: &Options, name: &str, reply: Reply) -> Reply {
    let code = reply.error_code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    (options.log)(&format!("{} {}{code}", name.escape_debug(), reply.status));
    reply
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    response
}
