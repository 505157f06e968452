//! Launch templates as the world keeps them: versions that never change, and which of them is the default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ResourceKind, Result, Stored, World};
use crate::base::{LaunchTemplateId, Time};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{LaunchTemplateContent, LaunchTemplateReference, Tags};

/// A launch template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LaunchTemplateDocument {
    pub(crate) name: String,
    pub(crate) default_version: u32,
    /// The number that was given last; numbers are not used again.
    pub(crate) latest_version: u32,
    pub(crate) versions: BTreeMap<u32, StoredVersion>,
    pub(crate) template_resource_group_id: Option<String>,
    pub(crate) template_tags: Tags,
    pub(crate) create_time: Time,
    pub(crate) configuration: String,
}

/// A version, which is never changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredVersion {
    pub(crate) description: Option<String>,
    pub(crate) create_time: Time,
    pub(crate) content: LaunchTemplateContent,
}

impl ResourceKind for LaunchTemplateDocument {
    const KIND: &'static str = "launch_template";

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }
}

impl World<'_, '_> {
    pub(crate) fn launch_template(&mut self, id: &LaunchTemplateId) -> Result<Stored<LaunchTemplateDocument>> {
        self.resource(id.as_str())?.ok_or_else(|| {
            let message = format!("there is no launch template `{id}` in `{}`", self.region);
            CloudError::of(Member::LaunchTemplateId, codes::INVALID_LAUNCH_TEMPLATE, message)
        })
    }

    /// The version that is referred to, or the default one.
    pub(crate) fn launch_template_content(
        &mut self,
        reference: &LaunchTemplateReference,
    ) -> Result<LaunchTemplateContent> {
        let mut template = self.launch_template(&reference.launch_template_id)?.document;
        let version = reference.version.unwrap_or(template.default_version);
        let found = template.versions.remove(&version);
        found.map(|found| found.content).ok_or_else(|| template.has_no_version(&reference.launch_template_id, version))
    }
}

impl LaunchTemplateDocument {
    /// The refusal of a version that does not exist.
    pub(crate) fn has_no_version(&self, id: &LaunchTemplateId, version: u32) -> CloudError {
        let known: Vec<String> = self.versions.keys().map(u32::to_string).collect();
        let message = format!("the launch template `{id}` has no version {version}; it has {}", known.join(", "));
        CloudError::of(Member::LaunchTemplateVersion, codes::INVALID_LAUNCH_TEMPLATE_VERSION, message)
    }
}
