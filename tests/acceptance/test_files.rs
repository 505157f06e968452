//! Every `*.tftest.hcl` of the examples and the documentation passes on every CLI.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::{Workspace, with_each_cli};
use crate::examples::files;

/// Folders of test files that only Terraform 1.12 or newer takes; a test of worlds runs them.
const ONLY_NEWER_TERRAFORM: &str = "terraform-1.12";

/// The module is applied first: its tests have a world of their own, so they pass beside what runs in the folder.
#[needs(cli)]
#[test]
fn every_test_file_passes_beside_an_apply_in_the_same_folder() {
    let folders = folders_with_tests();
    assert!(folders.values().map(Vec::len).sum::<usize>() >= 20, "{folders:#?}");
    with_each_cli(|cli| {
        std::thread::scope(|scope| {
            for (folder, tests) in &folders {
                scope.spawn(move || {
                    if !cli.can_use(folder) {
                        return;
                    }
                    let workspace = Workspace::copy_of(cli, folder);
                    workspace.get_modules();
                    workspace.apply();
                    let printed = workspace.run(&["test", "-no-color"]);
                    assert_eq!(printed.code, 0, "{}: {}:\n{}", cli.version, folder.display(), printed.text);
                    for test in tests {
                        let passed = format!("{}... pass", test.strip_prefix(folder).expect("in the folder").display());
                        assert!(printed.text.lines().any(|line| line == passed), "{passed}:\n{}", printed.text);
                    }
                    workspace.destroy();
                });
            }
        });
    });
}

/// OpenTofu knows the outputs of another run only in `variables`, so a test that needs them elsewhere fails there.
#[test]
fn no_test_file_refers_to_another_run() {
    let mut found = Vec::new();
    for test in folders_with_tests().into_values().flatten() {
        let text = std::fs::read_to_string(&test).expect("a test file");
        found.extend(
            text.lines().filter(|line| line.contains("run.")).map(|line| format!("{}: {line}", test.display())),
        );
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// The folders of modules, with their test files.
fn folders_with_tests() -> BTreeMap<PathBuf, Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in ["examples", "docs"].iter().flat_map(|folder| files(&root.join(folder))) {
        let is_for_every_cli = !file.to_string_lossy().contains(ONLY_NEWER_TERRAFORM);
        if is_for_every_cli && file.to_string_lossy().ends_with(".tftest.hcl") {
            let folder = file.parent().expect("a folder");
            let module = if folder.ends_with("tests") { folder.parent().expect("a module") } else { folder };
            found.entry(module.to_owned()).or_default().push(file.clone());
        }
    }
    found
}
