//! The README and the guides do what they say: their commands are run, in order, and print what stands below them.
//!
//! The provider is installed in a mirror, as a newcomer has it, so that a forgotten `terraform init` fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::cli::{Printed, Workspace, with_each_cli};

/// The release that the pages name.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A fenced block of a page.
struct Block {
    language: String,
    text: String,
}

/// Blocks named `main.tf` or `tests/….tftest.hcl` in their first line are written into one folder, `terraform` commands
/// run there, and a `text` block is what the command before it printed. A line `...` stands for any lines.
#[needs(cli)]
#[test]
fn the_readme_does_what_it_says() {
    does_what_it_says("README.md", 6);
}

#[needs(cli)]
#[test]
fn the_first_page_does_what_it_says() {
    does_what_it_says("docs/guides/start-here.md", 5);
}

fn does_what_it_says(page: &str, least: usize) {
    let blocks = blocks(&read(page));
    assert!(blocks.len() >= least, "{page} lost its blocks");
    let mirror = mirror();
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, "");
        workspace.use_mirror(mirror.path());
        let mut printed = String::new();
        for block in &blocks {
            match block.language.as_str() {
                "terraform" => {
                    let name = block.text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a file name");
                    workspace.write(name, &block.text);
                }
                "shell" => printed = block.text.lines().map(|line| run(&workspace, line)).collect(),
                // A picture.
                "text" if block.text.contains("-->") => {}
                "text" => {
                    assert!(shows(&printed, &block.text), "{page} shows\n{}\nbut printed is\n{printed}", block.text);
                }
                other => panic!("{page} has a block of {other:?}, which no test runs"),
            }
        }
        // What a reader does next: an apply in the same folder does not disturb the test.
        run(&workspace, "terraform apply -auto-approve");
        run(&workspace, "terraform test");
        run(&workspace, "terraform destroy -auto-approve");
    });
}

/// The recipe of the guide runs beside a remote backend, a lock file and a state, and touches none of them.
#[needs(cli)]
#[test]
fn a_rehearsal_leaves_the_real_state_alone() {
    const RECIPE: &str = "examples/rehearsal/rehearse.sh";
    const MODULE: &str = r#"terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }

  backend "http" {
    address = "http://127.0.0.1:9/state"
  }
}

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_vpc" "net" {
  cidr_block = "10.0.0.0/16"
}
"#;
    const LOCK: &str = r#"provider "registry.terraform.io/aliyun/alicloud" {
  version = "1.271.0"
}
"#;
    const STATE: &str = r#"{ "version": 4, "serial": 3, "lineage": "real", "outputs": {}, "resources": [] }"#;
    let recipe = read(RECIPE) + "terraform apply -auto-approve\nterraform destroy -auto-approve\n";
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, "");
        let module = [("main.tf", MODULE), (".terraform.lock.hcl", LOCK), ("terraform.tfstate", STATE)];
        for (file, text) in module {
            workspace.write(&format!("my-module/{file}"), text);
        }
        // The words that the recipe calls are the CLI under test and this executable.
        let home = workspace.work().join("home");
        std::fs::create_dir(&home).expect("a folder");
        let programs = Path::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud")).parent().expect("a folder");
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
        let script = format!("terraform() {{ command '{}' \"$@\"; }}\n{recipe}", cli.path.display());
        let mut command = workspace.command_of("sh");
        command.args(["-euc", &script]).env_remove("TF_CLI_CONFIG_FILE").env("HOME", &home).env("PATH", path);
        let output = command.stdin(Stdio::null()).output().expect("sh runs");
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}:\n{text}", cli.version);
        for (file, text) in module {
            let left = std::fs::read_to_string(workspace.work().join("my-module").join(file)).expect("a file");
            assert_eq!(left, text, "{file}");
        }
        let in_module = std::fs::read_dir(workspace.work().join("my-module")).expect("the module").count();
        assert_eq!(in_module, module.len(), "nothing was added to the module");
        let mirror_of_the_user = home.join(".terraform.d/plugins");
        assert!(!mirror_of_the_user.exists(), "the rehearsal installs nothing for other folders");
    });
}

/// The mirror that `install` fills.
fn mirror() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud"));
    let output = command.args(["install", "--plugin-dir"]).arg(folder.path()).output().expect("the command runs");
    assert!(output.status.success(), "{output:?}");
    folder
}

