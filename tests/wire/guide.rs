//! The example of the guide "SDKs and real providers".

use std::path::Path;

use simcloud_test_needs::needs;

use crate::python::PYTHON;
use crate::server::Server;

#[needs(python3)]
#[test]
fn a_script_that_looks_for_stock_finds_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/serve");
    let scenario = std::fs::read_to_string(folder.join("scenario.json")).unwrap();
    let server = Server::start_with_scenario(&scenario, &[]);
    // The guide's command, with the Python that has the SDK.
    let output = server
        .command()
        .args(["serve", "--world", "own.db", "--scenario", "scenario.json", "--"])
        .arg(&*PYTHON)
        .arg(folder.join("launch.py"))
        .output()
        .unwrap();
    let expected = std::fs::read_to_string(folder.join("output.txt")).unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(printed, expected, "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
}
