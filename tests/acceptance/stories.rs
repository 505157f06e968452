//! Every folder of `examples/` is applied, what it prints is what stands beside it, and nothing is left of it.
//!
//! A folder with a `main.tf` is a story of its own. Its steps, if it has any, are the variable files in `steps/`, in
//! order of name; a text beside one, or `output.txt` in a story without steps, is what `terraform output` prints then.
//! With `UPDATE_DOCS` set these texts are written anew.

use std::path::{Path, PathBuf};

use crate::cli::{Cli, Workspace, with_each_cli};
use crate::hcl::provider;

/// Pieces for the reference pages: the file of each kind that a test applies alone, here or in `examples`.
const PIECES: &[(&str, &str)] = &[
    ("provider", "provider.tf"),
    ("resources", "resource.tf"),
    ("data-sources", "data-source.tf"),
    ("functions", "function.tf"),
];

/// Stories are long, and wait for processes most of the time.
const AT_ONCE: usize = 4;

/// Stories whose tests are run by the tests of what they are about.
const TESTED_ELSEWHERE: &[&str] = &["testing-a-batch", "testing-a-fleet"];

#[test]
fn every_story_is_applied_and_its_tests_pass() {
    let stories = stories();
    assert!(stories.len() >= 10, "{stories:?}");
    with_each_cli(|cli| {
        std::thread::scope(|scope| {
            for part in stories.chunks(stories.len().div_ceil(AT_ONCE)) {
                scope.spawn(move || part.iter().for_each(|story| tell(cli, story)));
            }
        });
    });
}

/// Applies a story, and runs its tests in a folder of their own: what a world of an earlier apply holds would be part of
/// them.
fn tell(cli: &Cli, story: &str) {
    println!("examples/{story}");
    apply(cli, story);
    if examples().join(story).join("tests").is_dir() && !TESTED_ELSEWHERE.contains(&story) {
        let printed = Workspace::example(cli, story).run(&["test", "-no-color"]);
        assert_eq!(printed.code, 0, "examples/{story}:\n{}", printed.text);
    }
}

#[test]
fn the_example_of_the_provider_can_be_applied() {
    with_each_cli(|cli| {
        let text = std::fs::read_to_string(examples().join("provider/provider.tf")).expect("the example");
        Workspace::new(cli, &text).apply();
    });
}

/// A new folder cannot be forgotten: every configuration below `examples/` is one of those applied here.
#[test]
fn no_configuration_is_left_out() {
    let stories = stories();
    let mut forgotten = Vec::new();
    for file in files(&examples()) {
        let path = file.strip_prefix(examples()).expect("below examples").to_string_lossy().replace('\\', "/");
        if !stories.iter().any(|story| path.starts_with(&format!("{story}/"))) && !is_piece(&path) {
            forgotten.push(path);
        }
    }
    assert!(forgotten.is_empty(), "no test applies these files of examples/: {forgotten:#?}");
}

#[test]
fn every_configuration_is_formatted() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, "");
        let printed =
            workspace.run(&["fmt", "-check", "-recursive", "-diff", "-no-color", &examples().to_string_lossy()]);
        assert_eq!(printed.code, 0, "run `terraform fmt -recursive examples`:\n{}", printed.text);
    });
}

fn apply(cli: &Cli, story: &str) {
    let folder = examples().join(story);
    let workspace = Workspace::example(cli, story);
    let mut steps: Vec<PathBuf> = files(&folder.join("steps"));
    steps.retain(|file| file.extension().is_some_and(|extension| extension == "tfvars"));
    for step in &steps {
        println!("  {}", step.display());
        workspace.write("step.auto.tfvars", &std::fs::read_to_string(step).expect("variables"));
        workspace.apply();
        prints(&workspace, &step.with_extension("txt"));
    }
    if steps.is_empty() {
        workspace.apply();
        prints(&workspace, &folder.join("output.txt"));
    }
    let printed = workspace.destroy();
    assert!(!printed.contains("keep running"), "examples/{story} leaves instances behind:\n{printed}");
    // The world has forgotten everything: it is a new one (W1).
    let main = std::fs::read_to_string(folder.join("main.tf")).expect("a configuration");
    workspace.remove_configuration();
    workspace.write("left.tf", &(region_of(&main) + "data \"simcloud_instances\" \"left\" {}\n\noutput \"left\" {\n  value = data.simcloud_instances.left.ids\n}\n"));
    workspace.apply_only();
    assert_eq!(workspace.output("left"), serde_json::json!([]), "examples/{story} leaves instances behind");
}

/// Holds that the outputs are those in the file, where there is one.
#[expect(clippy::disallowed_methods, reason = "whether to rewrite the texts is said by whoever runs the test")]
fn prints(workspace: &Workspace, expected: &Path) {
    if !expected.exists() {
        return;
    }
    let printed = workspace.run(&["output", "-no-color"]).text;
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(expected, &printed).expect("a text");
    }
    let text = std::fs::read_to_string(expected).expect("a text");
    assert_eq!(printed, text, "{} is not what is printed: run the test with UPDATE_DOCS=1", expected.display());
}

/// The folders with a `main.tf`, by their path below `examples/`.
fn stories() -> Vec<String> {
    files(&examples())
        .iter()
        .filter(|file| file.file_name().is_some_and(|name| name == "main.tf"))
        .filter_map(|file| {
            file.parent()?.strip_prefix(examples()).ok().map(|path| path.to_string_lossy().replace('\\', "/"))
        })
        // A module inside a story is applied with it.
        .filter(|path| !path.contains("/modules/"))
        .collect()
}

/// Whether a file, by its path below `examples/`, is the piece of a reference page, or says how to import it.
fn is_piece(path: &str) -> bool {
    const IMPORTS: &[&str] = &["import.sh", "import-by-identity.tf", "import-by-string-id.tf"];
    let (kind, _) = path.split_once('/').unwrap_or((path, ""));
    let name = path.rsplit('/').next().unwrap_or_default();
    PIECES.contains(&(kind, name)) || (kind == "resources" && IMPORTS.contains(&name))
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

/// Every file below a folder, in order of path; what the CLI leaves behind is not looked at.
fn files(folder: &Path) -> Vec<PathBuf> {
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
