//! Checks of configured values during validation and planning.
//!
//! Each check looks at one attribute and accepts an unknown, null or empty value: unknown values are never an error,
//! and an empty text is the same as an absent one.

use std::ops::RangeInclusive;

use base64::Engine as _;

use crate::base::collect::IntoOrdered;
use crate::base::limits;
use crate::base::name_rule::{begins_like_url, check_name};
use crate::base::wording::counted;
use crate::base::{Cidr, Decimal, Time};
use crate::cloud::model::Tags;
use crate::tf::{Diagnostics, Number, Path, Value};

/// The text at an attribute, unless it is unknown, null or empty.
pub(crate) fn text<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name).as_str().filter(|text| !text.is_empty())
}

/// The number at an attribute, which may be written as a text, unless it is unknown, null or too large to calculate with.
pub(crate) fn number(object: &Value, name: &str) -> Option<Decimal> {
    match object.get(name) {
        Value::String(text) => text.parse().ok().as_ref().and_then(calculable),
        value => value.as_number().and_then(calculable),
    }
}

/// Sums and products of numbers up to this one fit into a decimal.
const MAX_CALCULABLE: Decimal = Decimal::from_parts(0xd4a5_1000, 0xe8, 0, false, 0);

fn calculable(number: &Number) -> Option<Decimal> {
    number.to_decimal().filter(|number| number.abs() <= MAX_CALCULABLE)
}

/// A number in a message: a very long one is cut.
fn short(number: &Number) -> String {
    let text = number.as_str();
    if text.len() <= 40 { text.to_owned() } else { format!("{}…", &text[..40]) }
}

/// The elements at a list, set or list of blocks; none if it is unknown or null.
pub(crate) fn elements<'v>(object: &'v Value, name: &str) -> &'v [Value] {
    object.get(name).as_list().unwrap_or(&[])
}

fn is_integer_within(number: &Number, least: u32, most: u32) -> bool {
    let whole = number.to_decimal().filter(Decimal::is_integer);
    whole.is_some_and(|whole| (Decimal::from(least)..=Decimal::from(most)).contains(&whole))
}

/// The number at an attribute is whole and not below `least`.
pub(crate) fn integer(object: &Value, at: &Path, name: &str, least: u32, diagnostics: &mut Diagnostics) {
    if let Some(given) = object.get(name).as_number()
        && !is_integer_within(given, least, u32::MAX)
    {
        diagnostics.error_at(
            at.clone().attribute(name),
            "Invalid Attribute Value",
            format!(
                "{name} is {}, but it must be a whole number of at least {least}, and at most {}.",
                short(given),
                u32::MAX
            ),
        );
    }
}

/// The number at an attribute is above zero.
pub(crate) fn above_zero(object: &Value, at: &Path, name: &str, diagnostics: &mut Diagnostics) {
    if let Some(given) = object.get(name).as_number()
        && calculable(given).is_none_or(|number| number <= Decimal::ZERO)
    {
        let what = if given.to_decimal().is_some_and(|number| number <= Decimal::ZERO) {
            "above 0".to_owned()
        } else {
            format!("at most {MAX_CALCULABLE}")
        };
        diagnostics.error_at(
            at.clone().attribute(name),
            "Invalid Attribute Value",
            format!("{name} is {}, but it must be {what}.", short(given)),
        );
    }
}

/// Every number in a list is above zero, and whole if it has to be.
pub(crate) fn each_above_zero(object: &Value, at: &Path, name: &str, whole: bool, diagnostics: &mut Diagnostics) {
    for (index, element) in elements(object, name).iter().enumerate() {
        let Some(given) = element.as_number() else { continue };
        let fits = |number: Decimal| number > Decimal::ZERO && (!whole || number.fract().is_zero());
        if !calculable(given).is_some_and(fits) {
            let what = if whole { "whole numbers above 0" } else { "above 0" };
            diagnostics.error_at(
                at.clone().attribute(name).index(index),
                "Invalid Attribute Value",
                format!("{name} lists {given}, but its values must be {what}."),
            );
        }
    }
}

