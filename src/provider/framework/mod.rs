//! What resources, data sources and functions share.

pub(crate) mod advice;
pub(crate) mod aliases;
pub(crate) mod argument;
pub(crate) mod attribute_names;
pub(crate) mod catalogue_check;
pub(crate) mod check;
pub(crate) mod choice;
pub(crate) mod client_token;
pub(crate) mod configured;
pub(crate) mod context;
pub(crate) mod data_source;
pub(crate) mod deprecated_argument;
pub(crate) mod diagnostic;
pub(crate) mod document;
pub(crate) mod dynamic_value;
pub(crate) mod identity;
pub(crate) mod instance_replacement;
pub(crate) mod key_file;
pub(crate) mod object_resource;
pub(crate) mod planned_values;
pub(crate) mod secret;
pub(crate) mod semantic_equality;
pub(crate) mod timeouts;
pub(crate) mod update_plan;
