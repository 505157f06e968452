//! `simcloud_ecs_key_pair` and its older name `simcloud_key_pair`.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;
use crate::report::Changes;

const PAIR: &str = "simcloud_ecs_key_pair.web";

const MINE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJuycCPaGdDjHkY7F9UgeUlnx8kLICgiAlRTry3IdmKv me@example.com";

const OTHER: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQCo9+BpMRYQ/dL3DS2CyJxRF+j6ctbT3/Qp84+KeFhnii7NT7fELilKUSnxS30WAvQCCo2yU1orfgqr41mM70MB";

fn pair(arguments: &str) -> String {
    format!("\nresource \"simcloud_ecs_key_pair\" \"web\" {{\n{arguments}\n}}\n")
}

/// One instance with the pair, and what it sees of it.
const INSTANCE: &str = r#"
resource "simcloud_run_instances" "web" {
  instance_type = "ecs.g7.large"
  zone_id       = "cn-heyuan-b"
  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 1
    key_name  = simcloud_ecs_key_pair.web.key_pair_name
  }
}

data "simcloud_instance_metadata" "web" {
  instance_id = simcloud_run_instances.web.instance_ids[0]
}

output "key" {
  value = data.simcloud_instance_metadata.web.public_key_file.content
}
"#;

/// `ssh-keygen -y` of a private key, without its comment; `None` where there is no ssh-keygen.
fn public_half(file: &Path) -> Option<String> {
    let output = Command::new("ssh-keygen").arg("-y").arg("-f").arg(file).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(without_comment(&String::from_utf8_lossy(&output.stdout)))
}

