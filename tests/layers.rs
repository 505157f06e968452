//! Checks of the source itself: imports point downwards, and what only one file may do only one file does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each layer with the layers it may name (`ARCHITECTURE.md`, "Layers").
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("catalogue", &["base"]),
    ("market", &["catalogue", "base"]),
    ("alloc", &["market", "catalogue", "base"]),
    ("cloud", &["alloc", "market", "catalogue", "base"]),
    ("tf", &["base"]),
    ("plugin", &["tf", "base"]),
    ("schemas", &["plugin", "tf", "base"]),
    ("provider", &["tf", "cloud", "alloc", "market", "catalogue", "base"]),
    ("wire", &["cloud", "market", "catalogue", "base"]),
    ("report", &["cloud", "market", "catalogue", "base"]),
    ("cli", &["report", "wire", "provider", "schemas", "tf", "cloud", "market", "catalogue", "base"]),
];

/// Something that is done in one place only: words that give it away, and the files that may hold them.
const ONE_PLACE: &[(&str, &[&str], &[&str])] = &[
    ("names the embedded database's crate", &["rusqlite"], &["src/cloud/store/sqlite.rs"]),
    (
        "names the shared database's crate",
        &["tokio_postgres", "postgres_types"],
        &[
            "src/cloud/store/postgres/connect.rs",
            "src/cloud/store/postgres/connection.rs",
            "src/cloud/store/postgres/failure.rs",
            "src/cloud/store/postgres/pipeline.rs",
            "src/cloud/store/postgres/values.rs",
        ],
    ),
    ("reads the environment", &["env::var", "env::vars"], &["src/environment.rs"]),
    (
        "reads the wall clock",
        &["SystemTime::now", "Timestamp::now", "Instant::now"],
        &["src/wall_clock.rs", "src/plugin/log.rs", "src/cloud/store/stopwatch.rs"],
    ),
    ("draws random numbers", &["rand::fill", "SystemRandom", "getrandom"], &["src/randomness.rs"]),
    ("uses a collection without an order", &["HashMap", "HashSet"], &[]),
    (
        "uses binary floating point",
        &["f32", "f64"],
        &[
            "src/alloc/tests/reference.rs",
            "src/tf/codec/mod.rs",
            "src/tf/codec/msgpack.rs",
            "src/tf/model/de.rs",
            "src/tf/model/mod.rs",
            "src/tf/model/ser.rs",
            "src/tf/number.rs",
        ],
    ),
];

/// The modules of a layer from the lowest to the highest: each may name only those before it.
const MODULES: &[(&str, &[&str])] = &[
    (
        "market",
        &[
            "json_path",
            "limit",
            "error_codes",
            "operation",
            "record",
            "scenario",
            "change",
            "limits",
            "noise",
            "seasonality",
            "shock",
            "supply",
            "price",
            "overlay",
            "pool_event",
            "pool_series",
            "price_steps",
            "offer",
            "scenario_lines",
            "scenario_reader",
            "scenario_document",
            "price_history",
        ],
    ),
    (
        "cloud",
        &[
            "model",
            "step",
            "store",
            "member",
            "advice",
            "error",
            "config",
            "world",
            "check",
            "provisioning",
            "lifecycle",
            "time",
            "outlook",
            "administration_error",
            "idle_stores",
            "sim",
            "operations",
            "api",
        ],
    ),
    (
        "provider",
        &[
            "framework",
            "block",
            "functions",
            "resources",
            "actions",
            "data_sources",
            "lists",
            "ephemeral_resources",
            "stand_ins",
            "catalogue_page",
            "docs",
        ],
    ),
    ("report", &["html", "axis", "shape", "mark", "chart", "bars", "page", "world"]),
    (
        "cli",
        &[
            "surroundings",
            "terminal",
            "output",
            "warnings",
            "confirm",
            "file",
            "wrap",
            "activities",
            "series",
            "sparkline",
            "table",
            "chart",
            "known_name",
            "misuse",
            "requirement",
            "arguments",
            "completions",
            "version",
            "install",
            "world_handle",
            "worlds",
            "destroy",
            "metrics",
            "outlook",
            "market_import",
            "market",
            "take",
            "costs",
            "report",
            "show",
            "history",
            "world",
            "serve",
        ],
    ),
];

