//! What a service answers over HTTP.

use bytes::Bytes;

/// A reply before it becomes an HTTP response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// The service's code of a refusal; for the log.
    pub(crate) error_code: Option<String>,
}

impl Reply {
    pub(crate) const JSON: &'static str = "application/json;charset=utf-8";
    pub(crate) const AWS_JSON: &'static str = "application/x-amz-json-1.1";
    pub(crate) const XML: &'static str = "text/xml;charset=UTF-8";
    pub(crate) const TEXT: &'static str = "text/plain;charset=utf-8";

    pub(crate) fn success(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { status: 200, content_type, body: body.into(), error_code: None }
    }

    /// A refusal of the server itself, before any service is known.
    pub(crate) fn refusal(status: u16, text: &str) -> Self {
        Self {
            status,
            content_type: Self::TEXT,
            body: format!("{text}\n").into(),
            error_code: Some(status.to_string()),
        }
    }
}
