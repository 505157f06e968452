//! What is written to stderr: nothing, or lines that the CLI reads as logs.

use simcloud::tf::Value;

use crate::client::Client;

async fn log_of(variables: &[(&str, &str)]) -> Vec<serde_json::Value> {
    let directory = tempfile::tempdir().unwrap();
    let mut client = Client::start(variables, directory.path()).await;
    client.configure(Value::object::<&str, Value>([])).await;
    client.shut_down().await.unwrap();
    assert!(client.process().ended().await.success());
    client.process().stderr().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn logs_are_written_when_asked_for_as_the_cli_reads_them() {
    let lines = log_of(&[("TF_LOG", "TRACE")]).await;
    assert!(lines.iter().any(|line| line["tf_rpc"] == "configure_provider"), "{lines:?}");
    for line in &lines {
        for key in ["@level", "@message", "@module", "@timestamp"] {
            assert!(line[key].is_string(), "{key} in {line}");
        }
        let fraction = line["@timestamp"].as_str().unwrap().split('.').nth(1).unwrap();
        assert_eq!(fraction.len(), "123456Z".len(), "{line}");
    }
}

#[tokio::test]
async fn levels_are_kept() {
    assert!(log_of(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "OFF")]).await.is_empty());
    assert!(log_of(&[("TF_LOG", "ERROR")]).await.is_empty());
}
