//! Started by Terraform or `OpenTofu`: the provider. Started by hand: commands for people.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use simcloud::provider::{Setting, Settings, Simcloud};
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
    let served = Served::by_file_name(&environment::program_name());
    let options = plugin::Options { environment, debug, provider_address: served.address.to_owned() };
    match plugin::serve(Arc::new(Simcloud::new(served.name, settings(&served))), &options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("the provider cannot be served: {error}\n")),
    }
}

/// Which provider this process is.
struct Served {
    name: &'static str,
    address: &'static str,
    /// Variables that name the region, the first that is set wins.
    region: &'static [&'static str],
}

const SIMCLOUD: Served =
    Served { name: "simcloud", address: "registry.terraform.io/simcloud/simcloud", region: &["SIMCLOUD_REGION"] };

/// A module for the real provider is rehearsed unchanged, so the region comes from where that provider looks for it.
const ALICLOUD: Served = Served {
    name: "alicloud",
    address: "registry.terraform.io/aliyun/alicloud",
    region: &["SIMCLOUD_REGION", "ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"],
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
        world: set("SIMCLOUD_WORLD"),
        clock: set("SIMCLOUD_CLOCK"),
        scenario: set("SIMCLOUD_SCENARIO"),
        on_shortfall: set("SIMCLOUD_ON_SHORTFALL"),
        now: wall_clock::now,
    }
}

fn fail(message: &str) -> ExitCode {
    // Nobody is left to be told when stderr is closed.
    let _ = std::io::stderr().write_all(message.as_bytes());
    ExitCode::FAILURE
}
