//! Worlds in PostgreSQL under the real CLI: the same bytes as in a file, and no password anywhere.

use crate::cli::{Workspace, with_each_cli};
use crate::ephemeral::forecasts;
use crate::hcl::{REQUIRED, group, provider, targets};
use crate::postgres_server;

const PASSWORD: &str = "s3cr3t-w0rd";

/// Groups and reservations of two regions, loss, replacement and quota among them.
fn everything(world: &str) -> String {
    let scenario = r#"{
    stock  = [{ zone_id = "cn-heyuan-b", pay_as_you_go = 3, spot = 9 }]
    events = [{ at = "2h", reclaim_spot = { count = 2 } }]
  }"#;
    let block = |alias: &str, region: &str| {
        format!(
            "provider \"simcloud\" {{\n{alias}  region = {region:?}\n  world = {world:?}\n  clock = var.clock\n  scenario = {scenario}\n}}\n"
        )
    };
    [
        REQUIRED.to_owned(),
        "variable \"clock\" {\n  default = \"0s\"\n}\n".to_owned(),
        block("", "cn-heyuan"),
        block("  alias = \"far\"\n", "us-east-1"),
        group("web", &targets(2, 3)),
        r#"
resource "simcloud_run_instances" "far" {
  provider         = simcloud.far
  instance_type    = "m1.small"
  client_token     = "once"
  image {
    image_id = "ami-60a54009"
    min_count = 2
    max_count = 2
    key_name = "example-key-name"
  }
}

data "simcloud_instances" "all" {
  depends_on = [simcloud_auto_provisioning_group.web]
}
"#
        .to_owned(),
    ]
    .concat()
}

#[needs(cli, postgres)]
#[test]
fn the_same_calls_show_the_same_bytes_on_both_engines() {
    let server = postgres_server::needed(postgres_server::shared());
    with_each_cli(|cli| {
        let shown = [".simcloud/world.db".to_owned(), server.url(&postgres_server::new_world())].map(|world| {
            let mut workspace = Workspace::new(cli, &everything(&world));
            workspace.apply();
            let mut shown = vec![workspace.shown()];
            workspace.set("TF_VAR_clock", "5h");
            workspace.apply();
            shown.push(workspace.shown());
            workspace.destroy();
            workspace.set("TF_VAR_clock", "0s");
            workspace.apply();
            shown.push(workspace.shown());
            workspace.destroy();
            shown
        });
        assert_eq!(shown[0], shown[1]);
        assert_ne!(shown[0][0], shown[0][1], "two were lost and replaced");
    });
}

/// The guide's provider block is valid, and its role is made by its statements and needs no more.
#[needs(cli, postgres)]
#[test]
fn the_guide_makes_what_a_shared_world_needs() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guides/sharing-a-world.md"));
    let guide = guide.expect("the guide");
    let blocks = |language: &str| -> Vec<String> {
        let fence = format!("```{language}\n");
        guide
            .split(&fence)
            .skip(1)
            .filter_map(|rest| rest.split_once("```"))
            .map(|(block, _)| block.to_owned())
            .collect()
    };
    with_each_cli(|cli| {
        for block in blocks("terraform") {
            Workspace::new(cli, &(REQUIRED.to_owned() + &block)).validate();
        }
    });
    let server = postgres_server::needed(postgres_server::shared());
    // The server has a database `sim` already.
    let statements = |block: &str| -> Vec<String> {
        block.replace(" sim", " guide").split_inclusive(';').map(|one| one.trim().to_owned()).collect()
    };
    let sql = blocks("sql");
    let [role, schema, planner] = sql.as_slice() else { panic!("the guide has {} blocks of SQL", sql.len()) };
    for statement in statements(role).iter().filter(|statement| !statement.is_empty()) {
        assert!(server.psql("postgres", statement), "{statement}");
    }
    let place = |world: &str| server.url(world).replace("sim@/sim", "ci@/guide");
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &everything(&place("team_a")));
        workspace.apply();
        // The role of pipelines that only plan, made with the first CLI.
        for statement in planner.split_inclusive(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            let is_done = server.psql("guide", statement);
            assert!(is_done || statement.starts_with("CREATE ROLE"), "{statement}");
        }
        if cli.keeps_planned_private() {
            workspace.write("main.tf", &everything(&place("team_a").replace("ci@", "planner@")));
            workspace.plan_is_empty();
            workspace.write("main.tf", &everything(&place("team_a")));
        }
        workspace.destroy();
    });
    // A role that makes no schemas is given one.
    assert!(server.psql("postgres", "REVOKE CREATE ON DATABASE guide FROM ci"));
    assert!(server.psql("guide", &schema.replace("team_a", "team_b")));
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &everything(&place("team_b")));
        workspace.apply();
        workspace.destroy();
    });
}