/// The number of characters of the text at an attribute lies between two bounds, both included.
pub(crate) fn length(object: &Value, at: &Path, name: &str, least: usize, most: usize, diagnostics: &mut Diagnostics) {
    let Some(count) = text(object, name).map(|text| text.chars().count()) else { return };
    if !(least..=most).contains(&count) {
        diagnostics.error_at(
            at.clone().attribute(name),
            "Invalid Attribute Value",
            format!("{name} has {}, but it must have {least} to {most}.", counted(count, "character")),
        );
    }
}

/// A client token is ASCII and has at most 64 characters (W2).
pub(crate) fn client_token(object: &Value, at: &Path, diagnostics: &mut Diagnostics) {
    if let Some(given) = text(object, "client_token") {
        let problem = if !given.is_ascii() {
            "must consist of ASCII characters".to_owned()
        } else if given.len() > limits::MAX_CLIENT_TOKEN_LENGTH {
            format!(
                "has {}; a token has at most {}",
                counted(given.len(), "character"),
                limits::MAX_CLIENT_TOKEN_LENGTH
            )
        } else {
            return;
        };
        diagnostics.error_at(
            at.clone().attribute("client_token"),
            "Invalid Client Token",
            format!("client_token {given:?} {problem}. A UUID is a good token."),
        );
    }
}

/// The two arguments are not both set. An unknown one is accepted, because it may become null.
pub(crate) fn not_both(object: &Value, at: &Path, one: &str, other: &str, diagnostics: &mut Diagnostics) {
    if [one, other].iter().all(|name| is_set(object, name) && !object.get(name).is_unknown()) {
        diagnostics.error_at(
            at.clone().attribute(other),
            "Conflicting Arguments",
            format!("{one} and {other} exclude each other. Keep one of them."),
        );
    }
}

/// The number at an attribute is whole and lies between two bounds, both included.
pub(crate) fn within(object: &Value, at: &Path, name: &str, least: u32, most: u32, diagnostics: &mut Diagnostics) {
    if let Some(given) = object.get(name).as_number()
        && !is_integer_within(given, least, most)
    {
        diagnostics.error_at(
            at.clone().attribute(name),
            "Invalid Attribute Value",
            format!("{name} is {given}, but it must be a whole number from {least} to {most}."),
        );
    }
}

/// A name of 2 to 128 letters, digits, `:`, `_`, `-` or `.`, beginning with a letter and not with `http://`.
pub(crate) fn resource_name(object: &Value, at: &Path, name: &str, diagnostics: &mut Diagnostics) {
    if let Some(given) = text(object, name)
        && let Err(error) = check_name(given)
    {
        diagnostics.error_at(at.clone().attribute(name), "Invalid Name", format!("{name} {given:?} {error}."));
    }
}

/// A text of at most `most` characters that does not begin with `http://` or `https://`.
pub(crate) fn plain_text(object: &Value, at: &Path, name: &str, most: usize, diagnostics: &mut Diagnostics) {
    let Some(given) = text(object, name) else { return };
    let count = given.chars().count();
    let problem = if count > most {
        format!("has {}; it can have {most}", counted(count, "character"))
    } else if begins_like_url(given) {
        format!("is {given:?}; it must not begin with http:// or https://")
    } else {
        return;
    };
    diagnostics.error_at(at.clone().attribute(name), "Invalid Attribute Value", format!("{name} {problem}."));
}

/// The text at an attribute is an IPv4 address.
pub(crate) fn ipv4_address(object: &Value, at: &Path, name: &str, diagnostics: &mut Diagnostics) {
    if let Some(given) = text(object, name).filter(|given| given.parse::<std::net::Ipv4Addr>().is_err()) {
        diagnostics.error_at(
            at.clone().attribute(name),
            "Invalid Address",
            format!("{name} is {given:?}, which is not an IPv4 address such as \"192.168.0.1\"."),
        );
    }
}