/// A block that begins with `cd examples/…` is run in a copy of that folder.
#[needs(cli)]
#[test]
fn the_commands_of_the_guides_run() {
    let mut guides: Vec<PathBuf> = std::fs::read_dir(root().join("docs/guides"))
        .expect("guides")
        .map(|entry| entry.expect("a guide").path())
        .collect();
    guides.sort();
    let mirror = mirror();
    let mut runs = 0;
    for guide in guides {
        for block in blocks(&std::fs::read_to_string(&guide).expect("a guide")) {
            let Some((folder, commands)) =
                block.text.strip_prefix("cd examples/").and_then(|rest| rest.split_once('\n'))
            else {
                continue;
            };
            runs += 1;
            with_each_cli(|cli| {
                println!("{}: {folder}", guide.display());
                if !cli.can_use(&root().join("examples").join(folder)) {
                    return;
                }
                let mut workspace = Workspace::example(cli, folder);
                workspace.use_mirror(mirror.path());
                for line in commands.lines() {
                    match line.strip_prefix("export ").and_then(|setting| setting.split_once('=')) {
                        Some((name, value)) => {
                            workspace.set(name, value);
                        }
                        None => {
                            run(&workspace, line);
                        }
                    }
                }
                assert_pictures_are_fresh(&workspace, folder);
            });
        }
    }
    assert!(runs >= 5, "the guides run {runs} blocks");
}

/// Asserts that the commands drew the pictures that lie beside the example; `UPDATE_DOCS` rewrites those.
#[expect(clippy::disallowed_methods, reason = "the caller of the test decides whether the files are rewritten")]
fn assert_pictures_are_fresh(workspace: &Workspace, folder: &str) {
    for entry in std::fs::read_dir(root().join("examples").join(folder)).expect("the example") {
        let picture = entry.expect("a file of the example").path();
        if picture.extension().is_none_or(|extension| extension != "svg" && extension != "html") {
            continue;
        }
        let drawn = workspace.work().join(picture.file_name().expect("a file has a name"));
        let drawn = std::fs::read_to_string(drawn).expect("the commands drew the picture");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&picture, &drawn).expect("a picture");
        }
        let shown = std::fs::read_to_string(&picture).expect("a picture");
        assert_eq!(drawn, shown, "{} is out of date: run the test with UPDATE_DOCS=1", picture.display());
    }
}

/// The words of a command; what stands between single quotes is one of them.
fn words(line: &str) -> Vec<&str> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(index, part)| if index.is_multiple_of(2) { part.split_whitespace().collect() } else { vec![part] })
        .collect()
}

/// Runs a line of a shell block; what builds or tests the whole project is only looked up.
fn run(workspace: &Workspace, line: &str) -> String {
    let words = words(line);
    match words.as_slice() {
        ["make", "quickstart"] => quickstart(),
        // A release is made by `make dist`, and the mirror is filled as its executable fills it.
        ["unzip", archive] => {
            assert_eq!(*archive, format!("terraform-provider-simcloud_{VERSION}_linux_amd64.zip"));
            String::new()
        }
        [executable, "install"] if executable.starts_with("./") => {
            assert_eq!(*executable, format!("./terraform-provider-simcloud_v{VERSION}"));
            String::new()
        }
        ["make", target] => {
            let rule = format!("\n{target}:");
            assert!(read("Makefile").contains(&rule), "the Makefile has no target {target:?}");
            String::new()
        }
        ["terraform", arguments @ ..] => {
            let (mut arguments, file) = match arguments {
                [arguments @ .., ">", file] => (arguments.to_vec(), Some(file)),
                _ => (arguments.to_vec(), None),
            };
            arguments.insert(1, "-no-color");
            let Printed { text, code } = workspace.run(&arguments);
            assert_eq!(code, 0, "{line}:\n{text}");
            if let Some(file) = file {
                workspace.write(file, &text);
            }
            text
        }
        ["terraform-provider-simcloud", arguments @ ..] => {
            let Printed { text, code } = workspace.run_provider(arguments);
            assert_eq!(code, 0, "{line}:\n{text}");
            text
        }
        _ => panic!("no test runs {line:?}"),
    }
}

/// What `make quickstart` runs once the provider is built.
fn quickstart() -> String {
    assert!(read("Makefile").contains("tools/quickstart"), "`make quickstart` runs something else");
    let output = Command::new(root().join("tools/quickstart"))
        .arg(env!("CARGO_BIN_EXE_terraform-provider-simcloud"))
        .output()
        .expect("tools/quickstart runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Whether the lines of a block stand in a text, one after the other where no `...` is between them.
fn shows(printed: &str, block: &str) -> bool {
    let printed: Vec<&str> = printed.lines().map(str::trim).collect();
    let mut from = 0;
    for part in block.lines().map(str::trim).collect::<Vec<_>>().split(|line| *line == "...") {
        if part.is_empty() {
            continue;
        }
        match printed[from..].windows(part.len()).position(|window| window == part) {
            Some(at) => from += at + part.len(),
            None => return false,
        }
    }
    true
}

#[test]
fn an_elision_hides_lines_but_not_their_order() {
    let printed = "one\n  two\nthree\nfour\n";
    for (block, expected) in [
        ("one\ntwo", true),
        ("one\n...\nfour", true),
        ("two\nfour", false),
        ("three\n...\none", false),
        ("five", false),
    ] {
        assert_eq!(shows(printed, block), expected, "{block}");
    }
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            found.push(Block { language: language.to_owned(), text: text.join("\n") });
        }
    }
    found
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).expect("a file")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
