//! What a client asks: the service, the action and its parameters, found in the HTTP request.

use http::request::Parts;

use super::parameters::Parameters;
use super::reply::Reply;

/// A call of an Alibaba service.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) action: String,
    /// The version of the service's API, which tells the services apart.
    pub(crate) version: String,
    pub(crate) parameters: Parameters,
}

/// What the body and the head of a request turn out to be.
#[derive(Debug)]
pub(crate) enum Asked {
    Alibaba(Call),
    /// A document of the 2007 API.
    Xml(String),
}

/// Parameters come in the query, in a form body, or partly in each: the real provider sends both.
///
/// # Errors
/// The reply to a request that no service understands.
pub(crate) fn read(head: &Parts, body: &[u8]) -> Result<Asked, Reply> {
    let body = std::str::from_utf8(body).map_err(|_| Reply::refusal(400, "The body is not UTF-8."))?;
    if body.trim_start().starts_with('<') {
        return Ok(Asked::Xml(body.to_owned()));
    }
    let mut pairs = decode_form(head.uri.query().unwrap_or_default());
    pairs.extend(decode_form(body));
    let parameters = Parameters::from_pairs(pairs);
    let named = |header: &str, parameter: &str| {
        let in_header = head.headers.get(header).and_then(|value| value.to_str().ok());
        in_header.or_else(|| parameters.arguments().text(parameter)).map(str::to_owned)
    };
    let action = named("x-acs-action", "Action").ok_or_else(|| {
        Reply::refusal(
            400,
            "This is the simulated cloud of terraform-provider-simcloud. A request needs an action, in the header \
             x-acs-action or in the parameter Action.",
        )
    })?;
    let version = named("x-acs-version", "Version").unwrap_or_default();
    Ok(Asked::Alibaba(Call { action, version, parameters }))
}

/// The pairs of `a=b&c=d`, with percent signs and plus signs decoded.
fn decode_form(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}
