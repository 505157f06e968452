//! The commands, their arguments and their help.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, ValueHint, value_parser};
use clap_complete::Shell;

use super::known_name::KnownName;
use super::requirement::Requirement;
use crate::base::clock::Span;
use crate::base::{InstanceId, InstanceTypeName, RegionId, Time, ZoneId};
use crate::catalogue;
use crate::cloud::model::{ClockTarget, OutlookRequest};
use crate::market::scenario::Selector;

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 not done, with the reason on stderr, 2 wrong arguments,
3 a requirement of `outlook` is not met.
The guide \"Commands and JSON\" describes all commands, their JSON and their environment.";

pub(super) const PROGRAM: &str = "terraform-provider-simcloud";

/// What the costs are shown by, as `--by` names it.
const COST_VIEWS: [&str; 7] = ["fleet", "group", "reservation", "scaling_group", "instance", "pool", "tag"];

pub(super) fn command() -> Command {
    Command::new(PROGRAM)
        .about("A simulated cloud in which stock runs out, prices move and spot instances are reclaimed")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .after_help(EXIT_CODES)
        .subcommands([
            install(),
            market(),
            outlook(),
            serve(),
            world(),
            Command::new("version").about("Print the version and the platform").arg(json()),
            Command::new("completions")
                .about("Print a shell completion script")
                .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell))),
        ])
}

fn install() -> Command {
    Command::new("install")
        .about("Install this provider into the local mirror of `terraform init` and `tofu init`")
        .args([
            Arg::new("as")
                .long("as")
                .value_name("NAMESPACE/TYPE")
                .default_value("simcloud/simcloud")
                .help("Address to install under, such as aliyun/alicloud"),
            Arg::new("schema")
                .long("schema")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("What `terraform providers schema -json` prints: types of it that are not simulated stand in"),
            Arg::new("version")
                .long("version")
                .value_name("VERSION")
                .action(ArgAction::Append)
                .help("Version, also several times [default: this release's; 1.999.0 under another name]"),
            Arg::new("plugin-dir")
                .long("plugin-dir")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .help("Mirror to install into [default: ~/.terraform.d/plugins]"),
        ])
}

fn serve() -> Command {
    Command::new("serve")
        .about("Serve a world to the SDKs and providers of Alibaba Cloud and EC2")
        .after_help(
            "With a command, runs it with endpoints, credentials and authorities in its environment, and ends with its\n\
             exit status. Without one, prints those as shell commands and serves until Ctrl-C.\n\
             Example: serve -- terraform apply",
        )
        .args(world_options())
        .args([
            option("clock", "TIME|system", "Time that the world catches up to at each call, also SIMCLOUD_CLOCK"),
            option("port", "PORT", "Port of 127.0.0.1 [default: a free one]").value_parser(value_parser!(u16)),
            option("alias", "FROM=TO", "Id of a real account, and what it stands for; may be given several times")
                .action(ArgAction::Append),
            Arg::new("command")
                .value_name("COMMAND")
                .num_args(1..)
                .last(true)
                .help("Command to run, with its arguments"),
        ])
}

fn market() -> Command {
    Command::new("market")
        .about("Make markets of recorded prices")
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("import")
                .about("Print a scenario that plays recorded prices")
                .after_help(
                    "Reads what `aws ec2 describe-spot-price-history` and `aliyun ecs DescribeSpotPriceHistory` print, and CSV\n\
                     with the columns zone_id, instance_type, time and spot_price, spot or pay_as_you_go.\n\
                     Example: market import prices.json > scenario.json",
                )
                .arg(Arg::new("files").value_name("FILE|-").required(true).num_args(1..).help("Recorded prices; - reads stdin"))
                .arg(
                    option("start", "TIME", "When the record begins [default: when it was recorded]")
                        .value_parser(full_hour),
                ),
        )
}

