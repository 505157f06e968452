//! Runs the fuzz targets on their corpus, on damaged corpus files and on random bytes. Needs no fuzzer.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

#[path = "../fuzz/src/lib.rs"]
mod targets;

/// Every target with the name of its corpus.
const TARGETS: [(&str, fn(&[u8])); 6] = [
    ("client_certificate", targets::client_certificate),
    ("environment", targets::environment),
    ("json", targets::json),
    ("msgpack", targets::msgpack),
    ("scenario", targets::scenario),
    ("type_constraint", targets::type_constraint),
];

/// The files of a target's corpus.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new("fuzz/corpus").join(target);
    let entries = folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let inputs: Vec<_> = entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    inputs
}

#[test]
fn every_target_accepts_its_corpus() {
    for (name, target) in TARGETS {
        corpus(name).iter().for_each(|input| target(input));
        assert!(Path::new("fuzz/fuzz_targets").join(name).with_extension("rs").exists(), "{name} has no fuzz target");
    }
}

proptest! {
    #[test]
    fn no_target_panics_on_a_damaged_corpus(file: Index, position: Index, byte: u8, length: Index) {
        for (name, target) in TARGETS {
            let mut input = file.get(&corpus(name)).clone();
            let end = length.index(input.len() + 1);
            target(&input[..end]);
            let position = position.index(input.len());
            input[position] = byte;
            target(&input);
        }
    }

    #[test]
    fn no_target_panics_on_random_bytes(input in vec(any::<u8>(), 0..256)) {
        TARGETS.iter().for_each(|(_, target)| target(&input));
    }
}
