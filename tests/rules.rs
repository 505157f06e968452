//! `RULES.md` and the code agree: rule numbers, error codes and vectors.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex_lite::Regex;
use simcloud::alloc::{AllocationRequest, CandidatePool, MinMax, Shortage, Strategy, allocate, round_robin};
use simcloud::market::codes;

#[test]
fn every_rule_number_in_the_code_is_a_rule() {
    let rules = rules();
    let number = pattern(r"\b[WNLRGOME][0-9]{1,2}a?\b");
    let mut unknown = Vec::new();
    for (file, text) in sources() {
        // A table of the catalogue names accelerators; only its comments cite rules.
        let is_table = file.extension().is_some_and(|extension| extension == "txt");
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !is_table || line.starts_with('#')) {
            for found in number.find_iter(line).filter(|found| !rules.contains(found.as_str())) {
                unknown.push(format!("{}:{}: RULES.md has no rule {}", file.display(), index + 1, found.as_str()));
            }
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

#[test]
fn every_rule_is_named_by_a_test() {
    let named: BTreeSet<String> = sources()
        .iter()
        .filter(|(file, _)| *file != Path::new("tests/rules.rs"))
        .flat_map(|(_, text)| rules_named_by_tests(text))
        .collect();
    let unnamed: Vec<String> = rules().into_iter().filter(|rule| !named.contains(rule)).collect();
    assert!(unnamed.is_empty(), "no test names {}", unnamed.join(", "));
}

/// Recorded output was once left out altogether.
#[test]
fn recorded_output_is_read_without_the_paths_of_drawings() {
    let recorded: Vec<(PathBuf, String)> = sources()
        .into_iter()
        .filter(|(file, _)| file.extension().is_some_and(|extension| extension == "snap"))
        .collect();
    assert!(recorded.len() > 50, "{} files of recorded output", recorded.len());
    assert!(recorded.iter().any(|(_, text)| text.contains("<path ")), "a drawing");
    assert!(recorded.iter().all(|(_, text)| !text.contains(" d=\"M")), "without its paths");
}

/// What a comment cites is in the repository.
#[test]
fn no_document_outside_the_repository_is_cited() {
    let outside = pattern(r"\b(rules|product|next|vocabulary|readings|alibaba-ecs|amazon-ec2|plugin-protocol)\.md\b");
    let mut wrong = Vec::new();
    for (file, text) in sources().into_iter().filter(|(file, _)| file != Path::new("tests/rules.rs")) {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| outside.is_match(line)) {
            wrong.push(format!("{}:{}: {}", file.display(), index + 1, line.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ranges_and_names_of_functions_name_rules() {
    let text = "
        /// The worked example (R2–R4, W1).
        #[test]
        fn g10a_r6_the_name_counts_too() {
            // N1: comments inside do not.
        }

        /// G1 belongs to no test.
        fn helper() {}
    ";
    let expected = ["G10a", "R2", "R3", "R4", "R6", "W1"].map(str::to_owned);
    assert_eq!(rules_named_by_tests(text), BTreeSet::from(expected));
}

#[test]
fn the_table_of_error_codes_is_complete() {
    let row = pattern(r"(?m)^\| `([A-Z][A-Za-z.]+)` \| [^|]+ \|$");
    let listed: BTreeSet<String> = captures(&row, section("Error codes")).collect();
    let defined: BTreeSet<String> = codes::ALL.iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(listed, defined, "RULES.md and src/market/error_codes.rs");
}

/// The vectors of R5, R6 and R7.
#[test]
fn r5_r6_r7_vectors_of_round_robin_are_what_the_code_computes() {
    let blocks = blocks("R6.");
    let lines = blocks.first().expect("R6 has vectors").lines().skip(1);
    for line in lines {
        let (items, results) = line.split_once("  ").expect("items, two spaces, results");
        let items: Vec<MinMax> = items.split(' ').map(min_max).collect();
        for result in results.split("  ").map(str::trim).filter(|result| !result.is_empty()) {
            let (capacity, counts) = result.split_once(": ").expect("capacity and counts");
            let counts =
                (counts != "-").then(|| counts.split(' ').map(|count| count.parse().expect("a number")).collect());
            assert_eq!(round_robin(&items, capacity.parse().expect("a number")), counts, "{line}: {capacity}");
        }
    }
}

/// The vectors of G4 and G5.
#[test]
fn g4_g5_vectors_of_strategies_are_what_the_code_computes() {
    let blocks = blocks("G5.");
    let cases: Vec<&str> = blocks.iter().flat_map(|block| block.split("\n\n")).collect();
    assert!(cases.len() >= 8, "G5 has {} vectors", cases.len());
    for case in cases {
        let mut lines = case.lines();
        let (strategy, target) = lines.next().and_then(|head| head.split_once(' ')).expect("strategy and target");
        let columns: Vec<&str> = lines.next().expect("columns").split_whitespace().collect();
        let rows: Vec<BTreeMap<&str, &str>> =
            lines.map(|line| columns.iter().copied().zip(line.split_whitespace()).collect()).collect();
        let pools: Vec<CandidatePool> = rows.iter().map(pool).collect();
        let outcome = allocate(&AllocationRequest {
            strategy: strategy_named(strategy),
            target: target.parse().expect("a number"),
            pools: &pools,
            free_addresses: &[1_000],
            free_vcpus: None,
        });
        for (index, row) in rows.iter().enumerate() {
            let amount = outcome.pools.iter().find(|found| found.pool == index).map_or_else(
                || ".".to_owned(),
                |found| match found.shortage {
                    None => found.amount.to_string(),
                    Some(Shortage::Instances) => format!("{}:stock", found.amount),
                    Some(other) => panic!("{other:?} in {case}"),
                },
            );
            assert_eq!(amount, row["amount"], "pool {index} of\n{case}");
        }
    }
}

fn min_max(item: &str) -> MinMax {
    let (min, max) = item.split_once('-').expect("minimum and maximum");
    MinMax { min: min.parse().expect("a number"), max: max.parse().expect("a number") }
}

fn pool(row: &BTreeMap<&str, &str>) -> CandidatePool {
    let cell = |name: &str, absent: &'static str| row.get(name).map_or(absent, |cell| *cell).to_owned();
    CandidatePool {
        zone_id: cell("zone", "a").into(),
        instance_type: "ecs.g7.large".into(),
        price: cell("price", "1").parse().expect("a number"),
        weight: cell("weight", "1").parse().expect("a number"),
        priority: cell("priority", "-").parse().ok(),
        free: cell("stock", "100").parse().expect("a number"),
        vswitch: 0,
        vcpus: 2,
    }
}

fn strategy_named(name: &str) -> Strategy {
    match name.split_once('/') {
        Some(("lowest-price", count)) => Strategy::LowestPricePools(count.parse().expect("a number")),
        Some(_) => panic!("`{name}` takes no number of pools"),
        None => match name {
            "lowest-price" => Strategy::LowestPrice,
            "prioritized" => Strategy::Prioritized,
            "diversified" => Strategy::Diversified,
            "capacity-optimized" => Strategy::CapacityOptimized,
            "capacity-optimized-prioritized" => Strategy::CapacityOptimizedPrioritized,
            "price-capacity-optimized" => Strategy::PriceCapacityOptimized,
            "optimal" => Strategy::Optimal,
            _ => panic!("`{name}` is no strategy"),
        },
    }
}

/// The numbers of all rules: the headings of the form `### G10a. …`.
fn rules() -> BTreeSet<String> {
    let heading = pattern(r"(?m)^### ([WNLRGOME][0-9]{1,2}a?)\. \S");
    captures(&heading, &rules_page()).collect()
}

/// The rules that the tests of a file name: in the name of the function or in the comment above it.
fn rules_named_by_tests(text: &str) -> BTreeSet<String> {
    let range = pattern(r"\b([WNLRGOME])([0-9]{1,2})(a?)(?:–([WNLRGOME])?([0-9]{1,2}))?\b");
    let function = pattern(r"\bfn ([a-z0-9_]+)");
    let mut named = BTreeSet::new();
    let mut above: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("//") || line.starts_with("#[") {
            above.push(line);
            continue;
        }
        if let Some(name) = function.captures(line).filter(|_| above.iter().any(|line| is_test_attribute(line))) {
            let words = name[1].split('_').filter(|word| word.starts_with(['w', 'n', 'l', 'r', 'g', 'o', 'm', 'e']));
            let words = words.map(|word| word[..1].to_uppercase() + &word[1..]).collect::<Vec<_>>().join(" ");
            let comment = above.iter().filter(|line| line.starts_with("//")).copied().collect::<Vec<_>>().join(" ");
            for found in range.captures_iter(&format!("{words} {comment}")) {
                let (letter, first) = (&found[1], found[2].parse::<u32>().expect("a number"));
                named.insert(format!("{letter}{first}{}", &found[3]));
                let last = found.get(5).map_or(first, |last| last.as_str().parse().expect("a number"));
                named.extend((first + 1..=last).map(|number| format!("{letter}{number}")));
            }
        }
        above.clear();
    }
    named
}

fn is_test_attribute(line: &str) -> bool {
    line == "#[test]" || line.starts_with("#[tokio::test")
}

/// The code blocks below the heading that starts with this number, up to the next heading.
fn blocks(rule: &str) -> Vec<String> {
    let page = rules_page();
    let below = page.split("\n### ").find(|part| part.starts_with(rule)).expect("the rule's heading");
    let fence = pattern(r"(?s)```text\n(.*?)\n```");
    captures(&fence, below).collect()
}

/// A section of the rules, up to the next heading of its level.
fn section(title: &str) -> String {
    let page = rules_page();
    page.split("\n## ").find(|part| part.starts_with(title)).expect("the section").to_owned()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a regular expression")
}

fn captures(pattern: &Regex, text: impl AsRef<str>) -> impl Iterator<Item = String> {
    pattern.captures_iter(text.as_ref()).map(|found| found[1].to_owned()).collect::<Vec<_>>().into_iter()
}

fn rules_page() -> String {
    read(Path::new("RULES.md"))
}

/// Every text file of `src` and `tests`; without the paths of recorded drawings, whose commands look like rules.
fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let drawn_path = pattern(r#" d="[^"]*""#);
    let mut folders = vec![root().join("src"), root().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root()).expect("inside the package").to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let is_recorded = path.extension().is_some_and(|extension| extension == "snap");
                let text = if is_recorded { drawn_path.replace_all(&text, "").into_owned() } else { text };
                found.insert(name, text);
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
