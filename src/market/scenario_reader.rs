//! Reads a scenario from JSON and reports every mistake with its path.
//!
//! HCL arrives here after the CLI has converted it: lists, tuples and sets are arrays, objects and maps are objects, a
//! number may have become a string. `null` means absent at every level.

mod record;
mod sections;
mod value_reader;

use serde_json::Value;

use self::value_reader::{ValuePath, ValueReader};
use super::change::MarketRules;
use super::scenario::Scenario;
use super::scenario_lines;

/// One mistake in a scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}{}", self.location(), self.advice())]
pub struct ScenarioError {
    /// The path inside the scenario: `stock[0].zone_id`; empty for the scenario itself.
    pub path: String,
    /// What is wrong, with the value in backticks.
    pub problem: String,
    /// What would be valid, if known.
    pub help: Option<String>,
}

impl Scenario {
    /// Reads a scenario from JSON; `null` is the empty scenario.
    ///
    /// # Errors
    /// Every mistake found: unknown keys, zones, types, codes and names, wrong kinds of values, numbers out of range.
    pub fn from_json(json: &Value) -> Result<Self, Vec<ScenarioError>> {
        let mut reader = ValueReader::default();
        let scenario = sections::scenario(&ValuePath::root(json), &mut reader);
        let mistakes = reader.into_mistakes();
        if mistakes.is_empty() { Ok(scenario) } else { Err(mistakes) }
    }
}

impl MarketRules {
    /// Reads the rules that a world can keep, from JSON in the form of a scenario.
    ///
    /// # Errors
    /// Every mistake found; a member of scenarios that is no rule about the market is one.
    pub fn from_json(json: &Value) -> Result<Self, Vec<ScenarioError>> {
        let mut reader = ValueReader::default();
        let rules = sections::market_rules(&ValuePath::root(json), &mut reader);
        let mistakes = reader.into_mistakes();
        if mistakes.is_empty() { Ok(rules) } else { Err(mistakes) }
    }
}

impl ScenarioError {
    /// The line of the JSON text, from 1, of the mistake; `None` if the text has no value at its path.
    #[must_use]
    pub fn line_in(&self, json_text: &str) -> Option<usize> {
        scenario_lines::line_of(json_text, &self.path)
    }

    /// The mistake behind the name of its file and its line.
    #[must_use]
    pub fn in_file(&self, name: &str, json_text: &str) -> String {
        let line = self.line_in(json_text).map_or_else(String::new, |line| format!(", line {line}"));
        format!("{name}{line}: {self}")
    }

