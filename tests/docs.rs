//! The pages of `docs/` are what the schemas and examples say; `make generate` rewrites them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use simcloud::provider::{Simcloud, docs};

#[test]
#[expect(clippy::disallowed_methods, reason = "whether to rewrite the pages is said by whoever runs the test")]
fn the_reference_pages_are_fresh() {
    let provider = Simcloud::new("simcloud", simcloud::provider::Settings::default());
    let pages = docs::pages(&provider, "simcloud", &files(&root().join("examples")));
    let existing: BTreeMap<String, String> =
        files(&root().join("docs")).into_iter().filter(|(path, _)| !path.starts_with("guides/")).collect();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        for stale in existing.keys().filter(|path| !pages.contains_key(*path)) {
            std::fs::remove_file(root().join("docs").join(stale)).expect("a stale page goes");
        }
        for (path, text) in &pages {
            let path = root().join("docs").join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for the page");
            std::fs::write(path, text).expect("a page");
        }
        return;
    }
    for (path, text) in &pages {
        assert_eq!(existing.get(path), Some(text), "docs/{path} is stale: run `make generate`");
    }
    for path in existing.keys() {
        assert!(pages.contains_key(path), "docs/{path} describes nothing that exists: run `make generate`");
    }
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let name = path.strip_prefix(folder).expect("below the folder").to_string_lossy().replace('\\', "/");
                found.insert(name, text);
            }
        }
    }
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
