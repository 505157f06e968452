//! A work folder driven through a real CLI, with the checks that the field's own test framework makes in each step.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value as Json;
use tempfile::TempDir;

use crate::report::Report;

/// One Terraform or `OpenTofu` executable.
#[derive(Clone, Debug)]
pub(crate) struct Cli {
    pub(crate) path: PathBuf,
    /// `Terraform v1.11.4`
    pub(crate) version: String,
}

impl Cli {
    /// Whether an `import` block may name an identity: Terraform and `OpenTofu` from 1.12 on.
    pub(crate) fn knows_identity(&self) -> bool {
        self.is_from(12)
    }

    /// Whether there are ephemeral resources and write-only arguments: Terraform and `OpenTofu` from 1.11 on.
    pub(crate) fn knows_ephemeral(&self) -> bool {
        self.is_from(11)
    }

    /// Whether there is `terraform query`: Terraform from 1.14 on. Says so where there is none.
    pub(crate) fn knows_queries(&self) -> bool {
        let knows = self.version.starts_with("Terraform") && self.is_from(14);
        if !knows {
            println!("{} has no `query`: left out", self.version);
        }
        knows
    }

    /// Whether it has actions: Terraform from 1.14 on.
    pub(crate) fn has_actions(&self) -> bool {
        self.version.starts_with("Terraform ") && self.is_from(14)
    }

    /// Whether it can read the configurations below a folder; if not, that is printed. Terraform without actions refuses
    /// a module that has one. `OpenTofu` reads `main.tofu` in its place.
    pub(crate) fn can_use(&self, folder: &Path) -> bool {
        let files = files_below(folder);
        let has = |extension: &'static str| {
            files.iter().filter(move |file| file.extension().is_some_and(|of| of == extension))
        };
        let needs_actions =
            has("tf").any(|file| std::fs::read_to_string(file).is_ok_and(|text| text.contains("\naction \"")));
        let reads_something_else = self.version.starts_with("OpenTofu ") && has("tofu").next().is_some();
        let can = !needs_actions || self.has_actions() || reads_something_else;
        if !can {
            println!("skipped with {}, which has no actions: {}", self.version, folder.display());
        }
        can
    }

    /// Whether the private state of a plan comes with the plan before the apply: Terraform from 1.16 on.
    pub(crate) fn keeps_planned_private(&self) -> bool {
        self.version.starts_with("Terraform") && self.is_from(16)
    }

    /// Whether it is this minor version of 1 or a later one.
    fn is_from(&self, minor: u32) -> bool {
        let number = self.version.rsplit_once(" v").map_or("", |(_, number)| number);
        let mut parts = number.split('.').map_while(|part| part.parse::<u32>().ok());
        (parts.next(), parts.next()) >= (Some(1), Some(minor))
    }
}

/// The files of a folder and of the folders in it. The benchmark that uses this file has no other helper.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Every CLI found, asked once for its version. One that `SIMCLOUD_TF_CLIS` names must be there.
pub(crate) fn clis() -> &'static [Cli] {
    static FOUND: OnceLock<Vec<Cli>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let named = std::env::var("SIMCLOUD_TF_CLIS").unwrap_or_default();
        let named = named.split(':').filter(|name| !name.is_empty()).map(|name| (name, true));
        let mut found: Vec<Cli> = Vec::new();
        for (candidate, is_named) in [("terraform", false), ("tofu", false)].into_iter().chain(named) {
            match version_of(candidate) {
                Some(version) => found.push(Cli { path: PathBuf::from(candidate), version }),
                None => assert!(!is_named, "SIMCLOUD_TF_CLIS names {candidate}, which does not run"),
            }
        }
        assert!(
            !found.is_empty(),
            "neither terraform nor tofu is on PATH: install one of them; tests with `#[needs(cli)]` are ignored without"
        );
        found
    })
}

/// Runs one test with every CLI found.
pub(crate) fn with_each_cli(test: impl Fn(&Cli)) {
    for cli in clis() {
        println!("with {}", cli.version);
        test(cli);
    }
}

