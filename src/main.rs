//! Serves the provider when Terraform or `OpenTofu` started it, and runs a command when a person did.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use simcloud::cli::{self, Surroundings};
use simcloud::cloud::PostgresVariables;
use simcloud::provider::{ALICLOUD_DEFAULT_REGION, DEFAULT_REGION, Setting, Settings, SimcloudProvider};
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
            settings: settings(&SIMCLOUD),
            program: environment::program_path(),
            temporary_directory: environment::temporary_directory(),
            plugin_directory: environment::plugin_directory(),
        };
        return cli::run(arguments, &surroundings);
    }
    let served = Served::by_file_name(&environment::program_name());
    let options = plugin::Options { environment, debug, provider_address: served.address.to_owned() };
    let provider: Arc<dyn Provider> = Arc::new(SimcloudProvider::new(served.name, settings(&served)));
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
    name: &'static str,
    address: &'static str,
    /// Environment variables with the region; the first that is set wins.
    region: &'static [&'static str],
    default_region: &'static str,
}

const SIMCLOUD: Served = Served {
    name: "simcloud",
    address: "registry.terraform.io/simcloud/simcloud",
    region: &["SIMCLOUD_REGION"],
    default_region: DEFAULT_REGION,
};

/// A module for the real provider is rehearsed unchanged, so the region is read from that provider's variables too.
const ALICLOUD: Served = Served {
    name: "alicloud",
    address: "registry.terraform.io/aliyun/alicloud",
    region: &["SIMCLOUD_REGION", "ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"],
    default_region: ALICLOUD_DEFAULT_REGION,
};

impl Served {
    /// `terraform-provider-alicloud`, `terraform-provider-alicloud_v1.2.3`, `terraform-provider-alicloud.exe`.
    fn by_file_name(file_name: &str) -> Self {
        let name = file_name.strip_prefix("terraform-provider-").and_then(|rest| rest.split(['_', '.']).next());
        if name == Some(ALICLOUD.name) { ALICLOUD } else { SIMCLOUD }
    }
}

fn settings(served: &Served) -> Settings {
    let set = |name: &'static str| environment::variable(name).map(|value| Setting { name, value });
    Settings {
        region: served.region.iter().find_map(|name| set(name)),
        default_region: served.default_region,
        world: set("SIMCLOUD_WORLD"),
        clock: set("SIMCLOUD_CLOCK"),
        scenario: set("SIMCLOUD_SCENARIO"),
        on_shortfall: set("SIMCLOUD_ON_SHORTFALL"),
        postgres: PostgresVariables::read(environment::variable),
        now: wall_clock::now,
        random_number: randomness::number,
        working_directory: environment::working_directory(),
    }
}
