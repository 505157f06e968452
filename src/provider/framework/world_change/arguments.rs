//! The arguments of changes of the world: their schema, what is wrong with them, and the change that they ask for.

use super::{ChangeKind, ChangeRequest, scaling_rule};
use crate::base::clock::Span;
use crate::base::nearest::{did_you_mean_sentence, nearest};
use crate::base::{InstanceId, Time};
use crate::catalogue;
use crate::cloud::model::{ClockTarget, InstanceSelection, WorldChange};
use crate::market::MarketRules;
use crate::market::scenario::Selector;
use crate::provider::framework::catalogue_check::known_type;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::{diagnostic, dynamic_value};
use crate::tf::{Attribute, Diagnostics, Number, Path, Type, Value};

/// What the change does, as the description of its block or action begins.
pub(crate) const fn description(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::AdvanceClock => {
            "Lets simulated time pass, step by step, with everything that the market and the scenario do on the way: \
             reclaims, events, groups that replenish or expire."
        }
        ChangeKind::ChangeMarket => {
            "Changes stock, prices, offers or quotas of the world, for every provider and command that uses it, whatever \
             their scenarios say. The rules hold from now on, also for instances that run: what the market no longer \
             provides is reclaimed when the clock next moves."
        }
        ChangeKind::ExecuteScalingRule => scaling_rule::DESCRIPTION,
        ChangeKind::ReclaimSpot => {
            "Reclaims spot instances now, the youngest first, as the market would. They are lost, or stopped where their \
             group says so; what replaces them is up to the configuration."
        }
        ChangeKind::TerminateInstances => {
            "Terminates instances now, the youngest first, as if they had failed: pay-as-you-go and spot, running and \
             stopped. They are lost; what replaces them is up to the configuration."
        }
    }
}

pub(super) fn attributes(kind: ChangeKind) -> Vec<Attribute> {
    match kind {
        ChangeKind::ReclaimSpot | ChangeKind::TerminateInstances => vec![
            Attribute::number("count")
                .optional()
                .description("Number of instances to take at most; 0 takes none. Default: all that match."),
            Attribute::list("instance_ids", Type::String).optional().description(
                "Only these instances. Those that do not run are left out, and an empty list takes none. Default: any.",
            ),
            Attribute::string("instance_type").optional().description("Only instances of this type. Default: any."),
            Attribute::string("zone_id")
                .optional()
                .description("Only instances in this zone, of whatever region. Default: any."),
        ],
        ChangeKind::ExecuteScalingRule => scaling_rule::attributes(),
        ChangeKind::AdvanceClock => vec![
            Attribute::string("by")
                .optional()
                .description("Duration to advance by, such as `6h30m` or `2d`. Either `by` or `to` is required."),
            Attribute::string("to").optional().description(
                "Time to advance to: RFC 3339 (`2026-01-02T00:00:00Z`) or a duration since the start of the world \
                 (`36h`). A clock that is there or later stays where it is.",
            ),
        ],
        ChangeKind::ChangeMarket => vec![
            Attribute::bool("reset").optional().description(
                "Undo all changes of the market instead. Either `scenario` or `reset = true` is required.",
            ),
            Attribute::dynamic("scenario").optional().description(
                "The rules: an object with any of `stock`, `prices`, `offers` and `quotas`, as in the provider's \
                 `scenario`. An outage of a zone is `{ stock = [{ zone_id = \"cn-heyuan-b\", pay_as_you_go = 0, spot = 0 \
                 }] }`.",
            ),
        ],
    }
}

/// Checks the arguments of a change at path `at`; unknown values are not checked yet.
pub(crate) fn validate(kind: ChangeKind, config: &Value, at: &Path, diagnostics: &mut Diagnostics) {
    match kind {
        ChangeKind::ReclaimSpot | ChangeKind::TerminateInstances => check_selection(config, at, diagnostics),
        ChangeKind::AdvanceClock => {
            clock_target(config, at, diagnostics);
        }
        ChangeKind::ChangeMarket => {
            market(config, at, diagnostics);
        }
        ChangeKind::ExecuteScalingRule => scaling_rule::validate(config, at, diagnostics),
    }
}

