//! A refusal as Amazon's services send it: HTTP status, code and body.

use std::borrow::Cow;

use serde_json::json;

use super::ids;
use super::xml::Xml;
use crate::base::{VSwitchId, VpcId};
use crate::cloud::{CloudError, codes};
use crate::wire::call::AmazonCall;
use crate::wire::reply::Reply;

pub(super) const OPERATION_NOT_PERMITTED: &str = "OperationNotPermitted";
const INTERNAL: &str = "InternalError";
/// What a server is to answer to a method that it does not know; no client repeats it.
const NOT_IMPLEMENTED: u16 = 501;

/// A refusal by EC2.
pub(super) fn ec2(error: &CloudError, request_id: &str) -> Reply {
    let (code, message) = code_and_message(error);
    let body = Xml::of(|xml| {
        xml.within("Response", |xml| {
            xml.within("Errors", |xml| {
                xml.within("Error", |xml| {
                    xml.text("Code", &code);
                    xml.text("Message", &message);
                });
            });
            xml.text("RequestID", request_id);
        });
    });
    reply(status_of(&code), Reply::XML, document(&body), &code)
}

/// A refusal by STS and the other services of the Query protocol.
pub(super) fn query(error: &CloudError, request_id: &str) -> Reply {
    let (code, message) = code_and_message(error);
    query_body(status_of(&code), &code, &message, request_id)
}

/// A refusal by a service that speaks JSON.
pub(super) fn json(error: &CloudError) -> Reply {
    let (code, message) = code_and_message(error);
    json_body(status_of(&code), &code, &message)
}

/// A service that nothing is known of says so in the protocol of the call.
pub(super) fn not_simulated(service: &str, call: &AmazonCall, request_id: &str) -> Reply {
    let message = format!(
        "The service {service:?} is not simulated; EC2, STS GetCallerIdentity and SSM GetParameter for public AMIs are."
    );
    let code = "NotImplemented";
    match (&call.json, service) {
        (Some(_), _) => json_body(NOT_IMPLEMENTED, code, &message),
        (None, "s3") => {
            let body = Xml::of(|xml| {
                xml.within("Error", |xml| {
                    xml.text("Code", code);
                    xml.text("Message", &message);
                    xml.text("RequestId", request_id);
                });
            });
            reply(NOT_IMPLEMENTED, Reply::XML, document(&body), code)
        }
        (None, _) => query_body(NOT_IMPLEMENTED, code, &message, request_id),
    }
}

fn query_body(status: u16, code: &str, message: &str, request_id: &str) -> Reply {
    let body = Xml::of(|xml| {
        xml.within("ErrorResponse", |xml| {
            xml.within("Error", |xml| {
                xml.text("Type", if status >= 500 { "Receiver" } else { "Sender" });
                xml.text("Code", code);
                xml.text("Message", message);
            });
            xml.text("RequestId", request_id);
        });
    });
    reply(status, Reply::XML, document(&body), code)
}

fn json_body(status: u16, code: &str, message: &str) -> Reply {
    let body = json!({ "__type": code, "message": message }).to_string();
    reply(status, Reply::AWS_JSON, body, code)
}

fn reply(status: u16, content_type: &'static str, body: String, code: &str) -> Reply {
    Reply { status, content_type, body: body.into(), error_code: Some(code.to_owned()) }
}

fn document(body: &Xml) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", body.as_str())
}

fn code_and_message(error: &CloudError) -> (Cow<'static, str>, String) {
    match error {
        CloudError::Service(refusal) => (ec2_code(refusal.code.clone()), ec2_words(&refusal.message)),
        CloudError::World(error) => (INTERNAL.into(), error.to_string()),
    }
}

/// A message of the operations with EC2's words for the network (E2). Ids between backquotes become EC2's ids.
pub(super) fn ec2_words(message: &str) -> String {
    let part = |(place, text): (usize, &str)| match place % 2 {
        0 => text.replace("vSwitches", "subnets").replace("vSwitch", "subnet"),
        _ if text.starts_with(VSwitchId::PREFIX) => ids::subnet_id(&text.into()),
        _ if text.starts_with(VpcId::PREFIX) => ids::vpc_id(&text.into()),
        _ => text.to_owned(),
    };
    message.split('`').enumerate().map(part).collect::<Vec<_>>().join("`")
}

