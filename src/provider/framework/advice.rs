//! What a configuration can do about an error of the cloud, which itself knows no configuration.

use super::attribute_names::attribute_name;
use crate::base::wording::list;
use crate::cloud::{Advice, CloudError, Member, ServiceError, WorldError};
use crate::market::Limit;

/// The message of an error, with advice after it.
#[must_use]
pub fn error_text(error: &CloudError) -> String {
    match error {
        CloudError::Service(refusal) => format!("{}: {}", refusal.code, refusal_text(refusal)),
        CloudError::World(trouble) => world_error_text(trouble),
    }
}

/// The message of a refusal, with advice after it.
pub(crate) fn refusal_text(refusal: &ServiceError) -> String {
    format!("{}{}", refusal.message, refusal.advice.as_ref().map(advice_text).unwrap_or_default())
}

/// What is wrong with the world, with advice after it.
pub(crate) fn world_error_text(trouble: &WorldError) -> String {
    format!("{trouble}{}", world_advice(trouble))
}

/// Advice as it follows the message, with the sign in between.
fn advice_text(advice: &Advice) -> String {
    match advice {
        Advice::DeleteConfigurationWithGroup => {
            ". Set force_delete = true and apply before destroying, so that its group goes with it, or create another \
             active configuration"
                .to_owned()
        }
        Advice::DeleteGroupWithInstances => {
            "; a group that is deleted leaves its instances running unless it has terminate_instances = true".to_owned()
        }
        Advice::DisableDeletionProtection(member) => {
            format!(". Set {} = false and apply before destroying", attribute_name(*member))
        }
        Advice::NameInstanceType { sold_in } => {
            let argument = attribute_name(Member::InstanceType);
            let elsewhere =
                if sold_in.is_empty() { String::new() } else { format!("; regions that sell it: {}", list(sold_in)) };
            format!("; set `{argument}` to one that is sold here{elsewhere}")
        }
        Advice::RaiseLimit(limit) => {
            let instead = match limit {
                Limit::DiskCategories | Limit::LaunchTemplateConfigs => "; leave some out",
                Limit::GroupInstances | Limit::GroupUnits | Limit::GroupVcpus => ". Ask for less",
                Limit::RunInstances => "; ask for less",
            };
            format!("{instead}, or raise `scenario.limits.{}`", limit.name())
        }
        Advice::ReleaseInstances => ", with terminate_instances = true for a group".to_owned(),
        Advice::SubscribeToProductCode => "; add it to `scenario.product_codes`".to_owned(),
    }
}

/// Advice about a world, as it follows the error; empty where the error says it itself.
const fn world_advice(trouble: &WorldError) -> &'static str {
    match trouble {
        WorldError::MissingDirectory { .. } => "; create it, or set `world` to another path",
        WorldError::NotAWorld { .. } => "; set `world` to another place, or move away what is there",
        WorldError::NewerVersion { .. } => "; update the provider",
        WorldError::OlderVersion { .. } => "; delete it, or set `world` to another place",
        WorldError::NotWritable { .. } => "; make the file and its directory writable, or set `world` to another path",
        WorldError::NotAllowed { .. } => "; the guide \"Sharing a world\" has the role it needs",
        WorldError::DiskFull { .. }
        | WorldError::Replaced { .. }
        | WorldError::Stopped
        | WorldError::Busy { .. }
        | WorldError::Damaged { .. }
        | WorldError::ClockTooFar { .. }
        | WorldError::Other { .. }
        | WorldError::Unreachable { .. }
        | WorldError::Untrusted { .. }
        | WorldError::Refused { .. }
        | WorldError::Interrupted { .. }
        | WorldError::Unanswered { .. }
        | WorldError::WholeWorldNeeded => "",
    }
}
