//! The reference pages are what the schemas and examples say; `make generate` rewrites them.

use std::collections::BTreeMap;

use simcloud::provider::{Settings, SimcloudProvider, docs};

use crate::{files, generated, guides, root};

#[test]
#[expect(clippy::disallowed_methods, reason = "the caller of the test decides whether the pages are rewritten")]
fn the_reference_pages_are_fresh() {
    let provider = SimcloudProvider::new("simcloud", Settings::default());
    let generated = generated::pages();
    let mut guides = guides();
    guides.extend(generated.clone());
    let mut pages = docs::pages(&provider, "simcloud", &files(&root().join("examples")), &guides);
    pages.extend(generated);
    let mut existing: BTreeMap<String, String> = files(&root().join("docs"));
    existing.retain(|path, _| pages.contains_key(path) || !path.starts_with("guides/"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        for stale in existing.keys().filter(|path| !pages.contains_key(*path)) {
            std::fs::remove_file(root().join("docs").join(stale)).expect("a stale page is removed");
        }
        for (path, text) in &pages {
            let path = root().join("docs").join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for the page");
            std::fs::write(path, text).expect("a page");
        }
        return;
    }
    for (path, text) in &pages {
        assert!(existing.get(path) == Some(text), "docs/{path} is stale: run `make generate`");
    }
    for path in existing.keys() {
        assert!(pages.contains_key(path), "docs/{path} describes nothing that exists: run `make generate`");
    }
}
