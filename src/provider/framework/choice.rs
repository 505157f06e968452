//! Reads arguments whose value is one of an enumeration's names. The schema checks them first; an unknown name is an error
//! here too, and never the default.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::attribute_names::attribute_name;
use super::check::text;
use crate::base::ApiEnum;
use crate::cloud::{CloudError, Member, codes};
use crate::tf::Value;

/// The value at a model's field; `None` if it is null or empty.
fn optional<'de, E, D>(deserializer: D) -> Result<Option<E>, D::Error>
where
    E: ApiEnum,
    D: Deserializer<'de>,
{
    let given = Option::<String>::deserialize(deserializer)?.filter(|given| !given.is_empty());
    let value = given.map(|given| E::parse(&given)).transpose();
    value.map_err(|unknown| D::Error::custom(format_args!("the value is {unknown}")))
}

/// An optional value as a type of its own, for models that are a single value.
#[derive(Debug, Deserialize)]
#[serde(transparent, bound(deserialize = "E: ApiEnum"))]
pub(crate) struct Choice<E>(#[serde(deserialize_with = "optional")] pub Option<E>);

/// The value of a request's member in a configuration; `None` if it is null or empty.
///
/// # Errors
/// A text that is not one of the enumeration's names.
pub(crate) fn read_choice<E: ApiEnum>(object: &Value, member: Member) -> Result<Option<E>, CloudError> {
    let name = attribute_name(member);
    let value = text(object, name).map(E::parse).transpose();
    value.map_err(|unknown| CloudError::of(member, codes::INVALID_PARAMETER, format!("`{name}` is {unknown}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::model::{GroupType, NicType};
    use crate::tf::model;

    #[derive(Debug, Deserialize)]
    struct Arguments {
        group_type: Choice<GroupType>,
        nic_type: Choice<NicType>,
    }

    fn read(group_type: Value, nic_type: Value) -> Result<(Option<GroupType>, Option<NicType>), String> {
        let object = Value::object([("group_type", group_type), ("nic_type", nic_type)]);
        let read = model::from_value::<Arguments>(&object).map_err(|error| error.to_string())?;
        Ok((read.group_type.0, read.nic_type.0))
    }

    #[test]
    fn null_and_empty_are_absent() {
        assert_eq!(read(Value::Null, Value::Null), Ok((None, None)));
        assert_eq!(read("".into(), "".into()), Ok((None, None)));
        assert_eq!(read("instant".into(), "internet".into()), Ok((Some(GroupType::Instant), Some(NicType::Internet))));
    }

    /// Such a text once counted as the default.
    #[test]
    fn an_unknown_text_is_an_error_with_path_value_and_nearest_name() {
        let error = read("instnat".into(), Value::Null).unwrap_err();
        insta::assert_snapshot!("an_unknown_group_type", error);

        let error = read_choice::<NicType>(&Value::object([("nic_type", "intrant")]), Member::NicType).unwrap_err();
        let refusal = error.service().unwrap();
        assert_eq!((refusal.code.as_ref(), refusal.parameter), (codes::INVALID_PARAMETER, Some(Member::NicType)));
        insta::assert_snapshot!("an_unknown_nic_type", error);
    }
}