fn without_comment(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// The private half is in the file and nowhere else (R22).
#[needs(cli)]
#[test]
fn the_private_half_of_a_made_pair_goes_to_the_file_and_nowhere_else() {
    with_each_cli(|cli| {
        let arguments = "  key_pair_name = \"web\"\n  key_file = \"web.pem\"";
        let mut workspace = Workspace::new(cli, &(provider("") + &pair(arguments) + INSTANCE));
        workspace.set("TF_LOG", "TRACE").set("TF_LOG_PATH", "trace.log");
        let printed = workspace.apply_and_report();
        let file = workspace.work().join("web.pem");
        let key = std::fs::read_to_string(&file).expect("the key file");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&file).expect("the key file").permissions().mode();
            assert_eq!(mode & 0o777, 0o400);
        }
        let shown = workspace.output("key").as_str().expect("a key").to_owned();
        assert!(shown.starts_with("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5") && shown.ends_with(" web"), "{shown}");
        match public_half(&file) {
            Some(public) => assert_eq!(public, without_comment(&shown)),
            None => println!("skipped: no ssh-keygen"),
        }
        let secret = key.lines().nth(2).expect("a line in the middle").to_owned();
        let world = std::fs::read(workspace.work().join(".simcloud/world.db")).expect("a world");
        let elsewhere = [
            printed.text,
            std::fs::read_to_string(workspace.work().join("terraform.tfstate")).expect("a state"),
            std::fs::read_to_string(workspace.work().join("trace.log")).expect("a log"),
            String::from_utf8_lossy(&world).into_owned(),
        ];
        assert!(elsewhere.iter().all(|text| !text.contains(&secret) && !text.contains("PRIVATE KEY")));
        workspace.destroy();
        assert!(file.exists(), "the file is its owner's");
        // A new world makes the same pair again, over the file that cannot be written to.
        workspace.apply();
        assert_eq!(std::fs::read_to_string(&file).expect("the key file"), key);
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn a_key_file_that_cannot_be_written_taints_the_pair() {
    with_each_cli(|cli| {
        let hcl = |file: &str| provider("") + &pair(&format!("  key_pair_name = \"web\"\n  key_file = \"{file}\""));
        let workspace = Workspace::new(cli, &hcl("none/web.pem"));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "Key File Not Written");
        insta::assert_snapshot!("a_key_file_that_cannot_be_written_taints_the_pair", printed.sentences());
        assert_eq!(workspace.attributes(PAIR)["id"], "web");
        workspace.write("none/.keep", "");
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_REPLACEMENT);
        assert!(workspace.work().join("none/web.pem").exists());
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn an_import_finds_everything_as_it_was_configured() {
    let cases = [
        "  key_pair_name = \"web\"".to_owned(),
        "  key_name = \"web\"\n  tags = { a = \"b\" }\n  resource_group_id = \"rg-1\"".to_owned(),
        format!("  key_name_prefix = \"ci-\"\n  key_pair_name = \"\"\n  public_key = \"{MINE}\\n\""),
        "  key_file = \"web.pem\"\n  public_key = \"\"\n  resource_group_id = \"\"\n  tags = {}\n  timeouts {\n    delete = \"10m\"\n  }"
            .to_owned(),
    ];
    with_each_cli(|cli| {
        for arguments in &cases {
            let workspace = Workspace::new(cli, &(provider("") + &pair(arguments)));
            workspace.apply();
            let id = workspace.attributes(PAIR)["id"].as_str().expect("an id").to_owned();
            workspace.import_is_exact(PAIR, &id, &[]);
            workspace.destroy();
        }
        let workspace = Workspace::new(cli, &(provider("") + &pair("  key_pair_name = \"web\"")));
        let printed = workspace.fail(&["import", "-no-color", PAIR, "unknown"]);
        assert_eq!(printed.error().summary, "Cannot import non-existent remote object");
    });
}

#[needs(cli)]
#[test]
fn an_import_block_by_identity_changes_nothing() {
    with_each_cli(|cli| {
        if !cli.knows_identity() {
            println!("skipped: {} imports by id alone", cli.version);
            return;
        }
        let hcl = provider("") + &pair("  key_pair_name = \"web\"");
        let workspace = Workspace::new(cli, &hcl);
        workspace.apply();
        std::fs::remove_file(workspace.work().join("terraform.tfstate")).expect("the state is removed");
        let block = format!("\nimport {{\n  to = {PAIR}\n  identity = {{ id = \"web\" }}\n}}\n");
        workspace.write("main.tf", &(hcl + &block));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes { import: 1, ..Changes::NONE });
        workspace.destroy();
    });
}

/// Either name shows the same, a prefix makes one, and nothing at all makes one too.
#[needs(cli)]
#[test]
fn names_and_their_spellings() {
    with_each_cli(|cli| {
        let named = |arguments: &str| {
            let workspace = Workspace::new(cli, &(provider("") + &pair(arguments)));
            workspace.plan();
            let planned = workspace.planned()["resource_changes"][0]["change"]["after"]["id"].clone();
            workspace.apply();
            let attributes = workspace.attributes(PAIR);
            workspace.destroy();
            assert_eq!(attributes["key_pair_name"], attributes["key_name"]);
            (planned, attributes["id"].as_str().expect("an id").to_owned())
        };
        assert_eq!(named("  key_pair_name = \"web\""), (json!("web"), "web".to_owned()));
        assert_eq!(named("  key_name = \"web\""), (json!("web"), "web".to_owned()));
        let (planned, made) = named("  key_name_prefix = \"ci-\"");
        assert!(planned.is_null() && made.starts_with("ci-") && made.len() == 23, "{made}");
        assert!(named("").1.starts_with("terraform-"));

        let workspace = Workspace::new(cli, &(provider("") + &pair("  key_name = \"web\"")));
        insta::assert_snapshot!("the_older_argument_is_deprecated", workspace.accept("validate").sentences());
        let mut sentences = Vec::new();
        for arguments in [
            "  key_name = \"web\"\n  key_pair_name = \"web\"",
            "  key_pair_name = \"web\"\n  key_name_prefix = \"ci-\"",
            "  key_pair_name = \"1web\"",
            "  key_name_prefix = \"a b\"",
        ] {
            workspace.write("main.tf", &(provider("") + &pair(arguments)));
            let printed = workspace.refuse("validate");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("names_and_their_spellings", sentences.join("\n"));
    });
}

#[needs(cli)]
#[test]
fn a_public_key_is_checked_before_anything_happens() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &provider(""));
        let mut sentences = Vec::new();
        for key in [
            "ssh-rsa AAAAB3Nza12345678qwertyuudsfs",
            "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIJuycCPaGdDjHkY7F9UgeUlnx8kLICgiAlRTry3IdmKv",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJuycCPaGdDj",
            "hello",
            "-----BEGIN OPENSSH PRIVATE KEY-----\\nc2VjcmV0",
        ] {
            let arguments = format!("  key_pair_name = \"web\"\n  public_key = \"{key}\"");
            workspace.write("main.tf", &(provider("") + &pair(&arguments)));
            let printed = workspace.refuse("plan");
            assert_eq!(printed.error().place(), ("Invalid Public Key", PAIR, "public_key"));
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("a_public_key_is_checked_before_anything_happens", sentences.join("\n"));
        // A key that is known only after apply is no error in the plan, and is checked before the cloud is asked.
        let unknown = "  key_pair_name = \"web\"\n  public_key = terraform_data.key.output\n";
        let data = "\nresource \"terraform_data\" \"key\" {\n  input = \"hello\"\n}\n";
        workspace.write("main.tf", &(provider("") + &pair(unknown) + data));
        workspace.plan();
        let printed = workspace.refuse("apply plan.bin");
        assert_eq!(printed.error().place(), ("Invalid Public Key", PAIR, "public_key"));
    });
}

/// Of a block without effect the form is still checked: a typing error would have one elsewhere.
#[needs(cli)]
#[test]
fn times_are_durations() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider("") + &pair("  timeouts {\n    delete = \"soon\"\n  }")));
        let printed = workspace.refuse("plan");
        assert_eq!(printed.error().summary, "Invalid Duration");
        insta::assert_snapshot!("times_are_durations", printed.sentences());
    });
}

