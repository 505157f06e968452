//! Every folder of `examples/` is applied, its output is compared with the file beside it, and it is destroyed.
//!
//! A folder with a `main.tf` is one example. Its steps, if it has any, are the variable files in `steps/`, in order of
//! name. A `.txt` file beside a step, or `output.txt` in an example without steps, holds the expected output of
//! `terraform output`. `UPDATE_DOCS` rewrites these files.

use std::path::{Path, PathBuf};

use crate::cli::{Cli, Workspace, with_each_cli};
use crate::hcl::provider;

/// Examples of the reference pages: the file of each kind that a test applies alone, here or in `reference_examples`.
const REFERENCE_EXAMPLES: &[(&str, &str)] = &[
    ("actions", "action.tf"),
    ("provider", "provider.tf"),
    ("resources", "resource.tf"),
    ("data-sources", "data-source.tf"),
    ("ephemeral-resources", "ephemeral-resource.tf"),
    ("functions", "function.tf"),
    ("list-resources", "list-resource.tfquery.hcl"),
];

/// What `tests/wire` runs, because it is for other clients than Terraform.
const EXAMPLES_OF_OTHER_CLIENTS: &str = "serve/";

/// Pipelines of CI services.
const PIPELINES: &str = "ci/";

/// Programs for CDK Terrain and Pulumi: these are too large to be installed for a test.
const PROGRAMS: [&str; 2] = ["cdk-terrain/", "pulumi/"];

/// What `stand_ins` applies, with a schema.
const EXAMPLE_WITH_A_SCHEMA: &str = "whole-module";

/// Examples run at once: they wait for processes most of the time.
const CONCURRENT_EXAMPLES: usize = 4;

#[needs(cli)]
#[test]
fn every_example_is_applied() {
    let example_folders = example_folders();
    assert!(example_folders.len() >= 10, "{example_folders:?}");
    with_each_cli(|cli| {
        std::thread::scope(|scope| {
            for part in example_folders.chunks(example_folders.len().div_ceil(CONCURRENT_EXAMPLES)) {
                scope.spawn(move || part.iter().for_each(|example| apply(cli, example)));
            }
        });
    });
}

#[needs(cli)]
#[test]
fn the_example_of_the_provider_can_be_applied() {
    with_each_cli(|cli| {
        let text = std::fs::read_to_string(examples().join("provider/provider.tf")).expect("the example");
        Workspace::new(cli, &text).apply();
    });
}

/// Every configuration below `examples/` is applied by a test, so that a new folder cannot be forgotten.
#[test]
fn every_configuration_is_applied_by_a_test() {
    let example_folders = example_folders();
    let mut forgotten = Vec::new();
    for file in files(&examples()) {
        let path = file.strip_prefix(examples()).expect("below examples").to_string_lossy().replace('\\', "/");
        if !example_folders.iter().any(|example| path.starts_with(&format!("{example}/")))
            && !is_reference_example(&path)
            && !path.starts_with(EXAMPLES_OF_OTHER_CLIENTS)
            && !path.starts_with(EXAMPLE_WITH_A_SCHEMA)
            && !path.starts_with(PIPELINES)
            && !PROGRAMS.iter().any(|program| path.starts_with(program))
        {
            forgotten.push(path);
        }
    }
    assert!(forgotten.is_empty(), "no test applies these files of examples/: {forgotten:#?}");
}

#[needs(cli)]
#[test]
fn every_configuration_is_formatted() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, "");
        let printed =
            workspace.run(&["fmt", "-check", "-recursive", "-diff", "-no-color", &examples().to_string_lossy()]);
        assert_eq!(printed.code, 0, "run `terraform fmt -recursive examples`:\n{}", printed.text);
    });
}

fn apply(cli: &Cli, example: &str) {
    println!("examples/{example}");
    if !cli.can_use(&examples().join(example)) {
        return;
    }
    let folder = examples().join(example);
    let main = std::fs::read_to_string(folder.join("main.tf")).expect("a configuration");
    if main.contains("\nephemeral ") && !cli.knows_ephemeral() {
        return;
    }
    let workspace = Workspace::example(cli, example);
    workspace.get_modules();
    let mut steps: Vec<PathBuf> = files(&folder.join("steps"));
    steps.retain(|file| file.extension().is_some_and(|extension| extension == "tfvars"));
    for step in &steps {
        println!("  {}", step.display());
        workspace.write("step.auto.tfvars", &std::fs::read_to_string(step).expect("variables"));
        workspace.apply();
        assert_output(&workspace, &step.with_extension("txt"));
    }
    if steps.is_empty() {
        workspace.apply();
        assert_output(&workspace, &folder.join("output.txt"));
    }
    let report = workspace.destroy();
    assert!(!report.has_warning("Instances Keep Running"), "examples/{example} leaves instances behind: {report:?}");
    // After the last destroy the world is empty [W1].
    workspace.remove_configuration();
    workspace.write("left.tf", &(region_of(&main) + "data \"simcloud_instances\" \"left\" {}\n\noutput \"left\" {\n  value = data.simcloud_instances.left.ids\n}\n"));
    workspace.apply_only();
    assert_eq!(workspace.output("left"), serde_json::json!([]), "examples/{example} leaves instances behind");
}

/// Asserts that the outputs equal the file, if it exists.
#[expect(clippy::disallowed_methods, reason = "the caller of the test decides whether the files are rewritten")]
fn assert_output(workspace: &Workspace, expected: &Path) {
    if !expected.exists() {
        return;
    }
    let printed = workspace.run(&["output", "-no-color"]).text;
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(expected, &printed).expect("a text");
    }
    let text = std::fs::read_to_string(expected).expect("a text");
    assert_eq!(printed, text, "{} is out of date: run the test with UPDATE_DOCS=1", expected.display());
}

/// The folders with a `main.tf`, by their path below `examples/`.
fn example_folders() -> Vec<String> {
    files(&examples())
        .iter()
        .filter(|file| file.file_name().is_some_and(|name| name == "main.tf"))
        .filter_map(|file| {
            file.parent()?.strip_prefix(examples()).ok().map(|path| path.to_string_lossy().replace('\\', "/"))
        })
        // A module inside an example is applied with it.
        .filter(|path| !path.contains("/modules/") && path != EXAMPLE_WITH_A_SCHEMA)
        .collect()
}

/// Whether a file, by its path below `examples/`, is shown in a reference page.
fn is_reference_example(path: &str) -> bool {
    const IMPORTS: &[&str] = &["import.sh", "import-by-identity.tf", "import-by-string-id.tf"];
    let (kind, _) = path.split_once('/').unwrap_or((path, ""));
    let name = path.rsplit('/').next().unwrap_or_default();
    REFERENCE_EXAMPLES.contains(&(kind, name)) || (kind == "resources" && IMPORTS.contains(&name))
}

/// A provider block for the region that a configuration names, or whose zones it names.
fn region_of(hcl: &str) -> String {
    let region = simcloud::catalogue::regions().iter().find(|region| {
        hcl.contains(&format!("{:?}", region.id)) || region.zones().any(|zone| hcl.contains(&format!("{:?}", zone.id)))
    });
    provider(&region.map_or_else(String::new, |region| format!("  region = {:?}", region.id))) + "\n"
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Every file below a folder, in order of path, except hidden files such as those the CLI creates.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
