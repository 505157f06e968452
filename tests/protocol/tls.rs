//! Only the client whose certificate came in the environment is served.

use simcloud::plugin::proto::tfplugin6::get_provider_schema;
use simcloud::plugin::proto::tfplugin6::provider_client::ProviderClient;

use crate::client::{ClientIdentity, Process};

/// Whether a client gets as far as an answer.
async fn is_served(process: &Process, identity: Option<&ClientIdentity>) -> bool {
    match process.connect(identity).await {
        Ok(channel) => ProviderClient::new(channel).get_provider_schema(get_provider_schema::Request {}).await.is_ok(),
        Err(_) => false,
    }
}

#[tokio::test]
async fn only_the_named_client_is_served_even_after_others_have_tried() {
    let directory = tempfile::tempdir().unwrap();
    let named = ClientIdentity::like_terraform();
    let mut process = Process::start(&[("PLUGIN_CLIENT_CERT", &named.pem())], directory.path());

    assert!(!is_served(&process, None).await, "without TLS");
    assert!(!is_served(&process, Some(&ClientIdentity::like_terraform())).await, "another certificate");
    let stolen = ClientIdentity { certificate: named.certificate.clone(), key: ClientIdentity::like_terraform().key };
    assert!(!is_served(&process, Some(&stolen)).await, "the certificate without its key");
    assert!(process.is_running());
    assert!(is_served(&process, Some(&named)).await);
}

#[tokio::test]
async fn no_certificate_at_all_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let named = ClientIdentity::like_terraform();
    let mut process = Process::start(&[("PLUGIN_CLIENT_CERT", &named.pem())], directory.path());
    assert!(!process.answers_without_certificate().await);
    assert!(process.is_running());
    assert!(is_served(&process, Some(&named)).await);
}

#[tokio::test]
async fn the_named_client_is_refused_outside_its_validity() {
    for (from, until) in [(2000, 2010), (2080, 2090)] {
        let directory = tempfile::tempdir().unwrap();
        let named = ClientIdentity::valid(from, until);
        let process = Process::start(&[("PLUGIN_CLIENT_CERT", &named.pem())], directory.path());
        assert!(!is_served(&process, Some(&named)).await, "{from} to {until}");
    }
}

#[tokio::test]
async fn without_a_certificate_in_the_environment_there_is_no_tls() {
    let directory = tempfile::tempdir().unwrap();
    let process = Process::start(&[], directory.path());
    assert_eq!(process.field(5), "");
    assert!(is_served(&process, None).await);
}
