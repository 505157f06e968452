//! Alibaba's SDKs for Python: every action, with its reply parsed by the SDK.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use simcloud_test_needs::needs;

use crate::server::Server;

/// A Python with the SDKs, made once and kept beside the build.
pub(crate) static PYTHON: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/python/requirements.txt");
    let program = folder.join("bin/python");
    if !program.is_file() {
        assert!(Command::new("python3").args(["-m", "venv"]).arg(&folder).status().unwrap().success());
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    assert!(Command::new(&program).args(install).arg(source).status().unwrap().success());
    program
});

fn run(script: &str) {
    let server = Server::start(&[]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/python").join(script);
    let output = Command::new(&*PYTHON)
        .arg(script)
        .arg(&server.address)
        // The scripts import a module beside them, whose bytecode would be left in the tree.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[needs(python3)]
#[test]
fn the_sdks_call_every_action() {
    run("every_action.py");
}

#[needs(python3)]
#[test]
fn the_sdk_of_auto_scaling_calls_every_action_g19() {
    run("scaling.py");
}
