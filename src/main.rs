//! Started by Terraform or `OpenTofu`: the provider. Started by hand: says what it is.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use simcloud::cloud::PostgresVariables;
use simcloud::provider::{Settings, Simcloud};
use simcloud::{environment, plugin, wall_clock};

const NOT_BY_HAND: &str = "\
This is a provider for Terraform and OpenTofu, which start it when a configuration needs it.
To debug it, start it with --debug.
";

fn main() -> ExitCode {
    let debug = std::env::args().skip(1).any(|argument| argument == "--debug");
    let environment = plugin::Environment::read(environment::variable, environment::temporary_directory());
    if !debug && !environment.has_magic_cookie {
        return fail(NOT_BY_HAND);
    }
    let provider_address = "registry.terraform.io/simcloud/simcloud".to_owned();
    let options = plugin::Options { environment, debug, provider_address };
    match plugin::serve(Arc::new(Simcloud::new("simcloud", settings())), &options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("the provider cannot be served: {error}\n")),
    }
}

fn settings() -> Settings {
    Settings {
        region: environment::variable("SIMCLOUD_REGION"),
        world: environment::variable("SIMCLOUD_WORLD"),
        clock: environment::variable("SIMCLOUD_CLOCK"),
        scenario: environment::variable("SIMCLOUD_SCENARIO").map(PathBuf::from),
        postgres: PostgresVariables::read(environment::variable),
        now: wall_clock::now,
    }
}

fn fail(message: &str) -> ExitCode {
    // Nobody is left to be told when stderr is closed.
    let _ = std::io::stderr().write_all(message.as_bytes());
    ExitCode::FAILURE
}
