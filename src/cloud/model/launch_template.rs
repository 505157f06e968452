//! Launch templates: what is asked for them and what they answer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{LaunchConfiguration, Tags};
use crate::base::{InstanceTypeName, LaunchTemplateId, Time, VSwitchId, VpcId, ZoneId};

/// What one version says about instances. As in the service nothing of it is looked up before instances are launched from
/// it, except the vSwitch, which fixes zone and VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchTemplateContent {
    pub instance_type: Option<InstanceTypeName>,
    pub vswitch_id: Option<VSwitchId>,
    /// Absent: that of the vSwitch.
    pub zone_id: Option<ZoneId>,
    /// Absent: that of the vSwitch.
    pub vpc_id: Option<VpcId>,
    pub launch: LaunchConfiguration,
}

/// `CreateLaunchTemplate`: a template and its version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CreateLaunchTemplateRequest {
    /// Unlike any other in the region.
    pub launch_template_name: String,
    pub template_resource_group_id: Option<String>,
    pub template_tags: Tags,
    pub version_description: Option<String>,
    pub content: LaunchTemplateContent,
    /// The request as its author wrote it, opaque here; returned by describe.
    #[serde(skip)]
    pub configuration: String,
}

/// `CreateLaunchTemplateVersion`; an absent configuration stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateLaunchTemplateVersionRequest {
    pub launch_template_id: LaunchTemplateId,
    pub version_description: Option<String>,
    pub content: LaunchTemplateContent,
    pub configuration: Option<String>,
}

/// What to change about a template itself; absent members stay as they are, and versions always do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifyLaunchTemplateRequest {
    pub launch_template_id: LaunchTemplateId,
    pub default_version_number: Option<u32>,
    pub template_tags: Option<Tags>,
    pub configuration: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchTemplate {
    pub launch_template_id: LaunchTemplateId,
    pub launch_template_name: String,
    pub default_version_number: u32,
    pub latest_version_number: u32,
    /// Of the latest version.
    pub zone_id: Option<ZoneId>,
    /// Of the latest version.
    pub vpc_id: Option<VpcId>,
    pub template_resource_group_id: Option<String>,
    pub template_tags: Tags,
    pub create_time: Time,
    pub configuration: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchTemplateVersion {
    pub version_number: u32,
    pub version_description: Option<String>,
    pub default_version: bool,
    pub create_time: Time,
    pub content: LaunchTemplateContent,
}

/// Which templates to list; absent filters match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeLaunchTemplatesRequest {
    /// Ids that do not exist are simply not in the reply.
    pub launch_template_ids: Option<BTreeSet<LaunchTemplateId>>,
    pub launch_template_names: Option<BTreeSet<String>>,
    /// Templates that carry all of these.
    pub template_tags: Tags,
}
