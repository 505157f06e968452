//! The fuzz targets as plain functions of the input. Each panics if the code under test breaks its promise.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use simcloud::market::Scenario;
use simcloud::plugin::{Environment, ServerTls};
use simcloud::tf::Type;
use simcloud::tf::codec::{json as json_codec, msgpack as msgpack_codec};

/// Decodes msgpack. The first byte selects the type. A decoded value can be encoded and decoded again.
pub fn msgpack(bytes: &[u8]) {
    let Some((value_type, encoded)) = select_type(bytes) else { return };
    let Ok(value) = msgpack_codec::decode(encoded, &value_type) else { return };
    let encoded = msgpack_codec::encode(&value, &value_type).expect("a decoded value can be encoded");
    msgpack_codec::decode(&encoded, &value_type).expect("an encoded value can be decoded");
}

/// Decodes a stored value. The first byte selects the type. A decoded value can be encoded and decoded again.
pub fn json(bytes: &[u8]) {
    let Some((value_type, text)) = select_type(bytes) else { return };
    let Ok(stored) = serde_json::from_slice(text) else { return };
    let Ok(value) = json_codec::decode(&stored, &value_type) else { return };
    let stored = json_codec::encode(&value, &value_type).expect("a decoded value can be encoded");
    json_codec::decode(&stored, &value_type).expect("an encoded value can be decoded");
}

/// Parses a type constraint. A parsed type has one JSON text.
pub fn type_constraint(text: &[u8]) {
    let Ok(value_type) = Type::from_json(text) else { return };
    let again = Type::from_json(value_type.to_json().to_string().as_bytes());
    assert_eq!(again.as_ref(), Ok(&value_type));
}

/// Reads the certificate with which the client announces itself, given as DER.
pub fn client_certificate(der: &[u8]) {
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der));
    let _ = ServerTls::for_client(&pem);
}

/// Reads the environment of the handshake, given as lines of `NAME=value`.
pub fn environment(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lookup = |name: &str| {
        let mut variables = text.lines().filter_map(|line| line.split_once('='));
        variables.find(|(variable, _)| *variable == name).map(|(_, value)| value.to_owned())
    };
    let environment = Environment::read(lookup, PathBuf::from("/tmp"));
    if let Some(certificate) = environment.client_certificate {
        let _ = ServerTls::for_client(&certificate);
    }
}

/// Reads a scenario. A refused scenario has at least one error, and the line of an error is a line of the text.
pub fn scenario(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(json) = serde_json::from_str(text) else { return };
    let Err(errors) = Scenario::from_json(&json) else { return };
    assert!(!errors.is_empty(), "a refused scenario has no error");
    for error in errors {
        let line = error.line_in(text);
        assert!(line.is_none_or(|line| (1..=text.lines().count()).contains(&line)), "{error:?} is at line {line:?}");
    }
}

/// A type that the first byte selects, and the other bytes.
fn select_type(bytes: &[u8]) -> Option<(Type, &[u8])> {
    let (&selector, rest) = bytes.split_first()?;
    let object = || Type::object([("id", Type::String), ("tags", Type::map(Type::String)), ("size", Type::Number)]);
    let value_type = match selector % 8 {
        0 => Type::Dynamic,
        1 => Type::String,
        2 => Type::Number,
        3 => Type::Bool,
        4 => object(),
        5 => Type::list(object()),
        6 => Type::set(Type::Dynamic),
        _ => Type::Tuple(vec![Type::Number, Type::map(Type::Bool)]),
    };
    Some((value_type, rest))
}