#[needs(cli, postgres)]
#[test]
fn a_password_reaches_no_log_no_error_no_plan_and_no_state() {
    let server = postgres_server::needed(postgres_server::shared());
    with_each_cli(|cli| {
        let world = postgres_server::new_world();
        server.ask(&format!(
            "DROP ROLE IF EXISTS {world}_user; CREATE ROLE locked LOGIN PASSWORD '{PASSWORD}';
             CREATE SCHEMA simcloud_{world} AUTHORIZATION locked"
        ));
        let url = server.url(&world).replace("sim@", &format!("locked:{PASSWORD}@"));
        let mut workspace = Workspace::new(cli, &(provider("") + &group("web", &targets(1, 0))));
        workspace.set("SIMCLOUD_WORLD", &url).set("TF_LOG", "trace").set("TF_LOG_PATH", "log.txt");
        let mut printed = vec![workspace.plan(), workspace.apply_saved(), workspace.shown()];
        printed.push(workspace.planned().to_string());
        let mut codes = Vec::new();
        for broken in [
            url.replace(PASSWORD, &format!("{PASSWORD}x")),
            url.replace("/sim?", "/nowhere?"),
            url.replace("?host=", "?host=/nowhere"),
            format!("{url}&sslmode=perhaps"),
            url.replace("?host=", "?hots="),
        ] {
            workspace.set("SIMCLOUD_WORLD", &broken);
            printed.push(workspace.refuse("plan").text);
            // The CLI shows the line of the configuration that an error points to.
            workspace.write("main.tf", &(provider(&format!("  world = {broken:?}")) + &group("web", &targets(1, 0))));
            let told = workspace.refuse("plan");
            codes.push(told.error().summary.clone());
            printed.push(told.text);
            workspace.write("main.tf", &(provider("") + &group("web", &targets(1, 0))));
        }
        let unusable = "World Not Usable";
        assert_eq!(codes, [unusable, unusable, unusable, "Invalid World", "Invalid World"]);
        workspace.set("SIMCLOUD_WORLD", &url);
        printed.push(workspace.destroy().text);
        let mut files = vec![workspace.work()];
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(std::fs::read_dir(path).expect("a folder").flatten().map(|entry| entry.path()));
            } else if !path.ends_with("plan.bin") {
                printed.push(String::from_utf8_lossy(&std::fs::read(path).expect("a file")).into_owned());
            }
        }
        for text in &printed {
            let line = text.lines().find(|line| line.contains(PASSWORD));
            assert_eq!(line, None);
        }
        server.ask("DROP OWNED BY locked CASCADE; DROP ROLE locked");
    });
}

/// The alias of the fork finds it by the connection string that the ephemeral resource returns.
#[needs(cli, postgres)]
#[test]
fn a_fork_is_a_schema_that_is_gone_afterwards() {
    let server = postgres_server::needed(postgres_server::shared());
    with_each_cli(|cli| {
        if !cli.knows_ephemeral() {
            return;
        }
        let world = postgres_server::new_world();
        let mut workspace = Workspace::new(cli, &forecasts("  advance_by = \"27h\""));
        workspace.set("SIMCLOUD_WORLD", &server.url(&world));
        workspace.apply();
        assert_eq!(workspace.output("tomorrow"), 4);
        let schemas = format!("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'simcloud_{world}')");
        assert_eq!(server.ask(&schemas), format!("simcloud_{world}"));
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn a_connection_string_that_cannot_be_one_is_told_when_it_is_validated() {
    with_each_cli(|cli| {
        let world = "postgres://anna:s3cr3t@db.example.com/sim?world=Team";
        let workspace =
            Workspace::new(cli, &(provider(&format!("  world = {world:?}")) + &group("web", &targets(1, 0))));
        let told = workspace.refuse("validate");
        assert_eq!(told.error().summary, "Invalid World");
        assert!(!told.text.contains("s3cr3t"), "{}", told.text);
        insta::assert_snapshot!("a_connection_string_that_cannot_be_one", told.sentences());
    });
}