/// Every text in a list or set is an IPv4 address.
pub(crate) fn each_ipv4_address(object: &Value, at: &Path, name: &str, diagnostics: &mut Diagnostics) {
    for given in texts(object, name) {
        if given.parse::<std::net::Ipv4Addr>().is_err() {
            diagnostics.error_at(
                at.clone().attribute(name),
                "Invalid Address",
                format!("{name} has {given:?}, which is not an IPv4 address such as \"192.168.0.1\"."),
            );
        }
    }
}

/// A list or set has at most this number of elements.
pub(crate) fn at_most(object: &Value, at: &Path, name: &str, most: usize, diagnostics: &mut Diagnostics) {
    let count = elements(object, name).len();
    if count > most {
        diagnostics.error_at(
            at.clone().attribute(name),
            "Invalid Attribute Value",
            format!("{name} has {count} elements; the service takes at most {most}."),
        );
    }
}

/// The text at an attribute is a block of IPv4 addresses with one of the allowed prefix lengths.
pub(crate) fn cidr(
    object: &Value,
    at: &Path,
    name: &str,
    prefixes: RangeInclusive<u32>,
    diagnostics: &mut Diagnostics,
) {
    if let Some(given) = text(object, name) {
        block(given, at.clone().attribute(name), name, prefixes, diagnostics);
    }
}

/// Every text in a list is a block of IPv4 addresses with one of the allowed prefix lengths.
pub(crate) fn each_cidr(
    object: &Value,
    at: &Path,
    name: &str,
    prefixes: RangeInclusive<u32>,
    diagnostics: &mut Diagnostics,
) {
    for (index, element) in elements(object, name).iter().enumerate() {
        if let Some(given) = element.as_str() {
            block(given, at.clone().attribute(name).index(index), name, prefixes.clone(), diagnostics);
        }
    }
}

fn block(given: &str, path: Path, name: &str, prefixes: RangeInclusive<u32>, diagnostics: &mut Diagnostics) {
    let problem = match Cidr::parse(given) {
        Err(error) => format!("{name} is {given:?}: {error}."),
        Ok(block) if !prefixes.contains(&block.prefix()) => format!(
            "{name} is {given:?}, with a prefix length of {}; it can be from {} to {}.",
            block.prefix(),
            prefixes.start(),
            prefixes.end()
        ),
        Ok(_) => return,
    };
    diagnostics.error_at(path, "Invalid CIDR Block", problem);
}

/// Reports an argument that is required although the schema declares it optional.
pub(crate) fn missing(at: &Path, name: &str, what: &str, diagnostics: &mut Diagnostics) {
    diagnostics.error_at(at.clone().attribute(name), "Missing Argument", format!("Give {name}, {what}."));
}

/// The texts in a list or set, empty ones left out.
pub(crate) fn texts(object: &Value, name: &str) -> Vec<String> {
    let texts = elements(object, name).iter().filter_map(Value::as_str);
    texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// The tags at an attribute.
pub(crate) fn tags_of(object: &Value, name: &str) -> Tags {
    tags_in(object.get(name))
}

/// The tags of a map; a tag whose value is null is left out.
pub(crate) fn tags_in(map: &Value) -> Tags {
    let tags = map.as_map().into_iter().flatten();
    tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).into_map()
}

/// At most 20 tags, with keys and values that the service accepts.
pub(crate) fn tags(object: &Value, at: &Path, name: &str, diagnostics: &mut Diagnostics) {
    let Some(tags) = object.get(name).as_map() else { return };
    let path = at.clone().attribute(name);
    if tags.len() > limits::MAX_TAGS {
        diagnostics.error_at(
            path.clone(),
            "Too Many Tags",
            format!("{name} has {} tags; the service takes at most {}.", tags.len(), limits::MAX_TAGS),
        );
    }
    for (key, value) in tags {
        tag(key, value.as_str(), path.clone().key(key.clone()), diagnostics);
    }
}

