//! `RunInstances` of the EC2 API of 2007-03-01, as XML, bare or in a SOAP envelope (R1–R22).

mod read; // the document of a request
mod write; // the document of a reply

use self::read::RequestParseError;
use crate::cloud::model::RunInstancesRequest;
use crate::cloud::{CloudError, SimCloud};
use crate::wire::reply::Reply;

/// The namespace of the API, which the reply has too.
const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2007-03-01";

/// A request, and how it was wrapped.
#[derive(Debug)]
struct Document {
    request: RunInstancesRequest,
    /// Its reply is wrapped in an envelope too.
    is_soap: bool,
}

/// Answers a document. Signatures in a SOAP header are not looked at.
pub(super) fn answer(cloud: &SimCloud, text: &str) -> Reply {
    let is_soap = read::is_soap(text);
    match run(cloud, text) {
        Ok(body) => Reply::success(Reply::XML, body),
        Err((code, message)) => {
            let body = write::error(&code, &message, is_soap);
            Reply { status: status_of(&code), content_type: Reply::XML, body: body.into(), error_code: Some(code) }
        }
    }
}

fn run(cloud: &SimCloud, text: &str) -> Result<String, (String, String)> {
    let document = read::read(text).map_err(|RequestParseError { code, message }| (code.to_owned(), message))?;
    let reservation = cloud.run_instances(&document.request).map_err(|error| match error {
        CloudError::Service(refusal) => (refusal.code.to_string(), refusal.message),
        CloudError::World(error) => ("InternalError".to_owned(), error.to_string()),
    })?;
    Ok(write::reply(&reservation, document.is_soap))
}

/// A lack of capacity is the server's fault in this API, everything else the client's.
fn status_of(code: &str) -> u16 {
    if matches!(code, "InsufficientInstanceCapacity" | "InternalError") { 500 } else { 400 }
}
