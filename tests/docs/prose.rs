//! Sentences that only make sense where they once stood, commands that a clone refuses, and examples on no page.

use std::collections::BTreeSet;

use simcloud::provider::docs::READING_ORDER;

use crate::guides::blocks;
use crate::{files, guides, root};

/// Words that point to a neighbour, which is another one after sorting.
const POINTERS: &[&str] = &[
    "The same.",
    "likewise",
    "Likewise",
    "the two that follow",
    "the one that follows",
    "that follow below",
    "in that list",
    "in the same order",
    "the previous one",
    "the next one",
    "of that group",
    "as above",
    "see above",
    "the former",
    "the latter",
    "aforementioned",
];

/// Arguments are printed in alphabetical order, so a description must stand by itself.
#[test]
fn no_description_points_to_its_neighbour() {
    let mut wrong = Vec::new();
    for (path, text) in files(&root().join("docs")).into_iter().filter(|(path, _)| !path.starts_with("guides/")) {
        for line in text.lines().filter(|line| line.starts_with("- `")) {
            for pointer in POINTERS.iter().filter(|pointer| line.contains(*pointer)) {
                wrong.push(format!("docs/{path}: {pointer:?} in {line}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Phrases that readers stumbled over, and what to write instead.
const RIDDLES: &[(&str, &str)] = &[
    ("nevertheless", "still"),
    ("beforehand", "in advance"),
    ("know nothing of", "are independent of"),
    ("is no fault", "is expected"),
    ("would not do", "do not"),
    ("its place back", "its capacity"),
    ("no statement about a real", "says nothing about a real"),
    ("life of its own", "managed separately"),
    ("to be had", "available"),
    ("of one's own", "of your own"),
    ("atch-creates", "launches"),
    ("living instance", "instance"),
    ("lies in no region", "belongs to no region"),
    ("which is said", "and the reply says so"),
];

#[test]
fn no_page_has_a_phrase_that_readers_stumbled_over() {
    let mut wrong = Vec::new();
    for (path, text) in files(&root().join("docs")) {
        for (number, line) in text.lines().enumerate() {
            for (riddle, better) in RIDDLES.iter().filter(|(riddle, _)| line.contains(riddle)) {
                wrong.push(format!("docs/{path}:{}: {riddle:?}; write for example {better:?}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A fresh clone has no plugins: the first command of the CLI in a folder is `init`.
#[test]
fn every_block_initializes_its_folder() {
    let mut pages = guides();
    pages.insert("../README.md".to_owned(), std::fs::read_to_string(root().join("README.md")).expect("the README"));
    let mut wrong = Vec::new();
    for (path, text) in pages {
        for (language, block) in blocks(&text) {
            let mut commands = block.lines().filter_map(|line| line.strip_prefix("terraform "));
            let first = commands.next().and_then(|command| command.split_whitespace().next());
            if language == "shell" && first.is_some_and(|first| first != "init") && block.starts_with("cd ") {
                wrong.push(format!("docs/{path}: without `terraform init`:\n{block}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An example that no page names is never found.
#[test]
fn every_example_is_named_on_a_page() {
    let mut pages: String = guides().into_values().collect();
    for page in ["README.md", "docs/index.md"] {
        pages.push_str(&std::fs::read_to_string(root().join(page)).expect("a page"));
    }
    // Those of the reference are shown on its pages.
    let reference =
        ["actions", "data-sources", "ephemeral-resources", "functions", "list-resources", "provider", "resources"];
    let folders: BTreeSet<String> = files(&root().join("examples"))
        .into_keys()
        .filter_map(|path| path.split_once('/').map(|(folder, _)| folder.to_owned()))
        .filter(|folder| !reference.contains(&folder.as_str()))
        .collect();
    let forgotten: Vec<&String> =
        folders.iter().filter(|folder| !pages.contains(&format!("examples/{folder}"))).collect();
    assert!(forgotten.is_empty(), "no page names these examples: {forgotten:?}");
}

/// A registry lists a guide where its front matter says, and the index in reading order.
#[test]
fn every_guide_of_the_reading_order_exists_in_its_group() {
    let guides = guides();
    for (group, names) in READING_ORDER {
        for name in *names {
            let text = guides.get(&format!("guides/{name}.md")).unwrap_or_else(|| panic!("there is no guide {name}"));
            assert!(text.contains(&format!("\nsubcategory: {group:?}\n")), "{name} belongs to {group:?}");
        }
    }
}
