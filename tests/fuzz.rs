//! Runs the fuzz targets on their corpus, on damaged corpus files and on random bytes. Needs no fuzzer.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "the same file is the library of the fuzz targets")]
mod targets;

type Target = fn(&[u8]);

/// Every target with the name of its corpus.
const TARGETS: [(&str, Target); 6] = [
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
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        std::fs::read(entry.expect("an entry").path()).expect("a file of the corpus")
    };
    let inputs: Vec<_> = entries.map(read).collect();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    inputs
}

#[test]
fn every_target_accepts_its_corpus() {
    for (name, target) in TARGETS {
        for input in corpus(name) {
            target(&input);
        }
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
        for (_, target) in TARGETS {
            target(&input);
        }
    }
}