/// The change that wholly known arguments ask for; `None` after an error, which is reported.
pub(super) fn read(
    kind: ChangeKind,
    config: &Value,
    at: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<ChangeRequest> {
    let mut mistakes = Diagnostics::new();
    let change = match kind {
        ChangeKind::ReclaimSpot | ChangeKind::TerminateInstances => {
            check_selection(config, at, &mut mistakes);
            let selection = selection(config);
            Some(match kind {
                ChangeKind::ReclaimSpot => WorldChange::ReclaimSpot(selection),
                _ => WorldChange::TerminateInstances(selection),
            })
        }
        ChangeKind::AdvanceClock => clock_target(config, at, &mut mistakes).map(WorldChange::AdvanceClock),
        ChangeKind::ChangeMarket => market(config, at, &mut mistakes),
        ChangeKind::ExecuteScalingRule => {
            return scaling_rule::read(config, at, diagnostics).map(ChangeRequest::ScalingRule);
        }
    };
    let is_valid = !mistakes.has_errors();
    diagnostics.extend(mistakes);
    change.filter(|_| is_valid).map(ChangeRequest::World)
}

fn check_selection(config: &Value, at: &Path, diagnostics: &mut Diagnostics) {
    if let Some(zone_id) = text(config, "zone_id")
        && catalogue::zone(zone_id).is_none()
    {
        let meant = nearest(zone_id, catalogue::zones().iter().map(|zone| zone.id));
        let detail = format!("There is no zone {zone_id:?}.{}", did_you_mean_sentence(meant));
        diagnostics.error_at(at.clone().attribute("zone_id"), "Unknown Zone", detail);
    }
    if let Some(name) = text(config, "instance_type") {
        known_type(name, at.clone().attribute("instance_type"), diagnostics);
    }
    check::integer(config, at, "count", 0, diagnostics);
    for (index, id) in check::elements(config, "instance_ids").iter().enumerate() {
        if let Some(id) = id.as_str().filter(|id| !InstanceId::is_well_formed(id)) {
            diagnostics.error_at(
                at.clone().attribute("instance_ids").index(index),
                "Invalid Instance Id",
                format!("instance_ids lists {id:?}, but the id of an instance is i- with letters and digits."),
            );
        }
    }
}

fn selection(config: &Value) -> InstanceSelection {
    let ids = config.get("instance_ids").as_list();
    InstanceSelection {
        pools: Selector {
            zone_id: text(config, "zone_id").map(Into::into),
            instance_type: text(config, "instance_type").map(Into::into),
        },
        region_id: None,
        instance_ids: ids.map(|ids| ids.iter().filter_map(Value::as_str).map(InstanceId::from).collect()),
        count: config.get("count").as_number().and_then(Number::to_u64).and_then(|count| u32::try_from(count).ok()),
    }
}

/// The time to advance the clock to; `None` while it is unknown, and after an error.
fn clock_target(config: &Value, at: &Path, diagnostics: &mut Diagnostics) -> Option<ClockTarget> {
    check::not_both(config, at, "by", "to", diagnostics);
    if ["by", "to"].iter().all(|name| check::is_absent(config, name)) {
        check::missing(at, "by", "a duration, or to, a time", diagnostics);
    }
    let mut refuse = |name: &str, given: &str, what: &str| {
        let detail = format!("{name} is {given:?}, but it must be {what}.");
        diagnostics.error_at(at.clone().attribute(name), "Invalid Attribute Value", detail);
    };
    if let Some(given) = text(config, "by") {
        let span = Span::parse(given).ok().filter(|span| Time::START.plus(*span).is_representable());
        if span.is_none() {
            refuse("by", given, "a duration that is not negative, such as \"6h30m\"");
        }
        return span.map(ClockTarget::By);
    }
    let given = text(config, "to")?;
    let time = Time::parse_clock(given).ok();
    if time.is_none() {
        let what = "a time, such as \"2026-01-02T00:00:00Z\", or a duration since the start, such as \"36h\"";
        refuse("to", given, what);
    }
    time.map(ClockTarget::To)
}

/// The change of the market; `None` while it is unknown, and after an error.
fn market(config: &Value, at: &Path, diagnostics: &mut Diagnostics) -> Option<WorldChange> {
    let (scenario, reset) = (config.get("scenario"), config.get("reset"));
    if reset.is_unknown() || !scenario.is_wholly_known() {
        return None;
    }
    match (scenario.is_null(), reset.as_bool() == Some(true)) {
        (true, true) => Some(WorldChange::ResetMarket),
        (true, false) => {
            check::missing(at, "scenario", "the rules to add, or reset = true to undo all changes", diagnostics);
            None
        }
        (false, true) => {
            let detail = "scenario and reset exclude each other. Keep one of them.";
            diagnostics.error_at(at.clone().attribute("reset"), "Conflicting Arguments", detail);
            None
        }
        (false, false) => rules(scenario, at, diagnostics).map(WorldChange::ChangeMarket),
    }
}

fn rules(scenario: &Value, at: &Path, diagnostics: &mut Diagnostics) -> Option<MarketRules> {
    let path = at.clone().attribute("scenario");
    if let Some(text) = scenario.as_str() {
        let detail = format!("scenario is the text {text:?}, but it must be an object. Decode it with jsondecode.");
        diagnostics.error_at(path, "Invalid Scenario", detail);
        return None;
    }
    MarketRules::from_json(&dynamic_value::to_json(scenario))
        .map_err(|mistakes| {
            for mistake in mistakes {
                let detail = diagnostic::sentence(&format!("In scenario, {mistake}"));
                diagnostics.error_at(path.clone(), "Invalid Scenario", detail);
            }
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(kind: ChangeKind, config: &Value) -> Vec<String> {
        let mut diagnostics = Diagnostics::new();
        validate(kind, config, &Path::root("config"), &mut diagnostics);
        diagnostics.iter().map(|mistake| format!("{}: {}", mistake.path, mistake.detail)).collect()
    }

    #[test]
    fn mistakes_name_the_argument_the_value_and_what_was_meant() {
        let config = Value::object([
            ("zone_id", Value::from("cn-heyuan-bb")),
            ("instance_type", "ecs.g7.larg".into()),
            ("instance_ids", Value::list(["i-1", "vm-2"])),
            ("count", Value::from(-1)),
        ]);
        assert_eq!(
            mistakes(ChangeKind::ReclaimSpot, &config),
            [
                "config.zone_id: There is no zone \"cn-heyuan-bb\". Did you mean \"cn-heyuan-b\"?",
                "config.instance_type: There is no instance type \"ecs.g7.larg\". Did you mean \"ecs.g7.large\"?",
                "config.count: count is -1, but it must be a whole number of at least 0, and at most 4294967295.",
                "config.instance_ids[1]: instance_ids lists \"vm-2\", but the id of an instance is i- with letters and \
                 digits.",
            ]
        );
        let market = |scenario: Value| mistakes(ChangeKind::ChangeMarket, &Value::object([("scenario", scenario)]));
        let rule = Value::object([("zone_id", "cn-heyuan-bb")]);
        assert_eq!(
            market(Value::object([("stock", Value::list([rule])), ("seed", 7.into())])),
            [
                "config.scenario: In scenario, seed: there is no argument `seed`; expected one of `stock`, `prices`, \
                 `offers`, `quotas`.",
                "config.scenario: In scenario, stock[0].zone_id: there is no zone `cn-heyuan-bb`; did you mean \
                 `cn-heyuan-b`?",
            ]
        );
        assert_eq!(market("{}".into()).len(), 1);
    }

    #[test]
    fn either_of_two_arguments_is_required_and_unknown_ones_are_left_for_later() {
        for kind in [ChangeKind::AdvanceClock, ChangeKind::ChangeMarket] {
            let [first, second] = &kind.attributes()[..] else { panic!("two arguments") };
            assert_eq!(mistakes(kind, &Value::object::<&str, Value>([])).len(), 1, "{kind:?}");
            assert_eq!(mistakes(kind, &Value::object([(&*first.name, Value::Unknown)])), [""; 0], "{kind:?}");
            assert_eq!(mistakes(kind, &Value::object([(&*second.name, Value::Unknown)])), [""; 0], "{kind:?}");
        }
        let both = Value::object([("by", "6h"), ("to", "7h")]);
        assert_eq!(
            mistakes(ChangeKind::AdvanceClock, &both),
            ["config.to: by and to exclude each other. Keep one of them."]
        );
        for (name, given) in [("by", "soon"), ("by", "-1h"), ("to", "system"), ("to", "2026-01-01")] {
            assert_eq!(
                mistakes(ChangeKind::AdvanceClock, &Value::object([(name, given)])).len(),
                1,
                "{name} = {given}"
            );
        }
    }

    #[test]
    fn a_selection_is_what_was_written() {
        let read = |config: Value| {
            let mut diagnostics = Diagnostics::new();
            let change = read(ChangeKind::ReclaimSpot, &config, &Path::default(), &mut diagnostics);
            assert!(diagnostics.is_empty());
            let Some(ChangeRequest::World(WorldChange::ReclaimSpot(selection))) = change else { panic!("{change:?}") };
            selection
        };
        assert_eq!(read(Value::object::<&str, Value>([])), InstanceSelection::default());
        let none = read(Value::object([("instance_ids", Value::List(vec![])), ("count", 0.into())]));
        assert_eq!((none.instance_ids, none.count), (Some([].into()), Some(0)));
    }
}
