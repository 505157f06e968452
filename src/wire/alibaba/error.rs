//! A refusal as Alibaba's services send it: HTTP status and body.

use serde_json::json;

use crate::cloud::{CloudError, codes};
use crate::wire::reply::Reply;

/// The HTTP status of a code: what cannot be had now is 403, what does not exist 404, what is wrong with the request 400.
pub(super) fn status_of(code: &str) -> u16 {
    const FORBIDDEN: [&str; 16] = [
        "OperationDenied",
        "QuotaExceed",
        "Forbidden",
        "Zone.NotO",
        "InstanceType.Offline",
        "InvalidInstanceType.ZoneNotSupported",
        "InvalidInstanceType.NotSupported",
        "InvalidResourceType.NotSupported",
        "InvalidVSwitchId.IpNotEnough",
        "ImageNotSupportInstanceType",
        "IncorrectInstanceStatus",
        "InstanceLastSecurityGroup",
        "InstanceNotInSecurityGroup",
        "InvalidInstanceId.AlreadyExists",
        "DependencyViolation",
        "AutoProvisioningGroup.",
    ];
    match code {
        "InternalError" => 500,
        "ServiceUnavailable" => 503,
        // The only one of its kind that is 400.
        codes::INVALID_VSWITCH_NOT_FOUND => 400,
        code if code.ends_with("NotFound") => 404,
        code if FORBIDDEN.iter().any(|start| code.starts_with(start)) => 403,
        _ => 400,
    }
}

/// A refusal of an action.
pub(super) fn reply(error: &CloudError, request_id: &str) -> Reply {
    match error {
        CloudError::Service(refusal) => body(status_of(&refusal.code), &refusal.code, &refusal.message, request_id),
        CloudError::World(error) => body(500, "InternalError", &error.to_string(), request_id),
    }
}

pub(super) fn body(status: u16, code: &str, message: &str, request_id: &str) -> Reply {
    let json = json!({
        "RequestId": request_id,
        "HostId": "127.0.0.1",
        "Code": code,
        "Message": message,
        "Recommend": "",
    });
    Reply { status, content_type: Reply::JSON, body: json.to_string().into(), error_code: Some(code.to_owned()) }
}
