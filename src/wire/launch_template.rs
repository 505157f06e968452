//! The launch template that a call names.

use crate::cloud::model::{DescribeLaunchTemplatesRequest, LaunchTemplate};
use crate::cloud::{CloudError, SimCloud};

/// The template of an id, of a name, or of both; `None` if there is none.
///
/// # Errors
/// Those of the description.
pub(super) fn named(
    cloud: &SimCloud,
    id: Option<&str>,
    name: Option<&str>,
) -> Result<Option<LaunchTemplate>, CloudError> {
    let found = cloud.describe_launch_templates(&DescribeLaunchTemplatesRequest {
        launch_template_ids: id.map(|id| [id.into()].into()),
        launch_template_names: name.map(|name| [name.to_owned()].into()),
        ..DescribeLaunchTemplatesRequest::default()
    })?;
    Ok(found.into_iter().next())
}
