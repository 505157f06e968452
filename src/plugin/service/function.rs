//! The calls of functions: list and call.

use std::sync::Arc;

use super::dynamic;
use super::registry::Registry;
use crate::base::wording::counted;
use crate::plugin::convert;
use crate::plugin::proto::tfplugin6::{DynamicValue, call_function, get_functions};
use crate::tf::provider::{FunctionError, Parameter};
use crate::tf::{Diagnostics, Value};

pub(super) async fn list(
    registry: Arc<Registry>,
    _: get_functions::Request,
) -> Result<get_functions::Response, Diagnostics> {
    let functions = registry.functions().iter();
    let functions = functions.map(|(name, entry)| (name.clone(), convert::function(entry.signature())));
    Ok(get_functions::Response { functions: functions.collect(), diagnostics: Vec::new() })
}

pub(super) async fn call(
    registry: Arc<Registry>,
    request: call_function::Request,
) -> Result<call_function::Response, Diagnostics> {
    let entry = registry.function(&request.name)?;
    let signature = entry.signature();
    let outcome = match arguments(&signature.parameters, &request.arguments) {
        Err(error) => Err(error),
        // The CLI calls functions with known arguments only.
        Ok(arguments) if !arguments.iter().all(Value::is_wholly_known) => Ok(Value::Unknown),
        Ok(arguments) => entry.function.call(arguments).await,
    };
    let mut diagnostics = Diagnostics::new();
    match outcome.map(|value| dynamic::encode(&value, &signature.result, &mut diagnostics)) {
        Ok(None) => Err(diagnostics),
        Ok(result) => Ok(call_function::Response { result, error: None }),
        Err(error) => Ok(call_function::Response { result: None, error: Some(convert::function_error(error)) }),
    }
}

fn arguments(parameters: &[Parameter], values: &[DynamicValue]) -> Result<Vec<Value>, FunctionError> {
    if parameters.len() != values.len() {
        let text = format!("expected {}, found {}", counted(parameters.len(), "argument"), values.len());
        return Err(FunctionError { text, argument: None });
    }
    let pairs = parameters.iter().zip(values).zip(0..);
    pairs.map(|((parameter, value), position)| argument(parameter, value, position)).collect()
}

fn argument(parameter: &Parameter, value: &DynamicValue, position: i64) -> Result<Value, FunctionError> {
    let error = |text| FunctionError { text, argument: Some(position) };
    match dynamic::decode(Some(value), &parameter.value_type) {
        Ok(Value::Null) => Err(error(format!("`{}` must not be null", parameter.name))),
        Ok(value) => Ok(value),
        Err(diagnostics) => {
            let details: Vec<_> = diagnostics.into_iter().map(|diagnostic| diagnostic.detail).collect();
            Err(error(format!("`{}`: {}", parameter.name, details.join("; "))))
        }
    }
}
