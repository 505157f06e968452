//! What can be asked of the commands.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::output::Output;
use crate::base::clock::Span;
use crate::base::{InstanceTypeName, RegionId, Time, ZoneId, nearest};
use crate::catalogue;
use crate::cloud::model::ClockTarget;
use crate::market::scenario::Selector;

pub(super) const PROGRAM: &str = "terraform-provider-simcloud";

pub(super) fn command() -> Command {
    Command::new(PROGRAM)
        .about("A simulated cloud in which stock runs out, prices move and spot instances are reclaimed")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .subcommands([
            install(),
            world(),
            Command::new("version").about("Say which release this is").arg(json()),
            Command::new("completions")
                .about("Print a script that completes these commands")
                .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell))),
        ])
}

pub(super) fn completions(matches: &ArgMatches, output: &mut Output) {
    if let Some(shell) = matches.get_one::<Shell>("shell") {
        let mut script = Vec::new();
        clap_complete::generate(*shell, &mut command(), PROGRAM, &mut script);
        output.print(&String::from_utf8_lossy(&script));
    }
}

fn install() -> Command {
    Command::new("install").about("Put this provider where `terraform init` and `tofu init` find it, offline").args([
        Arg::new("as")
            .long("as")
            .value_name("NAMESPACE/TYPE")
            .default_value("simcloud/simcloud")
            .help("Address to be found under, such as aliyun/alicloud"),
        Arg::new("version")
            .long("version")
            .value_name("VERSION")
            .help("Version to be found under [default: this release's; 1.999.0 under another name]"),
        Arg::new("plugin-dir")
            .long("plugin-dir")
            .value_name("DIR")
            .value_parser(value_parser!(PathBuf))
            .help("Mirror to put it into [default: ~/.terraform.d/plugins]"),
    ])
}

fn world() -> Command {
    Command::new("world")
        .about("Look at a world, and change it by hand")
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .args([
            everywhere(text("world", "PATH", "World to use, also SIMCLOUD_WORLD [default: .simcloud/world.db]")),
            everywhere(text("scenario", "FILE", "Scenario in JSON, also SIMCLOUD_SCENARIO")),
            everywhere(
                text("region", "REGION", "Region, also SIMCLOUD_REGION [default: cn-heyuan]").value_parser(region),
            ),
            everywhere(json()),
        ])
        .subcommands([
            Command::new("show")
                .about("Show what lives in every region, and the market of one: stock, use, prices")
                .args(pool()),
            Command::new("advance").about("Let time pass, with everything that happens on the way").arg(
                Arg::new("time")
                    .value_name("DURATION|TIME")
                    .required(true)
                    .value_parser(clock_target)
                    .help("How long from the world's time on (6h30m), or until when (2026-01-02T00:00:00Z)"),
            ),
            Command::new("reclaim")
                .about("Take spot instances back now, the youngest first")
                .after_help("Without --zone and --instance-type, and with no --region, all pools are meant.")
                .args(pool())
                .arg(
                    Arg::new("count")
                        .long("count")
                        .value_name("COUNT")
                        .value_parser(value_parser!(u32).range(1..))
                        .help("How many at most [default: all]"),
                ),
            Command::new("reset").about("Forget everything: the world begins again"),
            Command::new("copy").about("Copy a world, to rehearse on the copy").args([
                Arg::new("from").value_name("FROM").required(true).help("World to copy; it may be in use"),
                Arg::new("to").value_name("TO").required(true).help("World to become the same"),
                Arg::new("overwrite")
                    .long("overwrite")
                    .action(ArgAction::SetTrue)
                    .help("Even if something lives there already"),
            ]),
            Command::new("history")
                .about("Show prices and living instances over time, and what happened")
                .args(pool())
                .arg(
                    Arg::new("svg")
                        .long("svg")
                        .value_name("FILE")
                        .value_parser(value_parser!(PathBuf))
                        .help("Draw a chart into this file as well"),
                ),
        ])
}

/// The pools that `--zone` and `--instance-type` name.
pub(super) fn pools(matches: &ArgMatches) -> Selector {
    Selector {
        zone_id: matches.get_one::<ZoneId>("zone").cloned(),
        instance_type: matches.get_one::<InstanceTypeName>("instance-type").cloned(),
    }
}

fn pool() -> [Arg; 2] {
    [
        Arg::new("zone").long("zone").value_name("ZONE").value_parser(zone).help("Only pools of this zone"),
        Arg::new("instance-type")
            .long("instance-type")
            .value_name("TYPE")
            .value_parser(instance_type)
            .help("Only pools of this instance type"),
    ]
}

/// An option of all commands about worlds, listed after their own.
fn everywhere(option: Arg) -> Arg {
    option.global(true).display_order(100)
}

fn text(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn json() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print JSON")
}

fn region(given: &str) -> Result<RegionId, String> {
    known("region", given, catalogue::regions().iter().map(|region| region.id)).map(RegionId::from)
}

fn zone(given: &str) -> Result<ZoneId, String> {
    known("zone", given, catalogue::zones().iter().map(|zone| zone.id)).map(ZoneId::from)
}

fn instance_type(given: &str) -> Result<InstanceTypeName, String> {
    let names = catalogue::instance_types().iter().map(|instance_type| instance_type.name);
    known("instance type", given, names).map(InstanceTypeName::from)
}

fn known(what: &str, given: &str, names: impl Iterator<Item = &'static str> + Clone) -> Result<&'static str, String> {
    names.clone().find(|name| *name == given).ok_or_else(|| {
        let hint = nearest(given, names).map(|name| format!("; did you mean {name}?")).unwrap_or_default();
        format!("there is no such {what}{hint}")
    })
}

fn clock_target(given: &str) -> Result<ClockTarget, String> {
    Time::parse_rfc3339(given)
        .map(ClockTarget::To)
        .or_else(|_| Span::parse(given).map(ClockTarget::By))
        .map_err(|_| "this is neither a duration, such as 6h30m, nor a time, such as 2026-01-02T00:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_commands_contradict_themselves_nowhere() {
        super::command().debug_assert();
    }
}
