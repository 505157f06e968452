//! Changes of the market that a world keeps: rules for every caller, whatever its scenario says (W10).

use std::fmt;

use serde_json::{Map, Value, json};

use super::scenario::{OfferRule, PriceRule, Quota, Selector, StockRule};
use crate::base::{ApiEnum, Billing, Time};

/// Rules that were added to a world at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketChange {
    /// From when on the rules hold.
    pub from: Time,
    /// From when on they hold no longer, because they were taken back.
    pub until: Option<Time>,
    pub rules: MarketRules,
}

/// The members of a scenario that are rules about the market. In each list later rules win.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarketRules {
    pub stock: Vec<StockRule>,
    pub prices: Vec<PriceRule>,
    pub offers: Vec<OfferRule>,
    pub quotas: Vec<Quota>,
}

impl MarketChange {
    /// Whether the rules have not been taken back.
    #[must_use]
    pub const fn is_in_force(&self) -> bool {
        self.until.is_none()
    }
}

impl MarketRules {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The rules in the form in which a scenario has them, without what they leave open.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut members = Map::new();
        let mut add = |name: &str, rules: Vec<Value>| {
            if !rules.is_empty() {
                members.insert(name.to_owned(), rules.into());
            }
        };
        add("stock", self.stock.iter().map(stock_json).collect());
        add("prices", self.prices.iter().map(price_json).collect());
        add("offers", self.offers.iter().map(offer_json).collect());
        add("quotas", self.quotas.iter().map(quota_json).collect());
        members.into()
    }

    /// One line per rule.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let stock = self.stock.iter().map(|rule| {
            let numbers = both(rule.pay_as_you_go, rule.spot);
            format!("stock of {}: {numbers}", pools(&rule.pools))
        });
        let prices = self.prices.iter().map(|rule| {
            let numbers = both(rule.pay_as_you_go, rule.spot);
            format!("prices of {}: {numbers}", pools(&rule.pools))
        });
        let offers = self.offers.iter().map(|rule| format!("offer of {}: {}", pools(&rule.pools), offered(rule)));
        let quotas = self.quotas.iter().map(|quota| {
            let charged = quota.charge_type.map_or("both charge types", billing_text);
            format!("quota of {charged}: {} vCPUs", quota.vcpus)
        });
        stock.chain(prices).chain(offers).chain(quotas).collect()
    }
}

/// The pools that a rule is about, in words.
pub(super) fn pools(selector: &Selector) -> String {
    let instance_type = selector.instance_type.as_ref().map_or_else(|| "every type".to_owned(), ToString::to_string);
    let zone = selector.zone_id.as_ref().map_or_else(|| "every zone".to_owned(), ToString::to_string);
    format!("{instance_type} in {zone}")
}

fn both<T: fmt::Display>(pay_as_you_go: Option<T>, spot: Option<T>) -> String {
    let part = |billing, number: Option<T>| number.map(|number| format!("{} {number}", billing_text(billing)));
    let parts = [part(Billing::PayAsYouGo, pay_as_you_go), part(Billing::Spot, spot)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "unchanged".to_owned() } else { parts.join(", ") }
}

fn offered(rule: &OfferRule) -> String {
    let sale = rule.on_sale.map(|on_sale| if on_sale { "on sale" } else { "not on sale" }.to_owned());
    let disks = rule.disk_categories.as_ref().map(|categories| {
        let names: Vec<&str> = categories.iter().map(|category| category.api_name()).collect();
        format!("disk categories {}", if names.is_empty() { "none".to_owned() } else { names.join(", ") })
    });
    let parts: Vec<String> = [sale, disks].into_iter().flatten().collect();
    if parts.is_empty() { "unchanged".to_owned() } else { parts.join(", ") }
}

const fn billing_text(billing: Billing) -> &'static str {
    match billing {
        Billing::PayAsYouGo => "pay-as-you-go",
        Billing::Spot => "spot",
    }
}

