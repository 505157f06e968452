//! `round_robin(items, capacity)`: how `RunInstances` shares a capacity among the images of a request.

use async_trait::async_trait;

use crate::alloc::{MinMax, round_robin};
use crate::provider::functions::argument::{Item, decimal, integer, items, refusal};
use crate::tf::provider::{FunctionError, Parameter, Signature};
use crate::tf::{Function, Type, Value};

const ITEMS: i64 = 0;
const CAPACITY: i64 = 1;

#[derive(Debug)]
pub(crate) struct RoundRobinFunction;

#[async_trait]
impl Function for RoundRobinFunction {
    fn signature(&self) -> Signature {
        Signature {
            summary: "Shares a capacity by minimum and maximum",
            description: "Shares a capacity among items as `RunInstances` shares it among the images of a request: every \
                          item gets its minimum, then one more at a time in turn, the first item first, until all have \
                          their maximum or the capacity is used up. Returns one number per item, in their order. A \
                          capacity below the sum of the minimums is an error, as nothing would be launched at all. The \
                          sum of the maximums is not limited here.",
            parameters: vec![
                Parameter {
                    name: "items",
                    value_type: Type::Dynamic,
                    description: "List of objects with `min` (at least 1) and `max` (at least `min`).".into(),
                },
                Parameter {
                    name: "capacity",
                    value_type: Type::Number,
                    description: "Instances to share, a whole number.".into(),
                },
            ],
            result: Type::list(Type::Number),
        }
    }

    async fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [list, capacity] = arguments.as_slice() else { return Err(refusal(ITEMS, "two arguments are needed")) };
        let bounds = bounds(list)?;
        let capacity = capacity_of(capacity)?;
        let shares = round_robin(&bounds, capacity.into()).ok_or_else(|| {
            let minima: Vec<String> = bounds.iter().map(|item| item.min.to_string()).collect();
            let sum: u64 = bounds.iter().map(|item| item.min).sum();
            let sum = if bounds.len() == 1 { sum.to_string() } else { format!("{} = {sum}", minima.join(" + ")) };
            refusal(CAPACITY, format!("capacity is `{capacity}`, below the minimums of the items, {sum}"))
        })?;
        Ok(Value::list(shares))
    }
}

/// A list that is not empty, minimums of at least 1, no maximum below its minimum (R17).
fn bounds(list: &Value) -> Result<Vec<MinMax>, FunctionError> {
    let items = items(ITEMS, "items", list, &["min", "max"])?;
    if items.is_empty() {
        return Err(refusal(ITEMS, "items is empty; at least one item is needed"));
    }
    let bound = |item: &Item| {
        let min = item.required("min", item.integer("min", 1)?)?;
        let max = item.required("max", item.integer("max", 1)?)?;
        if max < min {
            return Err(item.refuse("max", &format!("is `{max}`, below the item's min, `{min}`")));
        }
        Ok(MinMax { min: min.into(), max: max.into() })
    };
    items.iter().map(bound).collect()
}

fn capacity_of(value: &Value) -> Result<u32, FunctionError> {
    let number = value.as_number().and_then(decimal).and_then(|number| integer(number, 0));
    number.ok_or_else(|| {
        let most = u32::MAX;
        refusal(CAPACITY, format!("capacity is `{value}`, but it must be a whole number from 0 to {most}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(min: impl Into<Value>, max: impl Into<Value>) -> Value {
        Value::object([("min", min.into()), ("max", max.into())])
    }

    async fn call(items: Value, capacity: impl Into<Value>) -> Result<String, (Option<i64>, String)> {
        let shares = RoundRobinFunction.call(vec![items, capacity.into()]).await;
        shares.map(|shares| shares.to_string()).map_err(|error| (error.argument, error.text))
    }

    /// R2–R6, on the sample of the 2007 API.
    #[tokio::test]
    async fn r5_the_minimums_first_then_one_at_a_time() {
        let items = || Value::list([item(5, 10), item(20, 40)]);
        for (capacity, expected) in [(25, "[5, 20]"), (30, "[8, 22]"), (36, "[10, 26]"), (99, "[10, 40]")] {
            assert_eq!(call(items(), capacity).await.as_deref(), Ok(expected), "{capacity}");
        }
        let below = "capacity is `24`, below the minimums of the items, 5 + 20 = 25";
        assert_eq!(call(items(), 24).await, Err((Some(1), below.to_owned())));
    }

    #[tokio::test]
    async fn numeric_strings_and_large_maximums_are_taken() {
        assert_eq!(call(Value::list([item("1", "150"), item(1, 3)]), 300).await.as_deref(), Ok("[150, 3]"));
    }

    #[tokio::test]
    async fn r17_bounds_are_checked() {
        for (items, capacity, expected) in [
            (Value::List(vec![]), Value::from(1), (0, "items is empty; at least one item is needed")),
            (Value::from("5"), 1.into(), (0, "items must be a list of objects, but it is a string")),
            (Value::list([3]), 1.into(), (0, "items[0] must be an object, but it is a number")),
            (Value::list([item(5, 4)]), 9.into(), (0, "items[0].max is `4`, below the item's min, `5`")),
            (
                Value::list([item(0, 4)]),
                9.into(),
                (0, "items[0].min is `0`, but it must be a whole number from 1 to 4294967295"),
            ),
            (Value::list([item(1, Value::Null)]), 9.into(), (0, "items[0] needs `max`")),
            (Value::list([item("few", 4)]), 9.into(), (0, "items[0].min is `\"few\"`, but it must be a number")),
            (
                Value::list([Value::object([("min", 1), ("maximum", 2)])]),
                9.into(),
                (0, "items[0] has the unknown key `maximum`; the nearest is `max`"),
            ),
            (
                Value::list([item(1, 4)]),
                (-1).into(),
                (1, "capacity is `-1`, but it must be a whole number from 0 to 4294967295"),
            ),
        ] {
            let shown = items.to_string();
            let expected = (Some(expected.0), expected.1.to_owned());
            assert_eq!(call(items, capacity).await, Err(expected), "{shown}");
        }
    }
}
