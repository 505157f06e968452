//! `outlook`: what the fleets of a plan would get, cost and lose in many markets.

mod alibaba; // fleets of this provider and of the one for Alibaba Cloud
mod amazon; // fleets of the provider for AWS
mod change; // what the plan does with what exists
mod existing; // fleets that exist already
mod fleet; // a fleet of a plan
mod images; // the images of a fleet, of which many are unknown
mod page; // HTML
mod plan; // what `terraform show -json` prints
mod progress; // a bar on a terminal
mod show; // text and JSON

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::ArgMatches;

use self::existing::ExistingWorld;
use self::fleet::{PlannedFleet, Unread};
use self::images::images;
use self::plan::{Plan, PlannedResource};
use self::progress::ProgressBar;
use super::output::{Failure, Output};
use super::requirement::Requirement;
use super::world_handle::read_only_config;
use crate::base::Decimal;
use crate::base::clock::Span;
use crate::catalogue;
use crate::cloud::model::{Outlook, OutlookRequest};
use crate::cloud::{CloudConfig, SimCloud};
use crate::market::scenario::{Scenario, ScenarioImage};
use crate::market::{Limit, Market};
use crate::provider::{self, Settings};

/// A requirement is not met.
const NOT_MET: u8 = 3;
/// What `--html` writes, and what it may be called.
const PAGE: &str = "page";
const PAGE_EXAMPLE: &str = "outlook.html";
/// A text that is longer is not a plan.
const MAX_BYTES: u64 = 512 << 20;

/// The outlooks of a plan.
#[derive(Debug)]
pub(super) struct Report {
    fleets: Vec<JudgedFleet>,
    unread: Vec<Unread>,
    /// The number of resources of types that launch nothing, by type.
    other_types: BTreeMap<String, usize>,
}

/// A fleet with its outlook.
#[derive(Debug)]
pub(super) struct JudgedFleet {
    planned: PlannedFleet,
    /// How many equal ones the plan has; one of them was looked at.
    copies: usize,
    outlook: Outlook,
    requirements: Vec<RequirementResult>,
}

/// What became of a requirement.
#[derive(Debug)]
struct RequirementResult {
    text: String,
    value: Decimal,
    is_met: bool,
}

/// Looks at every fleet of the plan; the exit code says whether the requirements are met.
pub(super) fn run(matches: &ArgMatches, settings: &Settings, output: &mut Output) -> Result<ExitCode, Failure> {
    let page = matches.get_one::<PathBuf>("html");
    if let Some(page) = page {
        super::file::check_target(page, PAGE, PAGE_EXAMPLE)?;
    }
    let file = matches.get_one::<String>("plan").map_or("-", String::as_str);
    let name = if file == "-" { "stdin" } else { file };
    let text =
        super::file::read(file, MAX_BYTES).map_err(|error| Failure::new(format!("{name} cannot be read: {error}")))?;
    let plan = Plan::parse(&text).map_err(|error| Failure::new(format!("{name} cannot be read: {error}")))?;
    let config = read_only_config(matches, settings)?;
    let wanted = matches.get_one::<String>("address").map(String::as_str);
    let world = ExistingWorld::of(&config, &plan)?;
    let (fleets, unread, other_types) = fleets(&plan, &config, &world, wanted);
    if fleets.is_empty() {
        return Err(nothing_to_look_at(name, wanted, &unread));
    }
    let question = Question::of(matches)?;
    let mut report = Report { fleets: Vec::new(), unread, other_types };
    for (planned, copies) in fleets {
        match judge(&config, planned, copies, &question) {
            Ok(fleet) => report.fleets.push(fleet),
            Err(unread) => report.unread.push(unread),
        }
    }
    join_equal(&mut report.fleets);
    if report.fleets.is_empty() {
        return Err(nothing_to_look_at(name, wanted, &report.unread));
    }
    if let Some(file) = page {
        super::file::write(file, PAGE, PAGE_EXAMPLE, &page::page(&report).render())?;
    }
    if matches.get_flag("json") {
        output.json(&show::to_json(&report));
    } else {
        show::print(&report, output);
    }
    Ok(if report.is_met() { ExitCode::SUCCESS } else { ExitCode::from(NOT_MET) })
}

