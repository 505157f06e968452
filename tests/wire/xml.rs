//! The published documents of 2007: bare and in a SOAP envelope.

use crate::http::{self, Response};
use crate::server::Server;

const REQUEST: &str = include_str!("run_instances_2007/request.xml");
const REPLY: &str = include_str!("run_instances_2007/reply.xml");

fn post(server: &Server, document: &str) -> Response {
    http::post(&server.address, "/", &[("Content-Type", "text/xml")], document.as_bytes())
}

fn in_envelope(document: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header/>\
         <s:Body>{document}</s:Body></s:Envelope>"
    )
}

/// A document without the blanks between elements, and with the ids of one run replaced.
fn canonical(document: &str) -> String {
    let mut text: String = document.lines().map(str::trim).filter(|line| !line.starts_with("<?xml")).collect();
    for name in ["reservationId", "ownerId", "instanceId"] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let pieces: Vec<&str> = text.split(&open).collect();
        let replaced = pieces.iter().enumerate().map(|(index, piece)| {
            let rest = if index == 0 { *piece } else { piece.split_once(&close).unwrap().1 };
            if index == 0 { rest.to_owned() } else { format!("{open}ID{close}{rest}") }
        });
        text = replaced.collect();
    }
    text
}

#[test]
fn the_published_request_gets_the_published_reply_r16() {
    let server = Server::start(&["--region", "us-east-1"]);
    let bare = post(&server, REQUEST);
    assert_eq!((bare.status, canonical(&bare.body)), (200, canonical(REPLY)));
    let wrapped = post(&server, &in_envelope(REQUEST));
    let body = wrapped.body.split_once("<soap:Body>").and_then(|(_, rest)| rest.split_once("</soap:Body>")).unwrap().0;
    assert_eq!((wrapped.status, canonical(body)), (200, canonical(REPLY)));
    // The published user data has a quotation mark in front, which is not part of it.
    let instance = bare.body.split_once("<instanceId>").and_then(|(_, rest)| rest.split_once("</")).unwrap().0;
    let user_data = server.ecs("DescribeUserData", &[("InstanceId", instance)]).success();
    assert_eq!(user_data["UserData"], "VGhpcyBpcyBiYXNlIDY0IQ==");
}

#[test]
fn a_shortage_is_a_fault_of_its_code_and_launches_nothing_r4() {
    let scenario = r#"{"stock": [{"pay_as_you_go": 0}]}"#;
    let server = Server::start_with_scenario(scenario, &["--region", "us-east-1"]);
    let bare = post(&server, REQUEST);
    assert_eq!(bare.status, 500);
    assert!(bare.body.contains("<Code>InsufficientInstanceCapacity</Code>"), "{}", bare.body);
    let wrapped = post(&server, &in_envelope(REQUEST));
    assert!(wrapped.body.contains("<faultcode>Client.InsufficientInstanceCapacity</faultcode>"), "{}", wrapped.body);
    assert_eq!(server.ecs("DescribeInstances", &[]).success()["TotalCount"], 0);
}

#[test]
fn documents_that_are_no_request_are_refused() {
    let server = Server::start(&["--region", "us-east-1"]);
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>";
    let entity = "<RunInstances><userData><data>&b;</data></userData></RunInstances>";
    let other = REQUEST.replace("RunInstances", "TerminateInstances");
    let later = REQUEST.replace("2007-03-01", "2016-11-15");
    let uncounted = REQUEST.replace("<minCount>1</minCount>", "");
    for document in ["<", "<a>", &deep, bomb, entity, &later, "<a></b>"] {
        assert_eq!(code_of(&post(&server, document)), "MalformedXML", "{document:.80}");
    }
    let words = REQUEST.replace("<maxCount>3</maxCount>", "<maxCount>many</maxCount>");
    assert_ne!(words, REQUEST);
    for (document, code) in [
        ("<a/>", "InvalidAction"),
        (&other, "InvalidAction"),
        (&uncounted, "MissingParameter"),
        (&words, "InvalidParameterValue"),
    ] {
        assert_eq!(code_of(&post(&server, document)), code, "{document:.80}");
    }
}

/// The code of a document that is refused.
#[track_caller]
fn code_of(refused: &Response) -> &str {
    assert_eq!(refused.status, 400, "{}", refused.body);
    let code = refused.body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    code.unwrap_or_else(|| panic!("{}", refused.body)).0
}

/// Images of Alibaba Cloud were suggested, because the region has those too.
#[test]
fn an_unknown_ami_is_answered_with_amis_r16() {
    let server = Server::start(&["--region", "us-east-1"]);
    for image in ["ami-00000000", "ami-60a54008"] {
        let refused = post(&server, &REQUEST.replace("ami-60a54009", image));
        assert_eq!(code_of(&refused), "InvalidAMIID.NotFound");
        assert!(refused.body.contains("ami-") && !refused.body.contains("aliyun"), "{}", refused.body);
    }
}
