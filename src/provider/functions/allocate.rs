//! `allocate(pools, target, strategy)`: one pass of an auto provisioning group, on paper.

use async_trait::async_trait;

use crate::alloc::{AllocationRequest, AllocationStrategy, CandidatePool, Strategy, allocate};
use crate::base::api_enum::alternatives;
use crate::base::nearest::nearest_clause;
use crate::base::wording::with_separators;
use crate::base::{ApiEnum, Decimal, InstanceTypeName, ZoneId};
use crate::provider::functions::argument::{Item, decimal, items, refusal};
use crate::tf::provider::{FunctionError, Parameter, Signature};
use crate::tf::{Function, Type, Value};

const POOLS: i64 = 0;
const TARGET: i64 = 1;
const STRATEGY: i64 = 2;

/// Pools of one call: more would take longer than a plan should wait.
const MAX_POOLS: usize = 1_000;

const KEYS: &[&str] = &["zone_id", "instance_type", "price", "weight", "stock", "priority"];

#[derive(Debug)]
pub(crate) struct AllocateFunction;

#[async_trait]
impl Function for AllocateFunction {
    fn signature(&self) -> Signature {
        Signature {
            summary: "Spreads units of capacity over pools",
            description: "Spreads a target over pools by an allocation strategy, exactly as a pass of \
                          `simcloud_auto_provisioning_group` does, but on the stock and prices given here: nothing is \
                          launched and no world is looked at. Returns a list of objects with `zone_id`, \
                          `instance_type` and `amount`, one for each pool that gets instances, in the order in which \
                          the strategy first tries them. Weights round up: the last instance may overshoot the target. \
                          Where the pools have too little, what they have is returned, so compare the units.\n\nZones \
                          and instance types are names only; they need not exist, and each element is a pool of its \
                          own. Numbers of more than 28 digits are rounded.",
            parameters: vec![
                Parameter {
                    name: "pools",
                    value_type: Type::Dynamic,
                    description: "List of at most 1,000 objects with `zone_id`, `instance_type`, `price` (of one instance for one \
                                  hour), `stock` (free instances) and, optionally, `weight` (units that one instance \
                                  delivers, above 0, default 1) and `priority` (0 first, absent last; for \
                                  `prioritized`)."
                        .into(),
                },
                Parameter {
                    name: "target",
                    value_type: Type::Number,
                    description: "Units to deliver; 0 or more.".into(),
                },
                Parameter {
                    name: "strategy",
                    value_type: Type::String,
                    description: format!("{}.", alternatives(AllocationStrategy::NAMES)).into(),
                },
            ],
            result: Type::list(Type::object([
                ("zone_id", Type::String),
                ("instance_type", Type::String),
                ("amount", Type::Number),
            ])),
        }
    }

    async fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [list, target, strategy] = arguments.as_slice() else {
            return Err(refusal(POOLS, "three arguments are needed"));
        };
        if let Some(count) = list.as_list().map(<[Value]>::len).filter(|count| *count > MAX_POOLS) {
            let text = format!(
                "pools has {} elements, but it must have at most {}",
                with_separators(count),
                with_separators(MAX_POOLS)
            );
            return Err(refusal(POOLS, text));
        }
        let items = items(POOLS, "pools", list, KEYS)?;
        let pools: Vec<CandidatePool> = items.iter().enumerate().map(pool).collect::<Result<_, _>>()?;
        // Addresses limit nothing here: each pool has the largest number of them.
        let free_addresses = vec![u32::MAX; pools.len()];
        let request = AllocationRequest {
            strategy: strategy_of(strategy)?,
            target: target_of(target)?,
            pools: &pools,
            free_addresses: &free_addresses,
            free_vcpus: None,
        };
        let allocation = allocate(&request);
        let launched = allocation.pools.iter().filter(|allocated| allocated.amount > 0);
        Ok(Value::list(launched.map(|allocated| {
            let pool = &pools[allocated.pool];
            Value::object([
                ("zone_id", Value::from(pool.zone_id.as_str())),
                ("instance_type", pool.instance_type.as_str().into()),
                ("amount", allocated.amount.into()),
            ])
        })))
    }
}

fn pool((index, item): (usize, &Item)) -> Result<CandidatePool, FunctionError> {
    let price = item.required("price", item.number("price")?)?;
    if price < Decimal::ZERO {
        return Err(item.refuse("price", &format!("is `{price}`, but it must not be below 0")));
    }
    let weight = item.number("weight")?.unwrap_or(Decimal::ONE);
    if weight <= Decimal::ZERO {
        return Err(item.refuse("weight", &format!("is `{weight}`, but it must be above 0")));
    }
    Ok(CandidatePool {
        zone_id: ZoneId::from(item.text("zone_id")?),
        instance_type: InstanceTypeName::from(item.text("instance_type")?),
        price,
        weight,
        priority: item.integer("priority", 0)?,
        free: item.required("stock", item.integer("stock", 0)?)?,
        vswitch: index,
        vcpus: 0,
    })
}

fn target_of(value: &Value) -> Result<Decimal, FunctionError> {
    let target = value.as_number().and_then(decimal).filter(|target| *target >= Decimal::ZERO);
    target
        .ok_or_else(|| refusal(TARGET, format!("target is `{value}`, but it must be a number from 0 up to 28 digits")))
}