fn outlook() -> Command {
    Command::new("outlook")
        .about("Show what the fleets of a plan would get, cost and lose in many markets")
        .after_help(
            "PLAN.json is what `terraform show -json` prints of a saved plan, of this provider or of a real one. Nothing is\n\
             launched, and no world is changed. The figures are a statement about these simulated markets, not about a\n\
             cloud's odds. Exit status 3: a requirement is not met.\n\
             Example: terraform show -json plan | terraform-provider-simcloud outlook - --horizon 30d",
        )
        .arg(Arg::new("plan").value_name("PLAN.json|-").required(true).help("Plan in JSON; - reads stdin"))
        .args(world_options())
        .arg(no_scenario())
        .args([
            option("address", "ADDRESS", "Only this resource [default: every fleet of the plan]"),
            option("markets", "COUNT", "Number of markets [default: 200]")
                .value_parser(value_parser!(u32).range(1..=i64::from(OutlookRequest::MAX_MARKETS))),
            option("horizon", "DURATION", "How long each market goes on, such as 30d [default: the launch alone]")
                .value_parser(horizon),
            Arg::new("compare")
                .long("compare")
                .action(ArgAction::SetTrue)
                .help("Also look at the other strategies for spot instances"),
            option("html", "FILE", "Also write a page with the distributions").value_parser(value_parser!(PathBuf)),
            json(),
            option("require", "REQUIREMENT", "Such as 'fulfilled_share >= 0.95'; may be given several times")
                .action(ArgAction::Append)
                .value_parser(value_parser!(Requirement)),
        ])
}

fn horizon(given: &str) -> Result<Span, String> {
    let span = Span::parse(given).ok().filter(|span| *span > Span::ZERO && *span <= OutlookRequest::MAX_HORIZON);
    span.ok_or_else(|| "it is not a duration of up to 90 days, such as 720h or 30d".to_owned())
}

/// Which world a command uses, and what its market is like.
fn world_options() -> [Arg; 3] {
    [
        option("world", "PATH", "World to use, also SIMCLOUD_WORLD [default: .simcloud/world.db]"),
        option("scenario", "FILE", "Scenario in JSON, also SIMCLOUD_SCENARIO").value_hint(ValueHint::FilePath),
        option("region", "REGION", "Region, also SIMCLOUD_REGION [default: cn-heyuan]")
            .value_parser(region())
            .hide_possible_values(true),
    ]
}

