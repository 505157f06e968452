//! What both registries ask of a page of `docs/`, and what a reader does: every link leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::{files, root};

/// Largest page that the registry stores, in bytes.
const LARGEST: usize = 500_000;
const FOLDERS: &[&str] =
    &["actions", "data-sources", "ephemeral-resources", "functions", "guides", "list-resources", "resources"];

#[test]
fn a_registry_takes_every_page() {
    let mut wrong = Vec::new();
    for (path, text) in files(&root().join("docs")) {
        for complaint in complaints(&path, &text) {
            wrong.push(format!("docs/{path}: {complaint}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages = files(&root().join("docs"));
    pages = pages.into_iter().map(|(path, text)| (format!("docs/{path}"), text)).collect();
    for page in ["README.md", "ARCHITECTURE.md", "DESIGN.md", "CHANGELOG.md"] {
        pages.insert(page.to_owned(), std::fs::read_to_string(root().join(page)).expect("a page"));
    }
    let anchors: BTreeMap<&String, BTreeSet<String>> = pages.iter().map(|(path, text)| (path, anchors(text))).collect();
    let mut wrong = Vec::new();
    for (path, text) in &pages {
        for link in links(text).filter(|link| !link.starts_with("https://")) {
            let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
            let target = if file.is_empty() { path.clone() } else { beside(path, file) };
            if !root().join(&target).exists() {
                wrong.push(format!("{path}: {link} leads nowhere"));
            } else if let Some(anchor) = anchor
                && !anchors.get(&target).is_some_and(|known| known.contains(anchor))
            {
                wrong.push(format!("{path}: {link} names a place that {target} does not have"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The words after `terraform import` name something that the example makes, or that an example imports.
#[test]
fn every_import_names_what_its_example_makes() {
    let examples = files(&root().join("examples/resources"));
    for (path, text) in examples.iter().filter(|(path, _)| path.ends_with("/import.sh")) {
        let folder = path.trim_end_matches("import.sh");
        let address = text.split_whitespace().find(|word| word.contains('.')).expect("an address");
        let (kind, name) = address.split_once('.').expect("a type and a name");
        let made = format!("resource {kind:?} {name:?}");
        assert!(
            examples[&format!("{folder}resource.tf")].contains(&made),
            "examples/resources/{path} imports {address}"
        );
    }
}

fn complaints(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut complain = |complaint: String| found.push(complaint);
    let folder = Path::new(path).parent().and_then(Path::to_str).unwrap_or_default();
    let name = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if path != "index.md" && !FOLDERS.contains(&folder) {
        complain(format!("a registry knows no folder {folder:?}"));
    }
    if Path::new(path).extension().is_none_or(|extension| extension != "md") {
        complain("a page ends in .md".to_owned());
    }
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if !name.chars().all(fits) || name.starts_with("simcloud_") {
        complain(format!("{name:?} is no name for a page: small letters, without the provider's prefix"));
    }
    if text.len() > LARGEST {
        complain(format!("{} bytes, and a registry stores {LARGEST}", text.len()));
    }
    let Some((front, body)) = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) else {
        complain("there is no front matter".to_owned());
        return found;
    };
    let keys: Vec<&str> = front
        .lines()
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split_once(':').map_or(line, |(key, _)| key))
        .collect();
    for key in &keys {
        let known = ["page_title", "subcategory", "description"].contains(key);
        if !known || (*key == "subcategory" && path == "index.md") {
            complain(format!("{key:?} does not belong in its front matter"));
        }
    }
    for needed in ["page_title", "description"] {
        if !keys.contains(&needed) {
            complain(format!("its front matter lacks {needed:?}"));
        }
    }
    if !body.trim_start().starts_with("# ") || body.lines().filter(|line| line.starts_with("# ")).count() < 1 {
        complain("it does not begin with its title".to_owned());
    }
    if body.matches("\n```").count() % 2 != 0 {
        complain("a block is not closed".to_owned());
    }
    found
}

/// The targets of all links outside fenced blocks.
fn links(page: &str) -> impl Iterator<Item = &str> {
    prose(page).into_iter().flat_map(|line| {
        line.match_indices("](").filter_map(move |(at, _)| line[at + 2..].split(')').next()).collect::<Vec<_>>()
    })
}

/// What can stand behind a `#`: headings, in the form that both GitHub and the registries give them, and named anchors.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in prose(page) {
        if let Some(title) = line.strip_prefix('#') {
            let title = title.trim_start_matches('#').trim().to_lowercase();
            found.insert(
                title
                    .chars()
                    .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                    .map(|c| if c == ' ' { '-' } else { c })
                    .collect(),
            );
        }
        found.extend(line.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    }
    found
}

fn prose(page: &str) -> Vec<&str> {
    let mut inside = false;
    page.lines()
        .filter(|line| {
            let fence = line.starts_with("```");
            inside ^= fence;
            !fence && !inside
        })
        .collect()
}

/// The path of a file as a page names it.
fn beside(page: &str, file: &str) -> String {
    let mut path = PathBuf::from(page);
    path.pop();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path.to_string_lossy().replace('\\', "/")
}