    fn location(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("{}: ", self.path) }
    }

    fn advice(&self) -> String {
        self.help.as_ref().map_or_else(String::new, |help| format!("; {help}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Span;
    use crate::base::{Billing, Decimal, Hour};
    use crate::catalogue::{Architecture, DiskCategory};
    use crate::market::scenario::{
        Fault, FaultTarget, OfferRule, PriceRule, Quota, ScenarioEvent, ScenarioEventKind, ScenarioImage,
        ScenarioKeyPair, Selector, StandInRule, StockRule,
    };
    use crate::market::{Limit, Operation, PoolRecord};

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJuycCPaGdDjHkY7F9UgeUlnx8kLICgiAlRTry3IdmKv";

    fn read(json: &str) -> Result<Scenario, Vec<ScenarioError>> {
        Scenario::from_json(&serde_json::from_str(json).unwrap())
    }

    fn mistakes(json: &str) -> Vec<String> {
        read(json).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn everything_is_optional_and_null_means_absent_at_every_level() {
        let nothing = Ok(Scenario::default());
        for json in [
            "null",
            "{}",
            r#"{"seed": null, "stock": null, "limits": null, "events": null}"#,
            r#"{"stock": [null], "product_codes": [null], "limits": {"run_instances": null}}"#,
        ] {
            assert_eq!(read(json), nothing, "{json}");
        }
        let rule =
            read(r#"{"stock": [{"zone_id": null, "instance_type": null, "pay_as_you_go": null, "spot": null}]}"#);
        assert_eq!(rule.unwrap().stock, [StockRule::default()]);
    }

    #[test]
    fn every_member_is_read() {
        let json = r#"{
            "seed": 42,
            "stock": [{"zone_id": "cn-heyuan-b", "instance_type": "ecs.g7.large", "pay_as_you_go": 0, "spot": 2}],
            "prices": [{"zone_id": "cn-heyuan-b", "pay_as_you_go": 0.15, "spot": 0.05}],
            "offers": [{"instance_type": "ecs.g7.large", "on_sale": false, "disk_categories": ["cloud_essd"]}],
            "quotas": [{"charge_type": "Spot", "vcpus": 10}, {"vcpus": 20}],
            "limits": {"run_instances": 5},
            "faults": [
                {"operation": "RunInstances", "error_code": "InternalError", "times": 2, "skip": 1},
                {"operation": "CreateAutoProvisioningGroup", "after_commit": true}
            ],
            "events": [
                {"at": "3h", "reclaim_spot": {"zone_id": "cn-heyuan-b", "count": 1}},
                {"at": "0s", "terminate_instances": {}},
                {"at": "1d", "stock": {"spot": 0}, "prices": {"spot": 1}}
            ],
            "key_pairs": [{"name": "deploy", "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJuycCPaGdDjHkY7F9UgeUlnx8kLICgiAlRTry3IdmKv\n"}],
            "product_codes": ["774F4FF8"],
            "images": [{"image_id": "m-mine", "name": "mine", "architecture": "arm64", "product_code": "paid"}],
            "stand_ins": {"alicloud_slb_load_balancer": {"address": "10.0.0.9", "name": null, "replace": ["vswitch_id"]}},
            "series": [{"zone_id": "cn-heyuan-b", "instance_type": "ecs.g7.large", "start": "2026-01-01T02:00:00+01:00",
                "spot_price": [0.1, "0.2"], "spot": [3]}, {"zone_id": "cn-heyuan-b", "instance_type": "ecs.g7.large", "start": "5h",
                "pay_as_you_go": ["7", 8, 0], "spot": null}],
            "series_offset": "48h"
        }"#;
        let heyuan = Selector { zone_id: Some("cn-heyuan-b".into()), instance_type: None };
        let large = Selector { zone_id: None, instance_type: Some("ecs.g7.large".into()) };
        let both = Selector { zone_id: heyuan.zone_id.clone(), instance_type: large.instance_type.clone() };
        let hours = |hours: i64| Span::from_seconds(hours * 3_600);
        let record = |start| PoolRecord {
            zone_id: "cn-heyuan-b".into(),
            instance_type: "ecs.g7.large".into(),
            start: Hour(start),
            spot_price: [].into(),
            spot: [].into(),
            pay_as_you_go: [].into(),
        };
        let expected = Scenario {
            seed: 42,
            stock: vec![StockRule { pools: both, pay_as_you_go: Some(0), spot: Some(2) }],
            prices: vec![PriceRule {
                pools: heyuan.clone(),
                pay_as_you_go: Some(Decimal::new(15, 2)),
                spot: Some(Decimal::new(5, 2)),
            }],
            offers: vec![OfferRule {
                pools: large,
                on_sale: Some(false),
                disk_categories: Some(vec![DiskCategory::CloudEssd]),
            }],
            quotas: vec![Quota { charge_type: Some(Billing::Spot), vcpus: 10 }, Quota { charge_type: None, vcpus: 20 }],
            limits: [(Limit::RunInstances, 5)].into(),
            faults: vec![
                Fault {
                    operation: FaultTarget::Operation(Operation::RunInstances),
                    error_code: "InternalError",
                    times: 2,
                    skip: 1,
                    after_commit: false,
                },
                Fault {
                    operation: FaultTarget::Operation(Operation::CreateAutoProvisioningGroup),
                    error_code: "ServiceUnavailable",
                    times: 1,
                    skip: 0,
                    after_commit: true,
                },
            ],
            events: vec![
                ScenarioEvent { at: hours(3), what: ScenarioEventKind::ReclaimSpot { pools: heyuan, count: Some(1) } },
                ScenarioEvent {
                    at: hours(0),
                    what: ScenarioEventKind::TerminateInstances { pools: Selector::default(), count: None },
                },
                ScenarioEvent {
                    at: hours(24),
                    what: ScenarioEventKind::Stock(StockRule { spot: Some(0), ..StockRule::default() }),
                },
                ScenarioEvent {
                    at: hours(24),
                    what: ScenarioEventKind::Prices(PriceRule { spot: Some(Decimal::ONE), ..PriceRule::default() }),
                },
            ],
            key_pairs: vec![ScenarioKeyPair { name: "deploy".into(), public_key: Some(ED25519.to_owned()) }],
            product_codes: vec!["774F4FF8".to_owned()],
            images: vec![ScenarioImage {
                image_id: "m-mine".into(),
                name: Some("mine".to_owned()),
                architecture: Some(Architecture::Arm64),
                product_code: Some("paid".to_owned()),
            }],
            stand_ins: [(
                "alicloud_slb_load_balancer".to_owned(),
                StandInRule {
                    values: [("address".to_owned(), "10.0.0.9".into())].into(),
                    replace: vec!["vswitch_id".to_owned()],
                },
            )]
            .into(),
            series: vec![
                PoolRecord {
                    spot_price: [Decimal::new(1, 1), Decimal::new(2, 1)].into(),
                    spot: [3].into(),
                    ..record(1)
                },
                PoolRecord { pay_as_you_go: [7, 8, 0].into(), ..record(5) },
            ],
            series_offset: hours(48),
        };
        assert_eq!(read(json), Ok(expected));
    }

    #[test]
    fn numbers_and_booleans_may_be_strings_and_keep_all_digits() {
        let as_strings = r#"{"seed": "7", "stock": [{"spot": "2"}], "prices": [{"spot": "0.05"}],
            "offers": [{"on_sale": "false"}], "limits": {"run_instances": "5"}}"#;
        let as_values = r#"{"seed": 7.0, "stock": [{"spot": 2e0}], "prices": [{"spot": 5e-2}],
            "offers": [{"on_sale": false}], "limits": {"run_instances": 5}}"#;
        assert_eq!(read(as_strings), read(as_values));
        assert_eq!(read(r#"{"seed": 18446744073709551615}"#).unwrap().seed, u64::MAX);
        let price = read(r#"{"prices": [{"spot": 0.1234567890123456789}]}"#).unwrap().prices[0].spot.unwrap();
        assert_eq!(price.to_string(), "0.1234567890123456789");
        // A third, as the CLI writes it: more digits than a decimal holds.
        let third = read(&format!(r#"{{"prices": [{{"spot": 0.{}}}]}}"#, "3".repeat(150))).unwrap();
        assert_eq!(third.prices[0].spot.unwrap().scale(), 28);
    }

    #[test]
    fn a_misspelt_name_is_reported_with_its_path_and_the_nearest_name() {
        for (json, expected) in [
            (r#"{"stok": []}"#, "stok: there is no argument `stok`; did you mean `stock`?"),
            (
                r#"{"stock": [{}, {"zone": "cn-heyuan-b"}]}"#,
                "stock[1].zone: there is no argument `zone`; did you mean `zone_id`?",
            ),
            (
                r#"{"stock": [{"zone_id": "cn-heyuan-bb"}]}"#,
                "stock[0].zone_id: there is no zone `cn-heyuan-bb`; did you mean `cn-heyuan-b`?",
            ),
            (
                r#"{"prices": [{"instance_type": "ecs.s6-c1m1.smal"}]}"#,
                "prices[0].instance_type: there is no instance type `ecs.s6-c1m1.smal`; did you mean `ecs.s6-c1m1.small`?",
            ),
            (
                r#"{"offers": [{"disk_categories": ["cloud_sdd"]}]}"#,
                "offers[0].disk_categories[0]: there is no disk category `cloud_sdd`; did you mean `cloud_ssd`?",
            ),
            (
                r#"{"faults": [{"operation": "RunInstance", "error_code": "InternalError"}]}"#,
                "faults[0].operation: there is no operation `RunInstance`; did you mean `RunInstances`?",
            ),
            (
                r#"{"faults": [{"operation": "RunInstances", "error_code": "InternalErr"}]}"#,
                "faults[0].error_code: there is no error code `InternalErr`; did you mean `InternalError`?",
            ),
            (
                r#"{"faults": [{"operation": "Zebra", "error_code": "InternalError"}]}"#,
                "faults[0].operation: there is no operation `Zebra`; did you mean `CreateRole`?",
            ),
            (
                r#"{"limits": {"run_instance": 3}}"#,
                "limits.run_instance: there is no argument `run_instance`; did you mean `run_instances`?",
            ),
            (
                r#"{"quotas": [{"charge_type": "OnDemand", "vcpus": 3}]}"#,
                "quotas[0].charge_type: there is no charge type `OnDemand`; expected one of `PayAsYouGo`, `Spot`",
            ),
            (
                r#"{"events": [{"at": "1h", "reclaim_spot": {"zone_id": "us-east-1z"}}]}"#,
                "events[0].reclaim_spot.zone_id: there is no zone `us-east-1z`; did you mean `us-east-1a`?",
            ),
            (
                r#"{"images": [{"image_id": "m-1", "architecture": "x86"}]}"#,
                "images[0].architecture: there is no architecture `x86`; did you mean `x86_64`?",
            ),
        ] {
            assert_eq!(mistakes(json), [expected], "{json}");
        }
    }

    #[test]
    fn a_value_out_of_range_or_of_the_wrong_type_is_reported_with_its_path() {
        for (json, expected) in [
            ("[]", "a list is not an object"),
            (r#"{"stock": {}}"#, "stock: an object is not a list; even a single one stands in a list"),
            (r#"{"stock": ["a"]}"#, "stock[0]: `a` is not an object"),
            (r#"{"seed": -1}"#, "seed: `-1` is not a whole number from 0 to 18446744073709551615"),
            (r#"{"stock": [{"spot": 1.5}]}"#, "stock[0].spot: `1.5` is not a whole number from 0 to 4294967295"),
            (r#"{"stock": [{"spot": -2}]}"#, "stock[0].spot: `-2` is not a whole number from 0 to 4294967295"),
            (r#"{"stock": [{"spot": "many"}]}"#, "stock[0].spot: `many` is not a number"),
            (r#"{"stock": [{"spot": "1_000"}]}"#, "stock[0].spot: `1_000` is not a number"),
            (r#"{"prices": [{"spot": 0}]}"#, "prices[0].spot: `0` is not a price above 0, up to 1000000000"),
            (r#"{"offers": [{"on_sale": 1}]}"#, "offers[0].on_sale: `1` is not true or false"),
            (r#"{"quotas": [{}]}"#, "quotas[0]: `vcpus` is missing"),
            (r#"{"faults": [{"operation": "RunInstances"}]}"#, "faults[0]: `error_code` is missing"),
            (r#"{"key_pairs": [{}]}"#, "key_pairs[0]: `name` is missing"),
            (
                r#"{"key_pairs": [{"name": "b"}, {"name": "a", "public_key": "ssh-rsa"}]}"#,
                "key_pairs[1].public_key: the public key has nothing after its type `ssh-rsa`",
            ),
            (r#"{"images": [{"image_id": 3}]}"#, "images[0].image_id: `3` is not a string"),
            (r#"{"events": [{"stock": {}}]}"#, "events[0]: `at` is missing"),
            (
                r#"{"events": [{"at": "-1h", "stock": {}}]}"#,
                "events[0].at: `-1h` is not a duration since the start of the world, such as \"6h30m\"",
            ),
            (
                r#"{"events": [{"at": "1h"}]}"#,
                "events[0]: the event has no action; an event has one of `reclaim_spot`, \
                 `terminate_instances`, `stock`, `prices`",
            ),
        ] {
            assert_eq!(mistakes(json), [expected], "{json}");
        }
    }

    #[test]
    fn hostile_numbers_are_mistakes_not_panics() {
        let texts =
            ["", " ", "+", "-", ".", "e5", "1e", "--1", "0x10", "1e999999999999", "1e-99999999999", "NaN", "inf"];
        for text in texts {
            assert!(read(&format!(r#"{{"prices": [{{"spot": "{text}"}}]}}"#)).is_err(), "{text}");
        }
        for number in ["1e40", "1e-40", "1e-99999999999", "-0", "123456789012345678901234567890123"] {
            assert!(read(&format!(r#"{{"prices": [{{"spot": {number}}}]}}"#)).is_err(), "{number}");
        }
    }

    #[test]
    fn all_mistakes_are_reported_not_only_the_first() {
        let json = r#"{"sed": 1, "stock": [{"zone_id": "x", "spot": -1}], "limits": {"a.b": 1}}"#;
        let paths: Vec<String> = read(json).unwrap_err().into_iter().map(|mistake| mistake.path).collect();
        assert_eq!(paths, ["sed", "stock[0].zone_id", "stock[0].spot", r#"limits["a.b"]"#]);
    }

    #[test]
    fn a_mistake_in_a_file_has_a_line() {
        let json = "{\n  \"seed\": 1,\n  \"stock\": [\n    {\"spot\": 1},\n    {\"zone_id\": \"x\",\n     \"spt\": 1}\n  ]\n}\n";
        let found: Vec<_> =
            read(json).unwrap_err().into_iter().map(|mistake| (mistake.line_in(json), mistake.path)).collect();
        assert_eq!(found, [(Some(6), "stock[1].spt".to_owned()), (Some(5), "stock[1].zone_id".to_owned())]);
    }
}
