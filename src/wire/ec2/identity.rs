//! STS: who asks.

use super::xml::Xml;
use super::{Result, error};
use crate::cloud::{CloudError, SimCloud};
use crate::wire::call::AmazonCall;
use crate::wire::reply::Reply;

pub(super) fn answer(cloud: Result<SimCloud>, call: &AmazonCall, request_id: &str) -> Reply {
    if call.action != "GetCallerIdentity" {
        let message = format!("The action {:?} of STS is not simulated; GetCallerIdentity is.", call.action);
        return error::query(&CloudError::new("InvalidAction", message), request_id);
    }
    let identity = match cloud.and_then(|cloud| cloud.get_caller_identity()) {
        Ok(identity) => identity,
        Err(error) => return error::query(&error, request_id),
    };
    let body = Xml::of(|xml| {
        xml.within("GetCallerIdentityResult", |xml| {
            xml.text("Arn", &format!("arn:aws:iam::{}:root", identity.account_id));
            xml.text("UserId", &identity.user_id);
            xml.text("Account", &identity.account_id);
        });
        xml.within("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    });
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">{}</GetCallerIdentityResponse>\n",
        body.as_str()
    );
    Reply::success(Reply::XML, body)
}