fn strategy_of(value: &Value) -> Result<Strategy, FunctionError> {
    let name = value.as_str().unwrap_or_default();
    AllocationStrategy::parse(name).map(Strategy::from).map_err(|unknown| {
        let hint = nearest_clause(unknown.nearest());
        refusal(STRATEGY, format!("there is no strategy `{name}`{hint}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pools from lines of `zone weight @price stock`, each of a type named like its place.
    fn pools(lines: &str) -> Value {
        Value::list(lines.split(", ").enumerate().map(|(index, line)| {
            let mut words = line.split(' ');
            let mut next = || words.next().unwrap();
            let (zone, weight, price, stock) = (next(), next(), next(), next());
            Value::object([
                ("zone_id", Value::from(zone)),
                ("instance_type", format!("t{index}").into()),
                ("weight", weight.into()),
                ("price", price.trim_start_matches('@').into()),
                ("stock", stock.into()),
            ])
        }))
    }

    /// Amounts by instance type, as `t0 3, t2 1`.
    async fn call(pools: Value, target: impl Into<Value>, strategy: &str) -> Result<String, (Option<i64>, String)> {
        let placed = AllocateFunction.call(vec![pools, target.into(), strategy.into()]).await;
        let placed = placed.map_err(|error| (error.argument, error.text))?;
        let line = |row: &Value| {
            let (name, amount) = (row.get("instance_type").as_str().unwrap(), row.get("amount").as_number().unwrap());
            format!("{name} {amount}")
        };
        Ok(placed.as_list().unwrap().iter().map(line).collect::<Vec<_>>().join(", "))
    }

    /// The vectors of the strategies, and one per strategy (G5).
    #[tokio::test]
    async fn g5_the_strategies_do_what_a_group_does() {
        for (lines, target, strategy, expected) in [
            ("a 8 @1 9, a 1 @0.25 9", 9, "lowest-price", "t0 1, t1 1"),
            ("a 1 @.32 9, b 1 @.31 9, c 1 @.30 9", 7, "diversified", "t2 3, t1 2, t0 2"),
            ("a 1 @1 3, b 1 @9 8", 4, "capacity-optimized", "t1 4"),
            ("a 4 @0.5 1, a 3 @0.3 9", 4, "optimal", "t0 1"),
            ("a 1 @1 2, b 1 @2 9", 5, "lowest-price", "t0 2, t1 3"),
            ("a 1 @1 2", 5, "optimal", "t0 2"),
            ("a 1 @1 0", 5, "lowest-price", ""),
            ("a 1 @1 2", 0, "lowest-price", ""),
        ] {
            assert_eq!(call(pools(lines), target, strategy).await.as_deref(), Ok(expected), "{strategy}: {lines}");
        }
    }

    /// Many pools of fine weights took minutes, on the thread that answers every call.
    #[tokio::test]
    async fn a_thousand_pools_are_taken_and_more_are_refused() {
        let many = |count: u32, price: fn(u32) -> u32| {
            let line = |n: u32| {
                format!("z{} {}.{:02} @{} {}", n % 7, 1 + n % 9, n * 37 % 100, price(n), 50 + n * 7919 % 100_000)
            };
            pools(&(0..count).map(line).collect::<Vec<_>>().join(", "))
        };
        for strategy in AllocationStrategy::NAMES {
            for target in [1_000, 100_000, 40_000_000] {
                for price in [|n: u32| 100 + n * 13 % 97, |n: u32| (1 + n % 9) * 100 + n * 37 % 100] {
                    // Without optimisation a tenth of them takes as long.
                    let count = if cfg!(debug_assertions) { 100 } else { 1_000 };
                    call(many(count, price), target, strategy).await.unwrap();
                }
            }
        }
        let refused = call(many(1_001, |_| 1), 1, "optimal").await;
        assert_eq!(refused, Err((Some(0), "pools has 1,001 elements, but it must have at most 1,000".to_owned())));
    }

    #[tokio::test]
    async fn priority_0_is_first_and_the_weight_is_1_unless_given() {
        let pool = |name: &str, priority: Value| {
            Value::object([
                ("zone_id", Value::from("a")),
                ("instance_type", name.into()),
                ("price", 1.into()),
                ("stock", 2.into()),
                ("priority", priority),
            ])
        };
        let pools = Value::list([pool("last", Value::Null), pool("second", "7".into()), pool("first", 0.into())]);
        assert_eq!(call(pools, 5, "prioritized").await.as_deref(), Ok("first 2, second 2, last 1"));
    }

    #[tokio::test]
    async fn what_is_wrong_is_said_with_value_and_place() {
        let one = || pools("a 1 @1 2");
        let with = |key: &str, value: Value| {
            let mut pool = one().element(0).clone();
            pool.set(key, value);
            Value::list([pool])
        };
        for (pools, target, strategy, expected) in [
            (
                one(),
                Value::from(1),
                "lowest_price",
                (2, "there is no strategy `lowest_price`; the nearest is `lowest-price`"),
            ),
            (one(), (-1).into(), "optimal", (1, "target is `-1`, but it must be a number from 0 up to 28 digits")),
            (
                with("wieght", 1.into()),
                1.into(),
                "optimal",
                (0, "pools[0] has the unknown key `wieght`; the nearest is `weight`"),
            ),
            (with("weight", 0.into()), 1.into(), "optimal", (0, "pools[0].weight is `0`, but it must be above 0")),
            (
                with("price", (-1).into()),
                1.into(),
                "optimal",
                (0, "pools[0].price is `-1`, but it must not be below 0"),
            ),
            (with("price", Value::Null), 1.into(), "optimal", (0, "pools[0] needs `price`")),
            (
                with("zone_id", true.into()),
                1.into(),
                "optimal",
                (0, "pools[0].zone_id is `true`, but it must be a string"),
            ),
            (
                with("stock", "1.5".into()),
                1.into(),
                "optimal",
                (0, "pools[0].stock is `1.5`, but it must be a whole number from 0 to 4294967295"),
            ),
        ] {
            let expected = (Some(expected.0), expected.1.to_owned());
            assert_eq!(call(pools, target, strategy).await, Err(expected));
        }
    }
}