#[test]
fn imports_point_downwards() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let Some((layer, allowed)) = LAYERS.iter().find(|(layer, _)| file.starts_with(format!("src/{layer}/"))) else {
            continue;
        };
        for named in layers_named(&text) {
            if named != *layer && !allowed.contains(&named.as_str()) {
                wrong.push(format!("{}: `{layer}` must not name `{named}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_one_file_does_no_other_does() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (what, words, places) in ONE_PLACE {
            let elsewhere = !places.iter().any(|place| file == Path::new(place));
            if elsewhere && code_lines(&text).any(|line| words.iter().any(|word| line.contains(word))) {
                wrong.push(format!("{}: {what}, which only {} may do", file.display(), places.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_domain_does_not_name_terraform() {
    let domain = ["base", "catalogue", "market", "alloc", "cloud"];
    for (file, text) in sources() {
        if domain.iter().any(|layer| file.starts_with(format!("src/{layer}/"))) {
            assert!(
                !code_lines(&text).any(|line| line.to_lowercase().contains("terraform")),
                "{} names Terraform",
                file.display()
            );
        }
    }
}

/// Advice in terms of a configuration or of a command is worded above the domain, from the facts that an error carries.
#[test]
fn the_domain_knows_neither_configurations_nor_commands() {
    let domain = ["base", "catalogue", "market", "alloc", "cloud"];
    let words = [
        "scenario.",
        " = true",
        " = false",
        "terminate_instances",
        "set `",
        "`world`",
        "world show",
        "world history",
        "world reset",
        "world copy",
        "world advance",
        "world reclaim",
        "provider",
    ];
    // A scenario's own key, which has the name of an argument.
    let allowed =
        ["terminate_instances", "an event has one of `reclaim_spot`, `terminate_instances`, `stock`, `prices`"];
    let mut wrong = Vec::new();
    for (file, text) in
        sources().into_iter().filter(|(file, _)| !file.components().any(|part| part.as_os_str() == "tests"))
    {
        if !domain.iter().any(|layer| file.starts_with(format!("src/{layer}/"))) {
            continue;
        }
        for literal in literals(&text).into_iter().filter(|literal| !allowed.contains(&literal.as_str())) {
            if words.iter().any(|word| literal.contains(word)) || names_an_option(&literal) {
                wrong.push(format!("{}: {literal:?}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn literals_are_read_with_their_escapes_and_without_comments() {
    let text = "a('\"', '\\'', \"one \\\"two\\\" \\\n   three\"); // \"no\"\nlet b: &'a str = \"--flag\";\n#[cfg(test)]\n\"no\"";
    let found = literals(text);
    assert_eq!(found, ["one \"two\" three", "--flag"]);
    assert_eq!(found.iter().map(|text| names_an_option(text)).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn the_modules_of_a_layer_have_an_order() {
    let mut wrong = Vec::new();
    for (layer, order) in MODULES {
        let root = format!("src/{layer}");
        let exported = exports(&read(&Path::new(&root).join("mod.rs")));
        for (file, text) in sources().into_iter().filter(|(file, _)| file.starts_with(&root)) {
            let inside = file.strip_prefix(&root).expect("a file of the layer").with_extension("");
            let names: Vec<String> = inside.iter().map(|name| name.to_string_lossy().into_owned()).collect();
            let module = names[0].as_str();
            let is_test = (0..names.len()).any(|depth| is_test_module(&names[..depth], &names[depth], &root));
            if module == "mod" || is_test {
                continue;
            }
            let Some(position) = order.iter().position(|known| *known == module) else {
                wrong.push(format!("{}: `{layer}` has no place for `{module}` in its order", file.display()));
                continue;
            };
            // As many `super` as the file lies deep are the layer; a folder's `mod.rs` lies as deep as the folder.
            let depth = names.iter().filter(|name| *name != "mod").count();
            for prefix in ["super::".repeat(depth), format!("crate::{layer}::")] {
                for name in names_after(&text, &prefix) {
                    let target = exported.get(&name).unwrap_or(&name);
                    if order.iter().position(|known| known == target).is_some_and(|other| other > position) {
                        wrong.push(format!("{}: `{module}` must not name `{target}`", file.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_layer_is_on_the_map() {
    let map = read(Path::new("src/lib.rs"));
    let folders: BTreeSet<String> = std::fs::read_dir(root().join("src"))
        .expect("src")
        .filter_map(|entry| {
            let path = entry.expect("an entry").path();
            path.is_dir().then(|| path.file_name().expect("a name").to_string_lossy().into_owned())
        })
        .collect();
    let layers: BTreeSet<String> = LAYERS.iter().map(|(layer, _)| (*layer).to_owned()).collect();
    assert_eq!(folders, layers, "the folders of src/ and the layers");
    for layer in layers {
        assert!(map.contains(&format!("pub mod {layer};")), "src/lib.rs does not list {layer}");
    }
}

/// The layers that a source file names through `crate::`.
fn layers_named(text: &str) -> BTreeSet<String> {
    let mut named = names_after(text, "crate::");
    named.retain(|name| LAYERS.iter().any(|(layer, _)| layer == name));
    named
}

/// Whether a module, in these folders of a layer, is compiled for tests alone.
fn is_test_module(folders: &[String], module: &str, layer: &str) -> bool {
    let parent = folders.iter().fold(PathBuf::from(layer), |path, folder| path.join(folder)).join("mod.rs");
    let text = std::fs::read_to_string(root().join(parent)).unwrap_or_default();
    text.contains(&format!("#[cfg(test)]\nmod {module};"))
}

/// What a `mod.rs` exports of its modules: the module by the exported name.
fn exports(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for statement in text.split(';') {
        let Some((_, path)) = statement.split_once("pub use ") else { continue };
        let Some((module, names)) = path.split_once("::") else { continue };
        let names = names.trim_matches(['{', '}', '\n', ' ']).split(',').map(str::trim);
        found.extend(names.map(|name| (name.to_owned(), module.to_owned())));
    }
    found
}

/// The first names of all paths that begin with a prefix, those of whole `use` lists included; tests left out.
fn names_after(text: &str, prefix: &str) -> BTreeSet<String> {
    let code: Vec<&str> = code_lines(text.split("#[cfg(test)]").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        // `super::super::` is outside.
        if code[..at].ends_with("super::") {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            found.extend(first_name(rest));
            continue;
        };
        let mut depth = 0_usize;
        for (index, c) in list.char_indices() {
            let before = list[..index].trim_end();
            if depth == 0 && (before.is_empty() || before.ends_with(',')) && c.is_alphabetic() {
                found.extend(first_name(&list[index..]));
            }
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    found
}

/// The string literals of a source file, without its comments and tests.
fn literals(text: &str) -> Vec<String> {
    let code: Vec<&str> = code_lines(text.split("#[cfg(test)]").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (sign, after) = (&rest[at..=at], &rest[at + 1..]);
        rest = match sign {
            "/" if after.starts_with('/') => after.find('\n').map_or("", |end| &after[end..]),
            "'" => {
                // A character, or else the name of a lifetime.
                let inside = if after.starts_with('\\') { 2 } else { after.chars().next().map_or(0, char::len_utf8) };
                if after[inside..].starts_with('\'') { &after[inside + 1..] } else { after }
            }
            "\"" => {
                let (literal, after) = literal(after);
                found.push(literal);
                after
            }
            _ => after,
        };
    }
    found
}

/// A string literal after its first quotation mark, and what follows it.
fn literal(text: &str) -> (String, &str) {
    let mut literal = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => break,
            '\\' if rest.starts_with('\n') => rest = rest.trim_start(),
            '\\' => {
                literal.extend(rest.chars().next());
                rest = rest.get(1..).unwrap_or_default();
            }
            _ => literal.push(c),
        }
    }
    (literal, rest)
}

/// Whether a text has an option such as `--json`.
fn names_an_option(text: &str) -> bool {
    text.match_indices("--").any(|(at, _)| {
        let before = text[..at].chars().next_back().is_none_or(|c| c != '-');
        before && text[at + 2..].starts_with(|c: char| c.is_ascii_lowercase())
    })
}

/// The identifier that a text begins with.
fn first_name(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).expect("inside the package").to_owned();
                found.insert(name.clone(), read(&name));
            }
        }
    }
    found
}

fn read(name: &Path) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{}: {error}", name.display()))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
