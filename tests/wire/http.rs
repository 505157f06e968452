//! A client that writes one request and reads one response, so that a test decides about every byte.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value as Json;

use crate::strict;

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The reply of a call that succeeded.
    #[track_caller]
    pub(crate) fn success(&self) -> Json {
        assert_eq!(self.status, 200, "{}", self.body);
        self.json()
    }

    /// HTTP status and code of a call that was refused.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (u16, String) {
        let code = self.json()["Code"].as_str().unwrap_or_else(|| panic!("{}", self.body)).to_owned();
        (self.status, code)
    }
}

pub(crate) fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// The reply to a POST; one of Amazon's services is checked strictly.
#[track_caller]
pub(crate) fn post(address: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
    let mut stream = connect(address);
    let head = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<Vec<_>>().concat();
    let length = body.len();
    write!(
        stream,
        "POST {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{head}Content-Length: {length}\r\n\r\n"
    )
    .unwrap();
    stream.write_all(body).unwrap();
    let response = read(&mut stream);
    if let Some(call) = strict::amazon_call(headers, body) {
        strict::check(&call, &response);
    }
    response
}

fn read(stream: &mut TcpStream) -> Response {
    let mut bytes = Vec::new();
    // A server that refuses a request may close before it has read all of it.
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no response: {text:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    Response { status, body: body.to_owned() }
}
