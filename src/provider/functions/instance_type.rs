//! `instance_type(name)`: what the catalogue knows of an instance type.

use async_trait::async_trait;

use crate::base::nearest::{nearest, nearest_clause};
use crate::catalogue;
use crate::provider::functions::argument::refusal;
use crate::tf::provider::{FunctionError, Parameter, Signature};
use crate::tf::{Function, Type, Value};

#[derive(Debug)]
pub(crate) struct InstanceTypeFunction;

#[async_trait]
impl Function for InstanceTypeFunction {
    fn signature(&self) -> Signature {
        Signature {
            summary: "Specification of an instance type",
            description: "Looks an instance type up in the embedded catalogue: an object with `vcpus`, `memory_gib`, \
                          `architecture` (of the processor: `x86_64` or `arm64`, as images have it), `family`, \
                          `burstable` and `on_sale`. A type that is no longer sold anywhere is still known. A name that \
                          is not in the catalogue is an error that names the nearest one.",
            parameters: vec![Parameter {
                name: "name",
                value_type: Type::String,
                description: "Instance type, such as `ecs.g7.large` or `m5.large`.".into(),
            }],
            result: Type::object([
                ("vcpus", Type::Number),
                ("memory_gib", Type::Number),
                ("architecture", Type::String),
                ("family", Type::String),
                ("burstable", Type::Bool),
                ("on_sale", Type::Bool),
            ]),
        }
    }

    async fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let name = arguments.first().and_then(Value::as_str).unwrap_or_default();
        let Some(found) = catalogue::instance_type(name) else {
            let names = catalogue::instance_types().iter().map(|known| known.name);
            let hint = nearest_clause(nearest(name, names));
            return Err(refusal(0, format!("there is no instance type `{name}`{hint}")));
        };
        Ok(Value::object([
            ("vcpus", Value::from(found.vcpus)),
            ("memory_gib", found.memory_gib.into()),
            ("architecture", found.family.architecture.name().into()),
            ("family", found.family.name.into()),
            ("burstable", found.family.is_burstable().into()),
            ("on_sale", (!found.discontinued).into()),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_catalogue_speaks() {
        for (name, expected) in [
            (
                "ecs.g7.large",
                r#"{architecture = "x86_64", burstable = false, family = "ecs.g7", memory_gib = 8, on_sale = true, vcpus = 2}"#,
            ),
            (
                "ecs.t5-lc1m1.small",
                r#"{architecture = "x86_64", burstable = true, family = "ecs.t5", memory_gib = 1, on_sale = true, vcpus = 1}"#,
            ),
            (
                "ecs.g8y.large",
                r#"{architecture = "arm64", burstable = false, family = "ecs.g8y", memory_gib = 8, on_sale = true, vcpus = 2}"#,
            ),
        ] {
            let found = InstanceTypeFunction.call(vec![Value::from(name)]).await.unwrap();
            assert_eq!(found.to_string(), expected, "{name}");
        }
        let discontinued = InstanceTypeFunction.call(vec![Value::from("ecs.t1.small")]).await.unwrap();
        assert_eq!(discontinued.get("on_sale").as_bool(), Some(false));
    }

    #[tokio::test]
    async fn an_unknown_type_is_refused_with_the_nearest() {
        let error = InstanceTypeFunction.call(vec![Value::from("ecs.g7.larg")]).await.unwrap_err();
        assert_eq!(error, refusal(0, "there is no instance type `ecs.g7.larg`; the nearest is `ecs.g7.large`"));
    }
}