/// What is asked of every fleet.
struct Question {
    markets: u32,
    horizon: Option<Span>,
    compare_strategies: bool,
    requirements: Vec<Requirement>,
}

impl Question {
    fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let horizon = matches.get_one::<Span>("horizon").copied();
        let requirements: Vec<Requirement> =
            matches.get_many::<Requirement>("require").into_iter().flatten().cloned().collect();
        if let Some(requirement) = requirements.iter().find(|one| horizon.is_none() && one.needs_horizon()) {
            return Err(Failure::new(format!("`{}` is about time: give --horizon, such as 30d", requirement.text)));
        }
        Ok(Self {
            markets: matches.get_one::<u32>("markets").copied().unwrap_or(OutlookRequest::DEFAULT_MARKETS),
            horizon,
            compare_strategies: matches.get_flag("compare"),
            requirements,
        })
    }
}

impl Report {
    fn is_met(&self) -> bool {
        self.fleets.iter().flat_map(|fleet| &fleet.requirements).all(|result| result.is_met)
    }

    /// Addresses, or types of resources, and why they have no outlook.
    fn unread_lines(&self) -> Vec<(String, String)> {
        let mut lines: Vec<(String, String)> =
            self.unread.iter().map(|unread| (unread.address.clone(), unread.reason.clone())).collect();
        if !self.other_types.is_empty() {
            let types: Vec<String> = self.other_types.iter().map(|(name, count)| format!("{count} {name}")).collect();
            lines.push(("other types".to_owned(), format!("they launch no instances here ({})", types.join(", "))));
        }
        lines
    }
}

impl JudgedFleet {
    fn title(&self) -> String {
        match self.copies {
            1 => self.planned.address.clone(),
            copies => format!("{} and {} like it", self.planned.address, copies - 1),
        }
    }
}

/// The fleets with the number of equal ones, what was not read, and the types that launch nothing.
#[expect(clippy::type_complexity, reason = "three lists that one walk through the plan makes")]
fn fleets(
    plan: &Plan,
    config: &CloudConfig,
    world: &ExistingWorld<'_>,
    wanted: Option<&str>,
) -> (Vec<(PlannedFleet, usize)>, Vec<Unread>, BTreeMap<String, usize>) {
    let mut fleets: Vec<(PlannedFleet, usize)> = Vec::new();
    let (mut unread, mut other_types) = (Vec::new(), BTreeMap::new());
    for resource in plan.resources.iter().filter(|resource| wanted.is_none_or(|wanted| is_at(resource, wanted))) {
        match read(plan, resource, config) {
            Some(Ok(fleet)) => {
                let fleet = world.with_start(fleet, resource);
                let same = |(known, _): &&mut (PlannedFleet, usize)| {
                    let of = |one: &PlannedFleet| (one.fleet.clone(), one.region.clone(), one.start.clone());
                    of(known) == of(&fleet) && known.fleet.name().is_none()
                };
                match fleets.iter_mut().find(same) {
                    Some((_, copies)) => *copies += 1,
                    None => fleets.push((fleet, 1)),
                }
            }
            Some(Err(reason)) => unread.push(unread_resource(resource, reason)),
            None if LAUNCHERS.contains(&resource.type_name.as_str()) => {
                unread.push(unread_resource(resource, "fleets of this type are not read".to_owned()));
            }
            None => *other_types.entry(resource.type_name.clone()).or_insert(0) += 1,
        }
    }
    (fleets, unread, other_types)
}

/// Reads a fleet; `None` for another type of resource.
fn read(plan: &Plan, resource: &PlannedResource, config: &CloudConfig) -> Option<Result<PlannedFleet, String>> {
    alibaba::read(plan, resource, &config.region).or_else(|| amazon::read(plan, resource))
}

/// Fleets of equal figures that are equal but for what they hold already are shown once.
fn join_equal(fleets: &mut Vec<JudgedFleet>) {
    let mut joined: Vec<JudgedFleet> = Vec::new();
    for fleet in fleets.drain(..) {
        let of = |one: &JudgedFleet| (one.planned.fleet.clone(), one.planned.region.clone(), one.planned.notes.clone());
        let is_same = |known: &&mut JudgedFleet| {
            fleet.planned.fleet.name().is_none() && of(known) == of(&fleet) && known.outlook == fleet.outlook
        };
        match joined.iter_mut().find(is_same) {
            Some(known) => known.copies += fleet.copies,
            None => joined.push(fleet),
        }
    }
    *fleets = joined;
}

