//! Tests of the build's requirements: the minimum Rust version, and actions pinned by commit.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A dependency with a newer `rust-version` than ours would break the build for users of our minimum version. Our own
/// code is checked by clippy's `incompatible_msrv`.
#[test]
fn no_dependency_needs_a_newer_rust_than_the_minimum_version() {
    let minimum = version(env!("CARGO_PKG_RUST_VERSION"));
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("cargo metadata lists packages");
    let too_new: Vec<_> = packages
        .iter()
        .filter(|package| package["rust_version"].as_str().is_some_and(|required| version(required) > minimum))
        .map(|package| format!("{} {} needs Rust {}", package["name"], package["version"], package["rust_version"]))
        .collect();
    assert!(packages.len() > 100, "cargo metadata lists only {} packages", packages.len());
    assert!(too_new.is_empty(), "{}", too_new.join("\n"));
}

/// A tag of an action can be moved to other code; a commit hash cannot.
#[test]
fn workflows_pin_actions_by_commit_hash() {
    let mut uses = 0;
    for entry in Path::new(".github/workflows").read_dir().expect("the workflows are readable") {
        let path = entry.expect("the entry is readable").path();
        let text = std::fs::read_to_string(&path).expect("the workflow is readable");
        for line in text.lines().filter(|line| line.trim_start().trim_start_matches("- ").starts_with("uses:")) {
            uses += 1;
            let (_, reference) = line.split_once('@').unwrap_or_default();
            let (hash, tag) = reference.split_once(" # v").unwrap_or_default();
            let is_pinned = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && !tag.is_empty();
            assert!(is_pinned, "{}: `{}` has no commit hash with the tag as a comment", path.display(), line.trim());
        }
    }
    assert!(uses > 0, "no workflow uses an action");
}

/// The packages of the build on this platform, which a build has downloaded already.
fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", &host()])
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata writes JSON")
}

/// The target triple of this machine.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().expect("rustc can be started");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc writes its host").to_owned()
}

/// A Rust version as numbers; missing parts are 0.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().expect("a version has numbers"));
    [(); 3].map(|()| parts.next().unwrap_or(0))
}
