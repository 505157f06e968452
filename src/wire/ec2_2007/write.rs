//! Writes the document of a reply.

use quick_xml::escape::escape;

use super::NAMESPACE;
use crate::cloud::model::{Instance, InstanceState, Reservation};

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// The reply to a launch. What the service says is pending: the instances run at the next look.
pub(super) fn reply(reservation: &Reservation, is_soap: bool) -> String {
    let groups: String =
        reservation.group_set.iter().map(|id| element("item", &element("groupId", &escape(id.as_str())))).collect();
    let instances: String = reservation.instances.iter().map(instance).collect();
    let members = [
        element("reservationId", &escape(reservation.reservation_id.as_str())),
        element("ownerId", &escape(&reservation.owner_id)),
        element("groupSet", &groups),
        element("instancesSet", &instances),
    ];
    let body = format!("<RunInstancesResponse xmlns=\"{NAMESPACE}\">{}</RunInstancesResponse>", members.concat());
    document(&body, is_soap)
}

fn instance(instance: &Instance) -> String {
    let state = InstanceState::Pending;
    let mut members = vec![
        element("instanceId", &escape(instance.instance_id.as_str())),
        element("imageId", &escape(instance.image_id.as_str())),
        element("instanceState", &[element("code", &state.code().to_string()), element("name", state.name())].concat()),
        element("privateDnsName", ""),
        element("dnsName", ""),
    ];
    if let Some(name) = &instance.key_name {
        members.push(element("keyName", &escape(name.as_str())));
    }
    members.push(element("amiLaunchIndex", &instance.launch_index.to_string()));
    element("item", &members.concat())
}

/// A refusal: a SOAP fault, or the error document of the Query API.
pub(super) fn error(code: &str, message: &str, is_soap: bool) -> String {
    let (code, message) = (escape(code), escape(message));
    if is_soap {
        let fault = [element("faultcode", &format!("Client.{code}")), element("faultstring", &message)].concat();
        return document(&format!("<soap:Fault>{fault}</soap:Fault>"), true);
    }
    let error = element("Error", &[element("Code", &code), element("Message", &message)].concat());
    document(&element("Response", &element("Errors", &error)), false)
}

fn document(body: &str, is_soap: bool) -> String {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    if is_soap {
        format!("{head}<soap:Envelope xmlns:soap=\"{SOAP}\"><soap:Body>{body}</soap:Body></soap:Envelope>\n")
    } else {
        format!("{head}{body}\n")
    }
}

/// An element whose content is written already.
fn element(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}