/// Types that launch instances and are not read.
const LAUNCHERS: [&str; 7] = [
    "aws_batch_compute_environment",
    "aws_eks_node_group",
    "aws_emr_cluster",
    "aws_spot_instance_request",
    "alicloud_cs_kubernetes_node_pool",
    "alicloud_ecs_instance_set",
    "alicloud_ess_eci_scaling_configuration",
];

/// An address means its resource, and without an index all of its instances.
fn is_at(resource: &PlannedResource, wanted: &str) -> bool {
    resource.address == wanted || resource.address.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('['))
}

fn unread_resource(resource: &PlannedResource, reason: String) -> Unread {
    Unread { address: resource.address.clone(), type_name: resource.type_name.clone(), reason }
}

fn nothing_to_look_at(name: &str, wanted: Option<&str>, unread: &[Unread]) -> Failure {
    let at = wanted.map(|address| format!(" at `{address}`")).unwrap_or_default();
    let reasons: Vec<String> =
        unread.iter().map(|unread| format!("\n  {}: {}", unread.address, unread.reason)).collect();
    let reasons = reasons.concat();
    Failure::new(format!(
        "{name} has no fleet{at} that can be looked at; read are auto provisioning groups, scaling groups and \
         instances of simcloud and alicloud, aws_instance, aws_ec2_fleet, aws_spot_fleet_request and \
         aws_autoscaling_group{reasons}"
    ))
}

/// Looks at one fleet; a refusal by the cloud is a reason why it has no outlook.
fn judge(
    config: &CloudConfig,
    planned: PlannedFleet,
    copies: usize,
    question: &Question,
) -> Result<JudgedFleet, Unread> {
    let is_of_aws = planned.address.contains("aws_");
    let scenario = Arc::new(scenario(&config.scenario, &planned, is_of_aws));
    let cloud = SimCloud::new(CloudConfig { region: planned.region.clone(), scenario, ..config.clone() });
    let request = OutlookRequest {
        fleet: planned.fleet.clone(),
        start: planned.start.clone(),
        markets: question.markets,
        horizon: question.horizon,
        compare_strategies: question.compare_strategies,
        threads: None,
    };
    let bar = ProgressBar::new(planned.address.clone());
    let outlook = cloud.forecast_outlook_and_tell(&request, &|done, total| bar.update(done, total));
    drop(bar);
    let outlook = outlook.map_err(|error| Unread {
        address: planned.address.clone(),
        type_name: String::new(),
        reason: provider::error_text(&error),
    })?;
    let requirements = question.requirements.iter().filter_map(|requirement| {
        let (value, is_met) = requirement.check(&outlook)?;
        Some(RequirementResult { text: requirement.text.clone(), value, is_met })
    });
    Ok(JudgedFleet { requirements: requirements.collect(), planned, copies, outlook })
}

/// The scenario with the image of a fleet, if it is unknown, and with EC2's limits for a fleet of EC2.
fn scenario(given: &Scenario, planned: &PlannedFleet, is_of_aws: bool) -> Scenario {
    let mut scenario = given.clone();
    for (image_id, architecture) in images(&planned.fleet) {
        if Market::new(&scenario).image(image_id.as_str()).is_none() {
            let architecture = Some(architecture);
            scenario.images.push(ScenarioImage { image_id, name: None, architecture, product_code: None });
        }
    }
    let zones = catalogue::zones().iter().filter(|zone| planned.region == *zone.region.id).count() as u64;
    scenario.limits.entry(Limit::LaunchTemplateConfigs).or_insert(10 * zones.max(1));
    if is_of_aws {
        for (limit, most) in
            [(Limit::LaunchTemplateConfigs, 300), (Limit::GroupInstances, 10_000), (Limit::GroupVcpus, 1_000_000)]
        {
            if !given.limits.contains_key(&limit) {
                scenario.limits.insert(limit, most);
            }
        }
    }
    scenario
}