/// The service accepts a tag's key and value.
pub(crate) fn tag(key: &str, value: Option<&str>, path: Path, diagnostics: &mut Diagnostics) {
    let problem = if !limits::TAG_KEY_LENGTH.contains(&key.chars().count()) {
        format!("must have {} to {} characters", limits::TAG_KEY_LENGTH.start(), limits::TAG_KEY_LENGTH.end())
    } else if key.starts_with("aliyun") || key.starts_with("acs:") {
        "must not begin with aliyun or acs:, which the service keeps for itself".to_owned()
    } else if key.contains("http://") || key.contains("https://") {
        "must not contain http:// or https://".to_owned()
    } else if value.is_some_and(|text| text.chars().count() > limits::MAX_TAG_VALUE_LENGTH) {
        format!("has a value of more than {} characters", limits::MAX_TAG_VALUE_LENGTH)
    } else {
        return;
    };
    diagnostics.error_at(path, "Invalid Tag", format!("The tag key {key:?} {problem}."));
}

/// The text at an attribute is base64 of at most `most` bytes.
pub(crate) fn base64(object: &Value, at: &Path, name: &str, most: usize, diagnostics: &mut Diagnostics) {
    let Some(given) = text(object, name) else { return };
    let problem = match base64_bytes(given) {
        None => format!("{name} is not valid base64. Write base64encode(\"...\") or filebase64(\"...\")."),
        Some(raw) if raw.len() > most => {
            format!("{name} decodes to {} bytes; user data is limited to {most} bytes.", raw.len())
        }
        Some(_) => return,
    };
    diagnostics.error_at(at.clone().attribute(name), "Invalid User Data", problem);
}

/// The bytes of a base64 text; `None` if it is not base64.
pub(crate) fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// Bytes as base64 text.
pub(crate) fn base64_text(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// 8 to 30 characters of at least three of: lower case, upper case, digits, others. The error never shows the value.
pub(crate) fn password(object: &Value, at: &Path, name: &str, diagnostics: &mut Diagnostics) {
    let Some(given) = text(object, name) else { return };
    let classes = [
        given.contains(|c: char| c.is_ascii_lowercase()),
        given.contains(|c: char| c.is_ascii_uppercase()),
        given.contains(|c: char| c.is_ascii_digit()),
        given.contains(|c: char| !c.is_ascii_alphanumeric()),
    ];
    if !(8..=30).contains(&given.chars().count()) || classes.iter().filter(|class| **class).count() < 3 {
        diagnostics.error_at(
            at.clone().attribute(name),
            "Invalid Password",
            format!(
                "{name} must have 8 to 30 characters of at least three kinds: lower case, upper case, digits, others."
            ),
        );
    }
}

/// The RFC 3339 time at an attribute; an error if the text is not one.
pub(crate) fn time(object: &Value, at: &Path, name: &str, diagnostics: &mut Diagnostics) -> Option<Time> {
    let given = text(object, name)?;
    let time = Time::parse_rfc3339(given).ok();
    if time.is_none() {
        diagnostics.error_at(
            at.clone().attribute(name),
            "Invalid Time",
            format!("{name} is {given:?}, which is not an RFC 3339 time such as \"2026-01-01T06:00:00Z\"."),
        );
    }
    time
}

/// Whether an argument is set: it is neither null nor an empty text, list, map or set. An unknown argument is set.
pub(crate) fn is_set(object: &Value, name: &str) -> bool {
    match object.get(name) {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::List(elements) => !elements.is_empty(),
        Value::Map(members) => !members.is_empty(),
        _ => true,
    }
}

/// Whether an argument is null or empty. An unknown argument is not absent.
pub(crate) fn is_absent(object: &Value, name: &str) -> bool {
    !is_set(object, name)
}
