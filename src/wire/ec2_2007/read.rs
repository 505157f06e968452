//! Reads the document of a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Document, NAMESPACE};
use crate::base::ApiEnum;
use crate::base::collect::IntoOrdered;
use crate::cloud::codes;
use crate::cloud::model::{AddressingType, ImageItem, RunInstancesRequest};

/// Elements are nested no deeper.
const MAX_LEVELS: usize = 32;

/// Why a document is no request: a code of the service, and what is wrong.
#[derive(Debug)]
pub(super) struct RequestParseError {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl RequestParseError {
    fn of_parameter(message: String) -> Self {
        Self { code: codes::INVALID_PARAMETER_VALUE, message }
    }

    fn missing(message: &str) -> Self {
        Self { code: codes::MISSING_PARAMETER, message: message.to_owned() }
    }
}

/// What is not said to be about an action or a parameter is about the document.
impl From<String> for RequestParseError {
    fn from(message: String) -> Self {
        Self { code: "MalformedXML", message }
    }
}

/// An element: its name without a prefix, its text, and the elements in it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    namespace: Option<String>,
    text: String,
    children: Vec<Self>,
}

impl Element {
    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a child; `None` if it is absent or empty.
    fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim()).filter(|text| !text.is_empty())
    }

    fn items(&self, name: &str) -> impl Iterator<Item = &Self> {
        let set = self.child(name).into_iter();
        set.flat_map(|set| set.children.iter().filter(|child| child.name == "item"))
    }
}

/// Whether a document is an envelope, well-formed or not.
pub(super) fn is_soap(text: &str) -> bool {
    parse(text).is_ok_and(|root| root.name == "Envelope")
}

/// # Errors
/// What is wrong with the document.
pub(super) fn read(text: &str) -> Result<Document, RequestParseError> {
    let root = parse(text)?;
    let is_soap = root.name == "Envelope";
    let action = if is_soap {
        let body = root.child("Body").ok_or_else(|| "The SOAP envelope has no body.".to_owned())?;
        body.children.first().ok_or_else(|| "The SOAP body is empty.".to_owned())?
    } else {
        &root
    };
    if action.name != "RunInstances" {
        let message = format!("The action {:?} of 2007 is not simulated; RunInstances is.", action.name);
        return Err(RequestParseError { code: "InvalidAction", message });
    }
    if let Some(other) = action.namespace.as_deref().filter(|namespace| *namespace != NAMESPACE) {
        return Err(format!("The namespace {other:?} is not simulated as a document; {NAMESPACE:?} is.").into());
    }
    Ok(Document { request: request(action)?, is_soap })
}

fn request(action: &Element) -> Result<RunInstancesRequest, RequestParseError> {
    let images = action.items("instancesSet").map(image).collect::<Result<_, _>>()?;
    let groups = action.items("groupSet").filter_map(|item| item.text_of("groupId"));
    let addressing = action.text_of("addressingType").map(AddressingType::parse).transpose();
    Ok(RunInstancesRequest {
        images,
        security_group_ids: groups.map(Into::into).into_set(),
        user_data: user_data(action)?,
        addressing_type: addressing
            .map_err(|unknown| RequestParseError::of_parameter(format!("addressingType is {unknown}")))?
            .unwrap_or_default(),
        // The service answers before the instances run.
        wait_for_running: false,
        ..RunInstancesRequest::default()
    })
}

fn image(item: &Element) -> Result<ImageItem, RequestParseError> {
    let given = |name: &str| {
        item.text_of(name).ok_or_else(|| RequestParseError::missing(&format!("An item of instancesSet has no {name}.")))
    };
    let count = |name: &str| -> Result<u32, RequestParseError> {
        let text = given(name)?;
        text.parse()
            .map_err(|_| RequestParseError::of_parameter(format!("{name} is {text:?}, which is not a whole number.")))
    };
    Ok(ImageItem {
        image_id: given("imageId")?.into(),
        min_count: count("minCount")?,
        max_count: count("maxCount")?,
        key_name: item.text_of("keyName").map(Into::into),
    })
}

/// The published example has a quotation mark in front of its base64, which is not part of it.
fn user_data(action: &Element) -> Result<Option<Vec<u8>>, RequestParseError> {
    let Some(text) = action.child("userData").and_then(|data| data.text_of("data")) else { return Ok(None) };
    let decoded = STANDARD.decode(text.trim_start_matches('"'));
    decoded.map(Some).map_err(|_| RequestParseError::of_parameter("The userData is not base64.".to_owned()))
}

/// The root of a document. Entities other than XML's own are refused, so that no document grows when it is read.
fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|error| format!("The document is not XML: {error}."))? {
            Event::Start(start) => {
                if open.len() > MAX_LEVELS {
                    return Err("The document is nested too deeply.".to_owned());
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                let element = element(&start)?;
                close(&mut open, element);
            }
            Event::End(_) => {
                let Some(element) = open.pop() else { break };
                close(&mut open, element);
            }
            Event::Text(piece) => {
                let piece = piece.decode().map_err(|error| format!("The document is not UTF-8: {error}."))?;
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&piece);
                }
            }
            Event::CData(piece) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&String::from_utf8_lossy(&piece));
                }
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| format!("The document is not UTF-8: {error}."))?;
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => Some(character.to_string()),
                    _ => quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned),
                };
                let text = character.ok_or_else(|| format!("The entity {name:?} is not one of XML's own."))?;
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                }
            }
            Event::DocType(_) => return Err("A document type is not accepted.".to_owned()),
            Event::Eof => break,
            _ => {}
        }
    }
    let document = open.pop().filter(|_| open.is_empty()).ok_or("The document ends in the middle of an element.")?;
    document.children.into_iter().next().ok_or_else(|| "The document has no element.".to_owned())
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Result<Element, String> {
    let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
    let namespace = start.try_get_attribute("xmlns").map_err(|error| format!("The document is not XML: {error}."))?;
    let namespace = namespace.map(|attribute| String::from_utf8_lossy(&attribute.value).into_owned());
    Ok(Element { name, namespace, ..Element::default() })
}

/// Puts a finished element into the one around it.
fn close(open: &mut [Element], element: Element) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(element);
    }
}
