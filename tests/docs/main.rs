//! The pages of `docs/`: the reference is what the schemas say, the guides show what the examples do, and a registry
//! takes all of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The reference pages are fresh.
mod fresh;
/// Guides that are made from the code.
mod generated;
/// Blocks of the guides.
mod guides;
/// What a page says, as a reader finds it.
mod prose;
/// What a registry asks of a page, and links.
mod registry;

/// Every text file below a folder, by its path in it.
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

/// The guides by their path below `docs/`.
fn guides() -> BTreeMap<String, String> {
    files(&root().join("docs")).into_iter().filter(|(path, _)| path.starts_with("guides/")).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