/// Names of the scenario, and the one that every world has, are taken; so is that of another resource.
#[needs(cli)]
#[test]
fn a_name_that_is_taken_is_refused() {
    with_each_cli(|cli| {
        let provider = provider("  scenario = { key_pairs = [{ name = \"given\" }] }");
        let workspace = Workspace::new(cli, &provider);
        for name in ["given", "example-key-name"] {
            workspace.write("main.tf", &(provider.clone() + &pair(&format!("  key_name = \"{name}\""))));
            let printed = workspace.refuse("plan");
            assert_eq!(printed.error().place(), ("KeyPair.AlreadyExist", PAIR, "key_name"));
            assert!(printed.error().detail.contains(name), "{}", printed.text);
        }
        let twice =
            pair("  key_pair_name = \"web\"") + &pair("  key_pair_name = \"web\"").replace("\"web\" {", "\"two\" {");
        workspace.write("main.tf", &(provider.clone() + &twice));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "KeyPair.AlreadyExist");
    });
}

#[needs(cli)]
#[test]
fn what_can_change_in_place_does_and_a_key_is_replaced() {
    with_each_cli(|cli| {
        let hcl = |arguments: &str| provider("") + &pair(&format!("  key_pair_name = \"web\"\n{arguments}"));
        let workspace = Workspace::new(cli, &hcl(&format!("  public_key = \"{MINE}\"")));
        workspace.apply();
        let before = workspace.attributes(PAIR);
        assert_eq!(before["finger_print"].as_str().map(str::len), Some(47));
        let more = format!("  public_key = \"{MINE}\\n\"\n  tags = {{ a = \"b\" }}\n  resource_group_id = \"rg-1\"");
        workspace.write("main.tf", &hcl(&more));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_UPDATE);
        assert_eq!(workspace.attributes(PAIR)["finger_print"], before["finger_print"]);
        workspace.import_is_exact(PAIR, "web", &[]);
        workspace.write("main.tf", &hcl(&format!("  public_key = \"{OTHER}\"")));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_REPLACEMENT);
        assert_ne!(workspace.attributes(PAIR)["finger_print"], before["finger_print"]);
        workspace.destroy();
    });
}

/// `moved` works between the two names, both ways, and changes nothing else; the older name warns.
#[needs(cli)]
#[test]
fn moved_works_between_the_names() {
    with_each_cli(|cli| {
        let newer = pair("  key_pair_name = \"web\"\n  tags = { a = \"b\" }");
        let older = newer.replace("simcloud_ecs_key_pair", "simcloud_key_pair");
        let workspace = Workspace::new(cli, &(provider("") + &older));
        let printed = workspace.accept("validate");
        insta::assert_snapshot!("moved_works_between_the_names", printed.sentences());
        workspace.apply();
        let moved = |from: &str, to: &str| format!("\nmoved {{\n  from = {from}.web\n  to   = {to}.web\n}}\n");
        let forth = moved("simcloud_key_pair", "simcloud_ecs_key_pair");
        workspace.write("main.tf", &(provider("") + &newer + &forth));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::NONE);
        assert_eq!(workspace.attributes(PAIR)["tags"], json!({ "a": "b" }));
        let back = moved("simcloud_ecs_key_pair", "simcloud_key_pair");
        workspace.write("main.tf", &(provider("") + &older + &back));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::NONE);
        workspace.destroy();
    });
}

/// Instances that outlive their group keep the pair they are bound to.
#[needs(cli)]
#[test]
fn a_pair_in_use_cannot_be_deleted() {
    with_each_cli(|cli| {
        let group = r#"
resource "simcloud_auto_provisioning_group" "web" {
  total_target_capacity         = 2
  pay_as_you_go_target_capacity = 2
  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g7.large"
  }
  launch_configuration {
    image_id      = "aliyun_3_x64_20G_alibase_20250629.vhd"
    key_pair_name = simcloud_ecs_key_pair.web.key_pair_name
  }
}
"#;
        let workspace = Workspace::new(cli, &(provider("") + &pair("  key_pair_name = \"web\"") + group));
        workspace.apply();
        let printed = workspace.refuse("destroy");
        assert_eq!(printed.error().summary, "InvalidParameter.KeypairAlreadyAttachedInstance");
        insta::assert_snapshot!("a_pair_in_use_cannot_be_deleted", printed.sentences());
        assert_eq!(workspace.attributes(PAIR)["id"], "web");
    });
}

#[needs(cli)]
#[test]
fn faults_strike_and_are_gone() {
    with_each_cli(|cli| {
        let hcl = provider(
            r#"  scenario = { faults = [
    { operation = "CreateKeyPair", error_code = "Throttling" },
    { operation = "DeleteKeyPairs", error_code = "ServiceUnavailable" },
  ] }"#,
        ) + &pair("  key_pair_name = \"web\"");
        let workspace = Workspace::new(cli, &hcl);
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "Throttling");
        insta::assert_snapshot!("faults_strike_and_are_gone", printed.sentences());
        workspace.apply();
        let printed = workspace.refuse("destroy");
        assert_eq!(printed.error().summary, "ServiceUnavailable");
        workspace.destroy();
    });
}
