//! What is printed, and what is said to people who start the provider by hand.

use crate::client::{COOKIE, ClientIdentity, Process, command};

#[tokio::test]
async fn the_line_has_six_fields() {
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
async fn a_seventh_field_comes_only_when_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let process = Process::start(&[("PLUGIN_MULTIPLEX_GRPC", "true")], directory.path());
    assert_eq!(process.handshake.split('|').skip(5).collect::<Vec<_>>(), ["", "false"]);
}

#[test]
fn started_by_hand_it_says_what_it_is() {
    let directory = tempfile::tempdir().unwrap();
    for cookie in [None, Some("wrong"), Some("")] {
        let mut command = command(directory.path());
        if let Some(cookie) = cookie {
            command.env(COOKIE.0, cookie);
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        insta::assert_snapshot!("started_by_hand", String::from_utf8(output.stderr).unwrap());
    }
}

#[test]
fn an_unusable_client_certificate_is_an_error_in_words() {
    let directory = tempfile::tempdir().unwrap();
    let output = command(directory.path()).env(COOKIE.0, COOKIE.1).env("PLUGIN_CLIENT_CERT", "x").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8(output.stderr).unwrap().contains("PLUGIN_CLIENT_CERT"));
}