fn version_of(candidate: &str) -> Option<String> {
    let output = clean(Command::new(candidate)).arg("version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
}

/// A command without the variables of the shell that could steer the CLI or the provider.
fn clean(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if ["TF_", "PLUGIN_", "SIMCLOUD_", "ALICLOUD_", "ALIBABA_CLOUD_", "PG"].iter().any(|p| name_text.starts_with(p))
        {
            command.env_remove(&name);
        }
    }
    command
}

/// A temporary folder with a configuration, a CLI and a world of its own.
pub(crate) struct Workspace {
    cli: Cli,
    folder: TempDir,
    environment: BTreeMap<String, String>,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) text: String,
    pub(crate) code: i32,
}

impl Workspace {
    /// A work folder whose `main.tf` is the text.
    pub(crate) fn new(cli: &Cli, hcl: &str) -> Self {
        let workspace = Self::empty(cli);
        workspace.write("main.tf", hcl);
        workspace
    }

    /// A work folder with a copy of a folder of `examples/`.
    pub(crate) fn example(cli: &Cli, example: &str) -> Self {
        Self::copy_of(cli, &Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example))
    }

    /// A work folder with a copy of a folder.
    pub(crate) fn copy_of(cli: &Cli, folder: &Path) -> Self {
        let workspace = Self::empty(cli);
        copy(folder, &workspace.work());
        workspace
    }

    /// Lets `init` find the provider in a local mirror, as after `install`; without `init` no command finds it.
    pub(crate) fn use_mirror(&self, mirror: &Path) {
        let mirror = mirror.display();
        let text = format!("provider_installation {{\n  filesystem_mirror {{\n    path = \"{mirror}\"\n  }}\n}}\n");
        std::fs::write(self.folder.path().join("cli.tfrc"), text).expect("a CLI configuration");
    }

    fn empty(cli: &Cli) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("work")).expect("a work folder");
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).expect("a folder for the provider");
        for name in ["terraform-provider-simcloud", "terraform-provider-alicloud"] {
            std::fs::hard_link(env!("CARGO_BIN_EXE_terraform-provider-simcloud"), bin.join(name))
                .or_else(|_| {
                    std::fs::copy(env!("CARGO_BIN_EXE_terraform-provider-simcloud"), bin.join(name)).map(|_| ())
                })
                .expect("the provider in the work folder");
        }
        let bin = bin.display();
        let overrides = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"simcloud/simcloud\" = \"{bin}\"\n    \"aliyun/alicloud\" = \"{bin}\"\n  }}\n  direct {{}}\n}}\n"
        );
        std::fs::write(folder.path().join("cli.tfrc"), overrides).expect("a CLI configuration");
        Self { cli: cli.clone(), folder, environment: BTreeMap::new() }
    }

    /// The folder the CLI runs in.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Sets an environment variable for every later command.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Writes or replaces a file of the work folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.work().join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).expect("a folder");
        }
        std::fs::write(path, text).expect("a file of the configuration");
    }

    /// Removes the configuration and its variables, and keeps state and world.
    pub(crate) fn remove_configuration(&self) {
        for entry in std::fs::read_dir(self.work()).expect("the work folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "tf" || extension == "tfvars") {
                std::fs::remove_file(path).expect("a file of the configuration is removed");
            }
        }
    }

    /// Lets the CLI find the modules of the folder and of its tests, which `init` does otherwise.
    #[track_caller]
    pub(crate) fn get_modules(&self) {
        if self.work().join("modules").exists() {
            self.succeed(&["get", "-no-color"]);
        }
    }

    /// Prepares the command; the caller may spawn it itself.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command_of(&self.cli.path);
        command.args(arguments);
        command
    }

    /// A program in the work folder, with the environment that the CLI has.
    pub(crate) fn command_of(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = clean(Command::new(program));
        command
            .current_dir(self.work())
            .env("TF_CLI_CONFIG_FILE", self.folder.path().join("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("NO_COLOR", "1")
            .envs(&self.environment)
            .stdin(std::process::Stdio::null());
        command
    }

    /// Runs a command of the provider itself in the work folder.
    pub(crate) fn run_provider(&self, arguments: &[&str]) -> Printed {
        let mut command = clean(Command::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud")));
        let output = command.args(arguments).current_dir(self.work()).envs(&self.environment).output();
        let output = output.expect("the provider's command runs");
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Printed { text, code: output.status.code().unwrap_or(-1) }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Printed {
        let output: Output = self.command(arguments).output().expect("the CLI runs");
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Printed { text, code: output.status.code().unwrap_or(-1) }
    }

    #[track_caller]
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let printed = self.run(arguments);
        assert_eq!(printed.code, 0, "{} {arguments:?}:\n{}", self.cli.version, printed.text);
        printed.text
    }

    /// Runs a command that has no `-json` and must fail; only the summaries of its diagnostics are read.
    #[track_caller]
    pub(crate) fn fail(&self, arguments: &[&str]) -> Report {
        let printed = self.run(arguments);
        assert_ne!(printed.code, 0, "{} {arguments:?} succeeded:\n{}", self.cli.version, printed.text);
        Report::read(&printed.text)
    }

    /// Runs `validate`, `plan`, `apply`, `apply plan.bin` or `destroy` without questions.
    fn report(&self, command: &str) -> (Report, i32) {
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        let mut arguments = vec![verb, "-json"];
        if verb != "validate" {
            arguments.push("-input=false");
        }
        if rest.is_empty() && ["apply", "destroy"].contains(&verb) {
            arguments.push("-auto-approve");
        }
        arguments.extend(rest.split_whitespace());
        let printed = self.run(&arguments);
        (Report::read(&printed.text.replace(&self.folder.path().display().to_string(), "[folder]")), printed.code)
    }

    /// Runs a command that must succeed.
    #[track_caller]
    pub(crate) fn accept(&self, command: &str) -> Report {
        let (report, code) = self.report(command);
        assert_eq!(code, 0, "{} {command}:\n{}", self.cli.version, report.text);
        report
    }

    /// Runs a command that must fail.
    #[track_caller]
    pub(crate) fn refuse(&self, command: &str) -> Report {
        let (report, code) = self.report(command);
        assert_ne!(code, 0, "{} {command} succeeded:\n{}", self.cli.version, report.text);
        report
    }

    /// Plans into a file, applies that plan, and asserts that a plan with and without refresh is empty afterwards.
    #[track_caller]
    pub(crate) fn apply_and_report(&self) -> Report {
        let report = self.accept("plan -out=plan.bin").followed_by(self.accept("apply plan.bin"));
        self.plan_is_empty();
        report
    }

    #[track_caller]
    pub(crate) fn validate(&self) -> String {
        words(&self.succeed(&["validate", "-no-color"]))
    }

    /// Plans into a file, applies that plan, and asserts that a plan with and without refresh is empty afterwards.
    #[track_caller]
    pub(crate) fn apply(&self) -> String {
        let printed = self.apply_only();
        self.plan_is_empty();
        printed
    }

    /// Plans into a file and applies that plan.
    #[track_caller]
    pub(crate) fn apply_only(&self) -> String {
        let plan = self.plan();
        let apply = self.apply_saved();
        format!("{plan}\n{apply}")
    }

    /// Plans into the file that [`Self::apply_saved`] applies.
    #[track_caller]
    pub(crate) fn plan(&self) -> String {
        words(&self.succeed(&["plan", "-no-color", "-input=false", "-out=plan.bin"]))
    }

    #[track_caller]
    pub(crate) fn apply_saved(&self) -> String {
        words(&self.succeed(&["apply", "-no-color", "-input=false", "plan.bin"]))
    }

    /// The saved plan as JSON.
    #[track_caller]
    pub(crate) fn planned(&self) -> Json {
        self.json(&["show", "-json", "plan.bin"])
    }

    /// The change of a resource in the saved plan.
    #[track_caller]
    pub(crate) fn planned_change(&self, address: &str) -> Json {
        let plan = self.planned();
        let mut changes = plan["resource_changes"].as_array().into_iter().flatten();
        let change = changes.find(|change| change["address"] == address);
        change.unwrap_or_else(|| panic!("the plan has no {address}: {plan:#}"))["change"].clone()
    }

    /// Whether the saved plan shows a value of a resource as known after apply.
    #[track_caller]
    pub(crate) fn plans_unknown_values(&self) -> bool {
        let plan = self.planned();
        let mut changes = plan["resource_changes"].as_array().into_iter().flatten();
        changes.any(|change| change["change"]["after_unknown"].to_string().contains("true"))
    }

    #[track_caller]
    pub(crate) fn plan_is_empty(&self) {
        for refresh in ["-refresh=false", "-refresh=true"] {
            let printed = self.run(&["plan", "-no-color", "-input=false", "-detailed-exitcode", refresh]);
            assert_eq!(
                printed.code, 0,
                "{}: the plan with {refresh} is not empty:\n{}",
                self.cli.version, printed.text
            );
        }
    }

    /// Destroys everything and asserts that nothing is left in the state.
    #[track_caller]
    pub(crate) fn destroy(&self) -> Report {
        let report = self.accept("destroy");
        assert_eq!(self.succeed(&["state", "list"]), "", "something is left in the state");
        report
    }

    /// What `show -json` prints, byte for byte.
    #[track_caller]
    pub(crate) fn shown(&self) -> String {
        self.succeed(&["show", "-json"])
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Json {
        let output = self.command(arguments).output().expect("the CLI runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// The attributes of a resource or data source in the state, by address.
    #[track_caller]
    pub(crate) fn attributes(&self, address: &str) -> Json {
        let state = self.json(&["show", "-json"]);
        let resources =
            state.pointer("/values/root_module/resources").and_then(Json::as_array).cloned().unwrap_or_default();
        resources
            .into_iter()
            .find(|resource| resource["address"] == address)
            .map_or_else(|| panic!("{address} is not in the state: {state:#}"), |resource| resource["values"].clone())
    }

    #[track_caller]
    pub(crate) fn output(&self, name: &str) -> Json {
        self.json(&["output", "-json"])[name]["value"].clone()
    }

    /// Imports the resource into a fresh state and asserts that every attribute is what the first state has, except the
    /// named ones, and that the plan is empty afterwards.
    #[track_caller]
    pub(crate) fn import_is_exact(&self, address: &str, id: &str, except: &[&str]) {
        let before = self.attributes(address);
        let state = self.work().join("terraform.tfstate");
        let kept = std::fs::read(&state).expect("a state");
        self.succeed(&["state", "rm", address]);
        self.succeed(&["import", "-no-color", "-input=false", address, id]);
        let after = self.attributes(address);
        let names: std::collections::BTreeSet<&String> =
            before.as_object().into_iter().chain(after.as_object()).flat_map(serde_json::Map::keys).collect();
        for name in names {
            if !except.contains(&name.as_str()) {
                assert_eq!(before[name], after[name], "{address}.{name} before and after the import");
            }
        }
        self.plan_is_empty();
        std::fs::write(state, kept).expect("the first state back in place");
    }

    /// Takes resources out of the state and imports them by their ids: every attribute is as it was, and a plan changes
    /// nothing. What a read keeps as it was at creation may differ.
    #[track_caller]
    pub(crate) fn imports_are_exact(&self, addresses: &[&str], kept_by_a_read: &[&str]) {
        let before: Vec<Json> = addresses.iter().map(|address| self.attributes(address)).collect();
        self.succeed(&[&["state", "rm"], addresses].concat());
        for (address, attributes) in addresses.iter().zip(&before) {
            let id = attributes["id"].as_str().expect("an id");
            self.succeed(&["import", "-no-color", "-input=false", address, id]);
        }
        for (address, before) in addresses.iter().zip(&before) {
            let after = self.attributes(address);
            let members = before.as_object().into_iter().flatten();
            for (name, value) in members.filter(|(name, _)| !kept_by_a_read.contains(&name.as_str())) {
                assert_eq!(*value, after[name], "{address}.{name} before and after the import");
            }
        }
        self.plan_is_empty();
    }
}

/// All words of a text, with the CLI's box characters and line breaks gone.
pub(crate) fn words(text: &str) -> String {
    text.split_whitespace().filter(|word| !matches!(*word, "│" | "╷" | "╵")).collect::<Vec<_>>().join(" ")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file");
        }
    }
}
