//! The handshake line, and the message to users who start the provider themselves.

use crate::client::{COOKIE, ClientIdentity, Process, command};

#[tokio::test]
async fn the_handshake_has_six_fields() {
    let directory = tempfile::tempdir().unwrap();
    let pem = ClientIdentity::like_terraform().pem();
    let process = Process::start(&[("PLUGIN_CLIENT_CERT", &pem)], directory.path());
    let fields: Vec<_> = process.handshake.split('|').collect();
    assert_eq!(fields.len(), 6, "{}", process.handshake);
    assert_eq!(fields[..3], ["1", "6", "unix"]);
    assert!(fields[3].starts_with(directory.path().to_str().unwrap()), "{}", fields[3]);
    assert_eq!(fields[4], "grpc");
    assert!(fields[5].len() > 50 && !fields[5].contains('='), "{}", fields[5]);
}

#[tokio::test]
async fn multiplexing_is_answered_only_if_requested() {
    let directory = tempfile::tempdir().unwrap();
    let process = Process::start(&[("PLUGIN_MULTIPLEX_GRPC", "true")], directory.path());
    assert_eq!(process.handshake.split('|').skip(5).collect::<Vec<_>>(), ["", "false"]);
}

#[test]
fn without_the_magic_cookie_the_provider_explains_itself() {
    let directory = tempfile::tempdir().unwrap();
    for cookie in [None, Some("wrong"), Some("")] {
        let mut command = command(directory.path());
        if let Some(cookie) = cookie {
            command.env(COOKIE.0, cookie);
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        assert!(String::from_utf8(output.stderr).unwrap().contains("provider for Terraform"));
    }
}

#[test]
fn an_invalid_client_certificate_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let output = command(directory.path()).env(COOKIE.0, COOKIE.1).env("PLUGIN_CLIENT_CERT", "x").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8(output.stderr).unwrap().contains("PLUGIN_CLIENT_CERT"));
}