fn stock_json(rule: &StockRule) -> Value {
    object(&rule.pools, [("pay_as_you_go", rule.pay_as_you_go.map(Value::from)), ("spot", rule.spot.map(Value::from))])
}

/// Prices are texts, which keep every digit.
fn price_json(rule: &PriceRule) -> Value {
    let price = |price: Option<crate::base::Decimal>| price.map(|price| Value::from(price.to_string()));
    object(&rule.pools, [("pay_as_you_go", price(rule.pay_as_you_go)), ("spot", price(rule.spot))])
}

fn offer_json(rule: &OfferRule) -> Value {
    let categories = rule.disk_categories.as_ref();
    let categories = categories.map(|listed| listed.iter().map(|category| Value::from(category.api_name())).collect());
    object(&rule.pools, [("on_sale", rule.on_sale.map(Value::from)), ("disk_categories", categories)])
}

fn quota_json(quota: &Quota) -> Value {
    match quota.charge_type {
        Some(charge_type) => json!({ "charge_type": charge_type.api_name(), "vcpus": quota.vcpus }),
        None => json!({ "vcpus": quota.vcpus }),
    }
}

fn object<const N: usize>(pools: &Selector, members: [(&str, Option<Value>); N]) -> Value {
    let zone_id = pools.zone_id.as_ref().map(|zone_id| Value::from(zone_id.as_str()));
    let instance_type = pools.instance_type.as_ref().map(|name| Value::from(name.as_str()));
    let pools = [("zone_id", zone_id), ("instance_type", instance_type)];
    let members = pools.into_iter().chain(members).filter_map(|(name, value)| Some((name.to_owned(), value?)));
    members.collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Value {
        json!({
            "stock": [{ "zone_id": "cn-heyuan-b", "pay_as_you_go": 0, "spot": 0 }, { "spot": 4 }],
            "prices": [{ "instance_type": "ecs.g7.large", "spot": "0.0500" }],
            "offers": [{ "zone_id": "cn-heyuan-a", "on_sale": false }, { "disk_categories": ["cloud_essd"] }],
            "quotas": [{ "vcpus": 20 }, { "charge_type": "Spot", "vcpus": 4 }],
        })
    }

    #[test]
    fn rules_read_back_as_they_were_written() {
        let read = MarketRules::from_json(&rules()).unwrap();
        assert_eq!(read.to_json(), rules());
        assert_eq!(MarketRules::from_json(&read.to_json()).unwrap(), read);
        assert!(MarketRules::from_json(&json!({ "stock": [] })).unwrap().is_empty());
    }

    #[test]
    fn every_rule_is_a_line() {
        let lines = MarketRules::from_json(&rules()).unwrap().lines();
        assert_eq!(
            lines,
            [
                "stock of every type in cn-heyuan-b: pay-as-you-go 0, spot 0",
                "stock of every type in every zone: spot 4",
                "prices of ecs.g7.large in every zone: spot 0.0500",
                "offer of every type in cn-heyuan-a: not on sale",
                "offer of every type in every zone: disk categories cloud_essd",
                "quota of both charge types: 20 vCPUs",
                "quota of spot: 4 vCPUs",
            ]
        );
    }

    #[test]
    fn only_rules_about_the_market_are_taken_and_mistakes_have_their_path() {
        let mistakes = |json: Value| -> Vec<String> {
            MarketRules::from_json(&json).unwrap_err().iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            mistakes(json!({ "seed": 4 })),
            ["seed: there is no argument `seed`; expected one of `stock`, `prices`, `offers`, `quotas`"]
        );
        assert_eq!(
            mistakes(json!({ "stock": [{ "zone_id": "cn-heyuan-bb" }], "price": [] })),
            [
                "price: there is no argument `price`; did you mean `prices`?",
                "stock[0].zone_id: there is no zone `cn-heyuan-bb`; did you mean `cn-heyuan-b`?",
            ]
        );
        assert_eq!(mistakes(json!([])), ["a list is not an object"]);
    }
}