/// What EC2 calls a refusal that the operations name in the words of the other cloud (E4).
fn ec2_code(code: Cow<'static, str>) -> Cow<'static, str> {
    let own = match code.as_ref() {
        codes::OPERATION_DENIED_NO_STOCK | codes::NO_INSTANCE_STOCK => codes::INSUFFICIENT_INSTANCE_CAPACITY,
        codes::QUOTA_EXCEED => codes::VCPU_LIMIT_EXCEEDED,
        codes::IP_NOT_ENOUGH => codes::INSUFFICIENT_FREE_ADDRESSES,
        codes::SPOT_PRICE_LIMIT_TOO_LOW => codes::SPOT_MAX_PRICE_TOO_LOW,
        codes::RESOURCE_TYPE_NOT_SUPPORTED | codes::INSTANCE_TYPE_OFFLINE | codes::NOT_SUPPORT_DISK_CATEGORY => {
            codes::UNSUPPORTED
        }
        codes::DELETION_PROTECTION => OPERATION_NOT_PERMITTED,
        codes::INVALID_IMAGE_NOT_FOUND => codes::INVALID_AMI_NOT_FOUND,
        codes::INVALID_INSTANCE_NOT_FOUND => codes::INVALID_INSTANCE_ID_NOT_FOUND,
        codes::INVALID_SECURITY_GROUP_NOT_FOUND => codes::INVALID_GROUP_NOT_FOUND,
        codes::INVALID_KEY_PAIR_NAME_NOT_FOUND => codes::INVALID_KEY_PAIR_NOT_FOUND,
        codes::KEY_PAIR_ALREADY_EXIST => "InvalidKeyPair.Duplicate",
        codes::INVALID_PUBLIC_KEY => "InvalidKey.Format",
        codes::INVALID_VSWITCH_NOT_FOUND => "InvalidSubnetID.NotFound",
        codes::INVALID_GROUP_ID_NOT_FOUND => codes::INVALID_FLEET_NOT_FOUND,
        codes::INVALID_VPC_NOT_FOUND => "InvalidVpcID.NotFound",
        codes::INVALID_CIDR_BLOCK_OVERLAPPED => "InvalidSubnet.Conflict",
        codes::INVALID_LAUNCH_TEMPLATE => "InvalidLaunchTemplateId.NotFound",
        codes::INVALID_LAUNCH_TEMPLATE_VERSION => "InvalidLaunchTemplateId.VersionNotFound",
        codes::LAUNCH_TEMPLATE_NAME_DUPLICATED => "InvalidLaunchTemplateName.AlreadyExistsException",
        codes::INVALID_LAUNCH_TEMPLATE_NAME => "InvalidLaunchTemplateName.MalformedException",
        codes::LAUNCH_TEMPLATE_VERSION_LIMIT => "VersionLimitExceeded",
        codes::SECURITY_GROUP_RULE_NOT_EXIST => "InvalidSecurityGroupRuleId.NotFound",
        codes::PRIVATE_IP_DUPLICATED => "InvalidIPAddress.InUse",
        codes::MISSING_INSTANCE_TYPE => codes::MISSING_PARAMETER,
        codes::INVALID_CLIENT_TOKEN
        | codes::INVALID_PARAMETER
        | codes::INVALID_CAPACITY
        | codes::INVALID_MAX_PRICE
        | codes::INVALID_POOLS_TO_USE
        | codes::INVALID_VALID_TIME
        | codes::INVALID_WEIGHT
        | codes::TARGET_CAPACITY_EXCEED
        | codes::PARAMETER_MISMATCH
        | codes::PRIVATE_IP_MALFORMED
        | codes::INVALID_INSTANCE_TYPE
        | codes::IMAGE_NOT_SUPPORT_INSTANCE_TYPE
        | codes::INVALID_ZONE_NOT_FOUND
        | codes::USER_DATA_TOO_LONG
        | codes::SYSTEM_DISK_BELOW_IMAGE
        | codes::SYSTEM_DISK_TOO_SMALL
        | codes::SYSTEM_DISK_TOO_LARGE
        | codes::INVALID_DATA_DISK_SIZE
        | codes::INVALID_KEY_PAIR_NAME
        | codes::INVALID_CIDR_BLOCK
        | codes::INVALID_SPOT_PRICE_LIMIT => codes::INVALID_PARAMETER_VALUE,
        code if code.starts_with("DependencyViolation") => codes::DEPENDENCY_VIOLATION,
        _ => return code,
    };
    own.into()
}

/// A lack of capacity is the server's fault in this API, so that clients repeat the call.
fn status_of(code: &str) -> u16 {
    match code {
        codes::INSUFFICIENT_INSTANCE_CAPACITY | INTERNAL => 500,
        "RequestLimitExceeded" | "ServiceUnavailable" | "Unavailable" | "Throttling" => 503,
        codes::OPT_IN_REQUIRED => 401,
        "UnauthorizedOperation" => 403,
        codes::DRY_RUN_OPERATION => 412,
        _ => 400,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e2_refusals_name_what_the_client_knows() {
        let message = "`vpc-0123456789abcdef0` of `x vSwitch` has the vSwitches `vsw-1` and `vsw-2`, not a vSwitch";
        let expected = "`vpc-0123456789abcdef0` of `x vSwitch` has the subnets `subnet-1` and `subnet-2`, not a subnet";
        assert_eq!(ec2_words(message), expected);
        let default = ids::vpc_id(&VpcId::default_of("us-east-1"));
        assert_eq!(ec2_words("in `vpc-us-east-1`"), format!("in `{default}`"));
    }

    #[test]
    fn e4_a_shortage_is_a_500_and_everything_of_the_request_a_400() {
        for (code, ec2_code, status) in [
            ("OperationDenied.NoStock", "InsufficientInstanceCapacity", 500),
            ("QuotaExceed.ElasticQuota", "VcpuLimitExceeded", 400),
            ("InvalidSpotPriceLimit.LowerThanPublicPrice", "SpotMaxPriceTooLow", 400),
            ("OptInRequired", "OptInRequired", 401),
            ("DryRunOperation", "DryRunOperation", 412),
            ("DependencyViolation.VSwitch", "DependencyViolation", 400),
        ] {
            let reply = ec2(&CloudError::new(code, "why"), "id");
            assert_eq!((reply.error_code.as_deref(), reply.status), (Some(ec2_code), status));
        }
    }
}