fn world() -> Command {
    Command::new("world")
        .about("Read a world and change it")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(world_options().map(global))
        .args([global(no_scenario()), global(json())])
        .subcommands([
            Command::new("show")
                .about("Show the fleets and the pools that they use or could use; with options, all pools of a region")
                .arg(
                    Arg::new("all")
                        .long("all")
                        .action(ArgAction::SetTrue)
                        .help("Show all pools of the regions that have fleets, and every other resource"),
                )
                .args(pool()),
            Command::new("advance")
                .about("Advance the world's clock, with everything that happens until then")
                .args([
                    Arg::new("time")
                        .value_name("DURATION|TIME")
                        .value_parser(clock_target)
                        .help("Duration to advance by (6h30m), or time to advance to (2026-01-02T00:00:00Z)"),
                    option("by", "DURATION", "The same for a duration, as `by` of simcloud_advance_clock")
                        .value_parser(clock_by),
                    option("to", "TIME", "The same for a time or a duration since the start, as `to` there")
                        .value_parser(clock_to),
                ])
                .group(ArgGroup::new("target").args(["time", "by", "to"]).required(true)),
            Command::new("reclaim")
                .about("Reclaim spot instances now, the youngest first")
                .after_help("Without --zone, --instance-type and --region, instances of all pools are reclaimed.")
                .args(pool())
                .args(instances()),
            Command::new("terminate")
                .about("Terminate instances now, pay-as-you-go and stopped ones too, the youngest first")
                .after_help("Without --zone, --instance-type and --region, instances of all pools are terminated.")
                .args(pool())
                .args(instances()),
            Command::new("market")
                .about("Change stock, prices, offers and quotas of the world, whatever the scenario says")
                .after_help(
                    "The rules are those of a scenario: {\"stock\": [{\"zone_id\": \"cn-heyuan-b\", \"spot\": 0}]}.\n\
                     They hold from now on, for every provider and command that uses the world, until --reset, or until the\n\
                     last object of the world is destroyed.",
                )
                .args([
                    Arg::new("file")
                        .value_name("FILE|-")
                        .required_unless_present("reset")
                        .conflicts_with("reset")
                        .help("JSON file with `stock`, `prices`, `offers` or `quotas`; - reads stdin"),
                    Arg::new("reset").long("reset").action(ArgAction::SetTrue).help("Undo all changes of the market"),
                ]),
            Command::new("release")
                .about("Release the instances that a destroyed group left running")
                .arg(Arg::new("id").value_name("ID").required(true).help("Id of the group, as `world show` prints it")),
            Command::new("reset").about("Clear the world, so that it begins again").arg(yes()),
            Command::new("list").about("List the worlds of a folder or a database, and what is in each").arg(
                Arg::new("place")
                    .value_name("FOLDER|CONNECTION")
                    .help("Folder, or connection string of a database [default: where the world is that is used]"),
            ),
            Command::new("drop").about("Remove the world: its file, or its schema in the database").arg(yes()),
            Command::new("destroy")
                .about("Destroy groups, instances, networks and whatever else is in the world")
                .after_help(
                    "Of --name, --tag and --older-than all that are given must match. A fleet also matches by the tags of its\n\
                     instances. What still holds something that stays is kept, and the exit code is 1 then.\n\
                     The state of a configuration that made it is not changed: its next plan makes it again.\n\
                     Example: world destroy --tag branch=pr-17 --dry-run",
                )
                .args([
                    Arg::new("id")
                        .value_name("ID")
                        .num_args(1..)
                        .conflicts_with_all(["name", "tag", "older-than"])
                        .help("Ids of what is to be destroyed, as `world show` prints them"),
                    option("name", "GLOB", "All whose name matches: 'pr-17-*'"),
                    option("tag", "KEY=VALUE", "All that carries the tag: 'branch=pr-*'; may be given several times")
                        .action(ArgAction::Append)
                        .value_parser(tag),
                    option("older-than", "DURATION", "All that was made so long ago in real time: 2h, 7d")
                        .value_parser(span),
                    Arg::new("dry-run")
                        .long("dry-run")
                        .action(ArgAction::SetTrue)
                        .help("Only list what would be destroyed and what kept"),
                ])
                .group(
                    ArgGroup::new("selection").args(["id", "name", "tag", "older-than"]).required(true).multiple(true),
                ),
            Command::new("metrics").about("Print the world as OpenMetrics, for Prometheus and dashboards").arg(
                Arg::new("all")
                    .long("all")
                    .action(ArgAction::SetTrue)
                    .help("All pools of the region, not only those in use"),
            ),
            Command::new("copy").about("Copy a world").args([
                Arg::new("from").value_name("FROM").required(true).help("World to copy, which may be in use"),
                Arg::new("to").value_name("TO").required(true).help("World to create or, with --overwrite, to replace"),
                Arg::new("overwrite")
                    .long("overwrite")
                    .action(ArgAction::SetTrue)
                    .help("Replace the target even if it has resources"),
            ]),
            Command::new("costs")
                .about("Show what instances cost over simulated time, ended ones included")
                .args([
                    option(
                        "from",
                        "TIME",
                        "Start of the span: RFC 3339, or a duration since the start [default: the start]",
                    )
                    .value_parser(parse_time),
                    option("to", "TIME", "End of the span, written like --from [default: the world's time]")
                        .value_parser(parse_time),
                    option(
                        "by",
                        "VIEW",
                        "Add up by fleet, group, reservation, scaling_group, instance, pool or tag [default: fleet]",
                    )
                    .hide_possible_values(true)
                    .value_parser(PossibleValuesParser::new(COST_VIEWS)),
                ])
                .args(pool()),
            Command::new("report")
                .about("Write a page to look at: fleets, pools, costs and the history, as one HTML file")
                .arg(
                    Arg::new("file")
                        .value_name("FILE|-")
                        .required(true)
                        .value_parser(value_parser!(PathBuf))
                        .help("File to write, such as world.html; - writes to stdout"),
                )
                .args(pool()),
            Command::new("history")
                .about("Show prices and running instances over time, and the activities")
                .args(pool())
                .arg(
                    Arg::new("svg")
                        .long("svg")
                        .value_name("FILE")
                        .value_parser(value_parser!(PathBuf))
                        .help("Also write a chart to this file"),
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
        Arg::new("zone")
            .long("zone")
            .visible_alias("zone-id")
            .value_name("ZONE")
            .value_parser(zone())
            .hide_possible_values(true)
            .help("Only pools of this zone"),
        Arg::new("instance-type")
            .long("instance-type")
            .visible_alias("type")
            .value_name("TYPE")
            .value_parser(instance_type())
            .hide_possible_values(true)
            .help("Only pools of this instance type"),
    ]
}

/// Which instances of the pools are taken, and how many.
fn instances() -> [Arg; 2] {
    [
        Arg::new("instance-ids")
            .long("instance-id")
            .visible_alias("instance-ids")
            .value_name("ID")
            .action(ArgAction::Append)
            .value_delimiter(',')
            .value_parser(instance_id)
            .help("Only this instance; several with commas, or given several times"),
        Arg::new("count")
            .long("count")
            .value_name("COUNT")
            .value_parser(value_parser!(u32))
            .help("Number of instances at most; 0 takes none [default: all]"),
    ]
}

/// An option of all `world` commands, listed after their own.
fn global(option: Arg) -> Arg {
    option.global(true).display_order(100)
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn no_scenario() -> Arg {
    Arg::new("no-scenario")
        .long("no-scenario")
        .action(ArgAction::SetTrue)
        .conflicts_with("scenario")
        .help("Use no scenario, not even that of the world's latest change")
}

fn yes() -> Arg {
    Arg::new("yes").long("yes").action(ArgAction::SetTrue).help("Do not ask, although others share the world")
}

fn json() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print JSON")
}

fn region() -> KnownName<RegionId> {
    KnownName::new("region", || catalogue::regions().iter().map(|region| region.id).collect())
}

fn zone() -> KnownName<ZoneId> {
    KnownName::new("zone", || catalogue::zones().iter().map(|zone| zone.id).collect())
}

fn instance_type() -> KnownName<InstanceTypeName> {
    KnownName::new("instance type", || catalogue::instance_types().iter().map(|known| known.name).collect())
}

fn instance_id(given: &str) -> Result<InstanceId, String> {
    if InstanceId::is_well_formed(given) {
        return Ok(given.into());
    }
    Err("an instance's id begins with `i-`, as `world show` and a state have it".to_owned())
}

fn parse_time(given: &str) -> Result<Time, String> {
    Time::parse_clock(given).map_err(|_| {
        "it is neither a time, such as 2026-01-02T00:00:00Z, nor a duration since the start, such as 36h".to_owned()
    })
}

fn clock_target(given: &str) -> Result<ClockTarget, String> {
    Time::parse_rfc3339(given)
        .map(ClockTarget::To)
        .ok()
        .or_else(|| clock_by(given).ok())
        .ok_or_else(|| "it is neither a duration, such as 6h30m, nor a time, such as 2026-01-02T00:00:00Z".to_owned())
}

fn clock_by(given: &str) -> Result<ClockTarget, String> {
    let by = Span::parse(given).ok().filter(|span| Time::START.plus(*span).is_representable());
    by.map(ClockTarget::By).ok_or_else(|| "it is not a duration, such as 6h30m".to_owned())
}

fn clock_to(given: &str) -> Result<ClockTarget, String> {
    parse_time(given).map(ClockTarget::To)
}

/// A record has one value for each hour.
fn full_hour(given: &str) -> Result<Time, String> {
    let time = Time::parse_clock(given).map_err(|_| "it is not a time, such as 2026-01-01T00:00:00Z".to_owned())?;
    let hour = time.hour().start();
    if hour == time { Ok(time) } else { Err(format!("a record begins with a full hour, such as {hour}")) }
}

/// A key, and a pattern for its value.
fn tag(given: &str) -> Result<(String, String), String> {
    let parts = given.split_once('=').filter(|(key, _)| !key.is_empty());
    let (key, value) = parts.ok_or_else(|| "it is not KEY=VALUE, such as branch=pr-17".to_owned())?;
    Ok((key.to_owned(), value.to_owned()))
}

fn span(given: &str) -> Result<Span, String> {
    Span::parse(given).map_err(|_| "it is not a duration, such as 2h, 7d or 1h30m".to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_commands_are_consistent() {
        super::command().debug_assert();
    }
}
