//! Serves the provider when Terraform or `OpenTofu` started it, and runs a command when a person did.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use simcloud::cli::{self, Surroundings};
use simcloud::cloud::PostgresVariables;
use simcloud::provider::{ALICLOUD_DEFAULT_REGION, DEFAULT_REGION, Setting, Settings, SimcloudProvider};
use simcloud::schemas::LocatedSchemas;
use simcloud::tf::Provider;
use simcloud::{environment, plugin, randomness, wall_clock};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let debug = arguments.peek().is_some_and(|argument| argument == "--debug");
    let environment = plugin::Environment::read(environment::variable, environment::temporary_directory());
    // The CLIs start a provider without arguments.
    let is_command = arguments.peek().is_some() || !environment.has_magic_cookie;
    if is_command && !debug {
        let surroundings = Surroundings {
            settings: settings(&Served::simcloud()),
            program: environment::program_path(),
            temporary_directory: environment::temporary_directory(),
            plugin_directory: environment::plugin_directory(),
            command_directories: environment::command_directories(),
        };
        return cli::run(arguments, &surroundings);
    }
    let served = Served::by_file_name(&environment::program_name());
    let options = plugin::Options { environment, debug, provider_address: served.address.clone() };
    let provider: Arc<dyn Provider> =
        Arc::new(SimcloudProvider::new(served.name.clone(), settings(&served)).with_stand_ins(schemas(&served.name)));
    match plugin::serve(&provider, &options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If stderr is closed, nothing can be reported.
            let _ = writeln!(std::io::stderr(), "the provider cannot be served: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The provider that this process serves.
struct Served {
    name: String,
    address: String,
    /// Environment variables with the region; the first that is set wins.
    region: &'static [&'static str],
    default_region: &'static str,
}

const PREFIX: &str = "terraform-provider-";

impl Served {
    fn simcloud() -> Self {
        Self {
            name: "simcloud".to_owned(),
            address: "registry.terraform.io/simcloud/simcloud".to_owned(),
            region: &["SIMCLOUD_REGION"],
            default_region: DEFAULT_REGION,
        }
    }

    /// A module for the real provider is rehearsed unchanged, so the region is read from that provider's variables too.
    fn alicloud() -> Self {
        Self {
            name: "alicloud".to_owned(),
            address: "registry.terraform.io/aliyun/alicloud".to_owned(),
            region: &["SIMCLOUD_REGION", "ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"],
            default_region: ALICLOUD_DEFAULT_REGION,
        }
    }

    /// A provider of which everything stands in.
    fn another(name: &str) -> Self {
        Self { name: name.to_owned(), address: format!("registry.terraform.io/hashicorp/{name}"), ..Self::simcloud() }
    }

    /// `terraform-provider-alicloud`, `terraform-provider-alicloud_v1.2.3`, `terraform-provider-alicloud.exe`.
    fn by_file_name(file_name: &str) -> Self {
        let name = file_name.strip_prefix(PREFIX).and_then(|rest| rest.split(['_', '.']).next());
        match name {
            Some("alicloud") => Self::alicloud(),
            Some(name) if !name.is_empty() && !name.starts_with("simcloud") => Self::another(name),
            _ => Self::simcloud(),
        }
    }
}

/// Schemas for stand-ins: those that `SIMCLOUD_SCHEMA` names, or those that `install` put beside the executable.
fn schemas(provider_name: &str) -> Arc<LocatedSchemas> {
    let named = environment::variable("SIMCLOUD_SCHEMA").map(PathBuf::from);
    Arc::new(LocatedSchemas::new(named, environment::program_path().as_deref(), provider_name))
}

fn settings(served: &Served) -> Settings {
    let set = |name: &'static str| environment::variable(name).map(|value| Setting { name, value });
    Settings {
        region: served.region.iter().find_map(|name| set(name)),
        default_region: served.default_region,
        world: set("SIMCLOUD_WORLD"),
        clock: set("SIMCLOUD_CLOCK"),
        scenario: set("SIMCLOUD_SCENARIO"),
        seed: set("SIMCLOUD_SEED"),
        on_shortfall: set("SIMCLOUD_ON_SHORTFALL"),
        postgres: PostgresVariables::read(environment::variable),
        now: wall_clock::now,
        random_number: randomness::number,
        working_directory: environment::working_directory(),
    }
}
