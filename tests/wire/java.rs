//! Alibaba's SDK for Java: the published sample of a batch creation, with its endpoint changed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value as Json, json};
use simcloud_test_needs::needs;

use crate::server::Server;

/// The published reply's scarcity: no pay-as-you-go stock in the zone, and spot stock.
const SCARCITY: &str = r#"{"stock": [
    {"zone_id": "cn-heyuan-b", "instance_type": "ecs.s6-c1m1.small", "pay_as_you_go": 0, "spot": 10}
]}"#;
/// The sample's ids are masked; they stand for what every world has.
const ALIASES: [&str; 4] =
    ["--alias", "vsw-f8zadqudz*********=vsw-cn-heyuan-b", "--alias", "sg-f8zf6vg51*********=default"];

/// The SDK's libraries and the compiled sample, fetched once and kept beside the build.
static CLASS_PATH: LazyLock<String> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("java");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/java");
    std::fs::create_dir_all(&folder).unwrap();
    let fetch = ["-q", "-B", "-f", source.join("pom.xml").to_str().unwrap(), "dependency:copy-dependencies"]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("-DoutputDirectory={}", folder.join("libraries").display())]);
    // Below `target`, because Maven also makes a folder beside the file that it reads.
    let copy = folder.join("pom.xml");
    std::fs::copy(source.join("pom.xml"), &copy).unwrap();
    let fetch = fetch.map(|argument| if argument.ends_with("pom.xml") { copy.display().to_string() } else { argument });
    assert!(Command::new("mvn").args(fetch).status().unwrap().success(), "Maven cannot fetch the SDK");
    let class_path = format!("{}/*", folder.join("libraries").display());
    let classes: PathBuf = folder.join("classes");
    let compiled = Command::new("javac")
        .args(["-cp", &class_path, "-d", classes.to_str().unwrap()])
        .arg(source.join("BatchCreation.java"))
        .status();
    assert!(compiled.unwrap().success());
    format!("{class_path}:{}", classes.display())
});

fn run_sample(server: &Server, java: &[&str], arguments: &[&str]) -> Json {
    let output = Command::new("java")
        .args(java)
        .args(["-cp", &CLASS_PATH, "BatchCreation", &server.address])
        .args(arguments)
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&printed)
        .unwrap_or_else(|error| panic!("{error}: {printed}{}", String::from_utf8_lossy(&output.stderr)))
}

/// The published reply, with the ids of one run in the place of its own.
fn published(reply: &Json) -> Json {
    let ids = reply["launchResults"]["launchResult"][1]["instanceIds"]["instanceId"].clone();
    assert_eq!(ids.as_array().map(Vec::len), Some(2), "{reply}");
    json!({
        "autoProvisioningGroupId": reply["autoProvisioningGroupId"],
        "launchResults": { "launchResult": [
            {
                "amount": 0,
                "errorCode": "NoInstanceStock",
                "errorMsg": "The instanceTypes are out of usage",
                "instanceType": "ecs.s6-c1m1.small",
                "spotStrategy": "NoSpot",
                "zoneId": "cn-heyuan-b",
            },
            {
                "amount": 2,
                "instanceIds": { "instanceId": ids },
                "instanceType": "ecs.s6-c1m1.small",
                "spotStrategy": "SpotAsPriceGo",
                "zoneId": "cn-heyuan-b",
            },
        ] },
        "requestId": reply["requestId"],
    })
}

#[needs(java, javac, mvn)]
#[test]
fn the_published_sample_prints_the_published_reply() {
    let server = Server::start_with_scenario(SCARCITY, &ALIASES);
    let reply = run_sample(&server, &[], &["http"]);
    assert_eq!(reply, published(&reply));
    // The same token again: the same group, and nothing is launched twice (W2).
    assert_eq!(run_sample(&server, &[], &["http"]), reply);
    assert_eq!(server.ecs("DescribeInstances", &[]).success()["TotalCount"], 2);
}

/// With nothing but the endpoint changed the SDK speaks TLS, and has to trust the server's authority.
#[needs(java, javac, mvn)]
#[test]
fn the_published_sample_runs_over_tls() {
    let server = Server::start_with_scenario(SCARCITY, &ALIASES);
    let store = server.path("trust.p12").display().to_string();
    let authority = server.path("authority.pem");
    let bundle = std::fs::read_to_string(&server.authorities).unwrap();
    // The bundle ends with the server's own authority; a key store takes one certificate at a time.
    let own = bundle.rfind("-----BEGIN").map(|at| &bundle[at..]).unwrap();
    std::fs::write(&authority, own).unwrap();
    let import = ["-importcert", "-noprompt", "-storetype", "PKCS12", "-storepass", "simcloud", "-alias", "simcloud"];
    let imported = Command::new("keytool")
        .args(import)
        .args(["-keystore", &store, "-file", authority.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let trust = [&format!("-Djavax.net.ssl.trustStore={store}"), "-Djavax.net.ssl.trustStorePassword=simcloud"];
    let reply = run_sample(&server, &trust, &[]);
    assert_eq!(reply, published(&reply));
}
