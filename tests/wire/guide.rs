//! The examples of the guides "SDKs and real providers" and "Testing AWS code under scarcity".

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use simcloud_test_needs::needs;

use crate::aws::{AWS_PYTHON, assert_checked, serve_checked, source};
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

fn aws_example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/serve/aws").join(name)
}

/// A `PATH` that begins with these folders.
#[expect(clippy::disallowed_methods, reason = "the programs beside these are found as usual")]
fn path_with(folders: &[&Path]) -> OsString {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let folders = folders.iter().map(|folder| folder.to_path_buf()).chain(std::env::split_paths(&rest));
    std::env::join_paths(folders).unwrap()
}

/// Every branch of a function that falls back, with faults, reclaims and partial launches.
#[needs(python3)]
#[test]
fn the_tests_of_the_aws_guide_pass() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["conftest.py", "fallback.py", "test_fallback.py"] {
        std::fs::copy(aws_example(name), folder.path().join(name)).unwrap();
    }
    let executable = Path::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud"));
    let output = Command::new(&*AWS_PYTHON)
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "strict_replies"])
        .current_dir(folder.path())
        .env("PATH", path_with(&[executable.parent().unwrap()]))
        .env("PYTHONPATH", source(""))
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.contains("13 passed"), "{printed}");
    assert_checked(&output);
}

/// The command of the AWS guide, on its scenario, with every reply checked strictly on its way.
fn serve_aws_example(command: impl FnOnce(&mut Command)) -> String {
    let scenario = std::fs::read_to_string(aws_example("scenario.json")).unwrap();
    let server = Server::start_with_scenario(&scenario, &[]);
    let options = ["--world", "own.db", "--region", "us-east-1", "--scenario", "scenario.json"];
    let mut serve = serve_checked(&server, &options);
    command(&mut serve);
    let output = serve.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[needs(python3)]
#[test]
fn the_script_of_the_aws_guide_finds_room() {
    let printed = serve_aws_example(|serve| {
        serve.arg("sh").arg(aws_example("launch.sh"));
        serve.env("PATH", path_with(&[AWS_PYTHON.parent().unwrap()]));
    });
    assert_eq!(printed, std::fs::read_to_string(aws_example("launch.txt")).unwrap());
}

#[needs(go, python3)]
#[test]
fn the_go_program_of_the_aws_guide_finds_room() {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("launch-in-go");
    let build = Command::new("go")
        .args(["build", "-C"])
        .arg(aws_example("go"))
        .arg("-o")
        .arg(&program)
        .arg(".")
        .output()
        .unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let printed = serve_aws_example(|serve| {
        serve.arg(&program);
    });
    assert_eq!(printed, std::fs::read_to_string(aws_example("launch.txt")).unwrap());
}

/// What a person sees who asks the AWS CLI about prices and offerings.
#[needs(python3)]
#[test]
fn the_aws_cli_prints_prices_and_offerings() {
    let aws = |arguments: &'static [&'static str]| {
        serve_aws_example(|serve| {
            serve.arg(AWS_PYTHON.with_file_name("aws")).arg("ec2").args(arguments);
        })
    };
    let prices = aws(&[
        "describe-spot-price-history",
        "--instance-types",
        "m5.large",
        "--product-descriptions",
        "Linux/UNIX",
        "--query",
        "SpotPriceHistory[0].[InstanceType,ProductDescription]",
        "--output",
        "text",
    ]);
    assert_eq!(prices, "m5.large\tLinux/UNIX\n");
    let offerings = aws(&[
        "describe-instance-type-offerings",
        "--location-type",
        "availability-zone",
        "--filters",
        "Name=instance-type,Values=m5.large",
        "Name=location,Values=us-east-1a,us-east-1b",
        "--query",
        "InstanceTypeOfferings[].[InstanceType,LocationType,Location]",
        "--output",
        "text",
    ]);
    assert_eq!(offerings, "m5.large\tavailability-zone\tus-east-1a\nm5.large\tavailability-zone\tus-east-1b\n");
}
