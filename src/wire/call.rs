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

/// A call of one of Amazon's services.
#[derive(Debug)]
pub(crate) struct AmazonCall {
    /// `ec2`, `sts`, …
    pub(crate) service: String,
    /// `None` if the call is not signed: the server's own region.
    pub(crate) region: Option<String>,
    pub(crate) action: String,
    pub(crate) parameters: Parameters,
    /// The body of a call in JSON.
    pub(crate) json: Option<serde_json::Value>,
}

/// What the body and the head of a request turn out to be.
#[derive(Debug)]
pub(crate) enum Asked {
    Alibaba(Call),
    Amazon(AmazonCall),
    /// A document of the 2007 API.
    Xml(String),
}

/// Parameters come in the query, in a form body, or partly in each: the real provider sends both.
///
/// # Errors
/// The reply to a request that no service understands.
pub(crate) fn read(head: &Parts, body: &[u8]) -> Result<Asked, Reply> {
    let scope = scope(head);
    // The body of another service's call can be anything.
    let body = match std::str::from_utf8(body) {
        Ok(body) => body,
        Err(_) if scope.as_ref().is_some_and(|scope| !FORMS.contains(&scope.service.as_str())) => "",
        Err(_) => return Err(Reply::refusal(400, "The body is not UTF-8.")),
    };
    if let Some(target) = head.headers.get("x-amz-target").and_then(|value| value.to_str().ok()) {
        return Ok(Asked::Amazon(json_call(target, scope, body)));
    }
    if let Some(scope) = scope.as_ref().filter(|scope| !FORMS.contains(&scope.service.as_str())) {
        let (service, region) = (scope.service.clone(), Some(scope.region.clone()));
        let action = format!("{} {}", head.method, head.uri.path());
        return Ok(Asked::Amazon(AmazonCall {
            service,
            region,
            action,
            parameters: Parameters::default(),
            json: None,
        }));
    }
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
    let by_version = AMAZON_VERSIONS.iter().find(|(known, _)| *known == version).map(|(_, service)| *service);
    if let Some(service) = scope.as_ref().map(|scope| scope.service.as_str()).or(by_version) {
        let (service, region) = (service.to_owned(), scope.as_ref().map(|scope| scope.region.clone()));
        return Ok(Asked::Amazon(AmazonCall { service, region, action, parameters, json: None }));
    }
    Ok(Asked::Alibaba(Call { action, version, parameters }))
}

/// The services whose calls are forms.
const FORMS: [&str; 7] = ["ec2", "sts", "iam", "autoscaling", "elasticloadbalancing", "cloudformation", "monitoring"];

/// The versions of Amazon's APIs by which a call without a signature is known.
pub(super) const AMAZON_VERSIONS: [(&str, &str); 3] =
    [("2016-11-15", "ec2"), ("2011-06-15", "sts"), ("2010-05-08", "iam")];

/// What a signature of Amazon's is for.
#[derive(Debug)]
struct Scope {
    region: String,
    service: String,
}

/// The scope of the credential: `AKID/20261128/us-east-1/ec2/aws4_request`, in a header or in the query.
fn scope(head: &Parts) -> Option<Scope> {
    let header = head.headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let of_header = header.filter(|text| text.starts_with("AWS4-HMAC-SHA256")).and_then(|text| {
        let (_, rest) = text.split_once("Credential=")?;
        rest.split([',', ' ']).next().map(str::to_owned)
    });
    let of_query = || {
        let pairs = decode_form(head.uri.query().unwrap_or_default());
        pairs.into_iter().find(|(name, _)| name == "X-Amz-Credential").map(|(_, value)| value)
    };
    let credential = of_header.or_else(of_query)?;
    let parts: Vec<&str> = credential.rsplit('/').collect();
    match parts[..] {
        ["aws4_request", service, region, ..] => Some(Scope { region: region.to_owned(), service: service.to_owned() }),
        _ => None,
    }
}

/// A call whose target is `AmazonSSM.GetParameter`.
fn json_call(target: &str, scope: Option<Scope>, body: &str) -> AmazonCall {
    let (api, action) = target.rsplit_once('.').unwrap_or(("", target));
    let service = scope.as_ref().map(|scope| scope.service.clone());
    AmazonCall {
        service: service.unwrap_or_else(|| if api == "AmazonSSM" { "ssm".to_owned() } else { api.to_owned() }),
        region: scope.map(|scope| scope.region),
        action: action.to_owned(),
        parameters: Parameters::default(),
        json: Some(serde_json::from_str(body).unwrap_or_default()),
    }
}

/// The pairs of `a=b&c=d`, with percent signs and plus signs decoded.
fn decode_form(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}
