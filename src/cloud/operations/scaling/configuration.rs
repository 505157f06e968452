//! Scaling configurations: creating, changing, deleting and listing them, and which of them a group launches from.

use super::adjust::{Adjustment, adjust};
use super::content::check_content;
use super::group::{adopt, delete as delete_group, record};
use crate::base::nearest::{nearest, nearest_clause};
use crate::base::{Alphabet, ScalingConfigurationId};
use crate::cloud::SimCloud;
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    Activation, ActivityKind, CreateScalingConfigurationRequest, DeleteScalingConfigurationRequest,
    DescribeScalingConfigurationsRequest, ModifyScalingConfigurationRequest, ScalingConfiguration,
    ScalingConfigurationArguments, ScalingContent,
};
use crate::cloud::step::Phase;
use crate::cloud::world::{
    Fleet, LaunchEra, ScalingConfigurationDocument, ScalingFleetRequest, Stored, World, fingerprint, new_call,
    write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Makes a configuration, and activates it and enables its group if the request says so, all in one transaction.
    pub fn create_scaling_configuration(
        &self,
        request: &CreateScalingConfigurationRequest,
    ) -> Result<ScalingConfiguration> {
        self.write(Operation::CreateScalingConfiguration, |world| create(world, request))
    }

    /// What a creation would do to its group now.
    pub fn forecast_create_scaling_configuration(
        &self,
        request: &CreateScalingConfigurationRequest,
    ) -> Result<ScalingConfiguration> {
        self.forecast(|world| create(world, request))
    }

    /// Changes a configuration. Instances keep what they were launched with; what is launched later has the change.
    pub fn modify_scaling_configuration(
        &self,
        request: &ModifyScalingConfigurationRequest,
    ) -> Result<ScalingConfiguration> {
        self.write(Operation::ModifyScalingConfiguration, |world| modify(world, request))
    }

    /// The same where the change depends on what the configuration is: one transaction, in which `change` may be called
    /// more than once.
    pub fn modify_scaling_configuration_as(
        &self,
        id: &ScalingConfigurationId,
        change: &dyn Fn(&ScalingConfiguration) -> Result<ScalingConfigurationArguments>,
    ) -> Result<ScalingConfiguration> {
        self.write(Operation::ModifyScalingConfiguration, |world| {
            let stored = world.scaling_configuration(id)?;
            let arguments = change(&describe(world, stored, Vec::new())?)?;
            modify(world, &ModifyScalingConfigurationRequest { scaling_configuration_id: Some(id.clone()), arguments })
        })
    }

    /// What a modification would do to the group now.
    pub fn forecast_modify_scaling_configuration(
        &self,
        request: &ModifyScalingConfigurationRequest,
    ) -> Result<ScalingConfiguration> {
        self.forecast(|world| modify(world, request))
    }

    /// Deletes a configuration that is not the last of its group, or the last one together with the group.
    pub fn delete_scaling_configuration(&self, request: &DeleteScalingConfigurationRequest) -> Result<()> {
        self.write(Operation::DeleteScalingConfiguration, |world| delete(world, request))
    }

    /// In order of creation.
    pub fn describe_scaling_configurations(
        &self,
        request: &DescribeScalingConfigurationsRequest,
    ) -> Result<Vec<ScalingConfiguration>> {
        self.read(Operation::DescribeScalingConfigurations, |world| {
            let mut found: Vec<Stored<ScalingConfigurationDocument>> = match &request.scaling_group_id {
                Some(group) => world.resources_in(group.as_str())?,
                None => world.resources()?,
            };
            if let Some(ids) = &request.scaling_configuration_ids {
                found.retain(|stored| ids.contains(stored.id.as_str()));
            }
            found.into_iter().map(|stored| describe(world, stored, Vec::new())).collect()
        })
    }
}

fn create(world: &mut World, request: &CreateScalingConfigurationRequest) -> Result<ScalingConfiguration> {
    let group_id = request.scaling_group_id.as_ref().ok_or_else(|| {
        CloudError::of(Member::ScalingGroupId, codes::MISSING_PARAMETER, "the request names no scaling group")
    })?;
    let mut fleet = world.scaling_group(group_id)?;
    let arguments = &request.arguments;
    let content = with_image(world, arguments)?;
    check_content(world, &fleet.request, &content)?;
    let fingerprint = fingerprint(&write_document(request));
    let call = new_call(world, Operation::CreateScalingConfiguration, fingerprint)?;
    let id = world.next_resource_id(&call.id_series, ScalingConfigurationId::PREFIX, Alphabet::Base36)?;
    let stored = Stored {
        id,
        document: ScalingConfigurationDocument {
            scaling_group_id: group_id.clone(),
            name: arguments.name.clone(),
            number: world.next_creation_number()?,
            content,
            create_time: world.now,
            configuration: arguments.configuration.clone(),
        },
    };
    world.save_resource(&stored.id, &stored.document)?;
    let done = activate(world, &mut fleet, &stored, &arguments.activation)?;
    world.save_fleet(&fleet)?;
    record(world, ActivityKind::CreateScalingConfiguration, &fleet, &done)?;
    describe(world, stored, done.warnings)
}

fn modify(world: &mut World, request: &ModifyScalingConfigurationRequest) -> Result<ScalingConfiguration> {
    let id = request.scaling_configuration_id.as_ref().ok_or_else(|| {
        let message = "the request names no scaling configuration";
        CloudError::new(codes::MISSING_PARAMETER, message)
    })?;
    let mut stored = world.scaling_configuration(id)?;
    let mut fleet = world.scaling_group(&stored.document.scaling_group_id)?;
    let arguments = &request.arguments;
    let content = with_image(world, arguments)?;
    check_content(world, &fleet.request, &content)?;
    let is_active = fleet.request.active_configuration_id.as_ref() == Some(id);
    if is_active && content != stored.document.content {
        launch_from(world, &mut fleet, stored.document.number, content.clone())?;
    }
    stored.document.name.clone_from(&arguments.name);
    stored.document.content = content;
    stored.document.configuration.clone_from(&arguments.configuration);
    world.save_resource(&stored.id, &stored.document)?;
    let done = activate(world, &mut fleet, &stored, &arguments.activation)?;
    world.save_fleet(&fleet)?;
    record(world, ActivityKind::ModifyScalingConfiguration, &fleet, &done)?;
    describe(world, stored, done.warnings)
}

/// Does to the group what a call about a configuration says (G19).
fn activate(
    world: &mut World,
    fleet: &mut Fleet<ScalingFleetRequest>,
    stored: &Stored<ScalingConfigurationDocument>,
    activation: &Activation,
) -> Result<Adjustment> {
    let id = ScalingConfigurationId::from(stored.id.as_str());
    let was_active = fleet.request.active_configuration_id.as_ref() == Some(&id);
    if activation.active == Some(true) && !was_active {
        make_active(world, fleet, stored)?;
    } else if activation.active == Some(false) && was_active {
        let substitute = substitute(world, fleet, &id, activation.substitute.as_ref())?;
        make_active(world, fleet, &substitute)?;
    }
    match (activation.enable, fleet.phase) {
        (Some(true), Phase::Inactive) => enable(world, fleet),
        (Some(false), Phase::Active) => {
            fleet.phase = Phase::Inactive;
            Ok(Adjustment::default())
        }
        _ => Ok(Adjustment::default()),
    }
}

/// The group launches from a configuration of it from now on (G19).
pub(super) fn make_active(
    world: &mut World,
    fleet: &mut Fleet<ScalingFleetRequest>,
    stored: &Stored<ScalingConfigurationDocument>,
) -> Result<()> {
    fleet.request.active_configuration_id = Some(stored.id.as_str().into());
    launch_from(world, fleet, stored.document.number, stored.document.content.clone())
}

/// The configuration of a group, to be its active one.
pub(super) fn configuration_of(
    world: &mut World,
    fleet: &Fleet<ScalingFleetRequest>,
    id: &ScalingConfigurationId,
) -> Result<Stored<ScalingConfigurationDocument>> {
    let stored = world.scaling_configuration(id)?;
    if stored.document.scaling_group_id.as_str() == fleet.id {
        return Ok(stored);
    }
    let message = format!("the scaling configuration `{id}` is not of the scaling group `{}`", fleet.id);
    Err(CloudError::new(codes::INVALID_SCALING_CONFIGURATION_NOT_FOUND, message))
}

/// The group launches from now on, at first what is missing.
pub(super) fn enable(world: &mut World, fleet: &mut Fleet<ScalingFleetRequest>) -> Result<Adjustment> {
    if fleet.request.content().is_none() {
        let message = format!(
            "the scaling group `{}` has no active scaling configuration, so it cannot be enabled; activate one first",
            fleet.id
        );
        return Err(CloudError::of(Member::Enable, codes::INCORRECT_SCALING_GROUP_STATUS, message));
    }
    fleet.phase = Phase::Active;
    adjust(world, fleet)
}

fn launch_from(
    world: &mut World,
    fleet: &mut Fleet<ScalingFleetRequest>,
    configuration_number: i64,
    content: ScalingContent,
) -> Result<()> {
    let first_launch_index = fleet.next_launch_index;
    adopt(world, fleet, LaunchEra { first_launch_index, configuration_number, content })
}

/// The configuration that becomes active instead of one that is to be inactive.
fn substitute(
    world: &mut World,
    fleet: &Fleet<ScalingFleetRequest>,
    instead_of: &ScalingConfigurationId,
    named: Option<&ScalingConfigurationId>,
) -> Result<Stored<ScalingConfigurationDocument>> {
    let refuse = |message: String| {
        Err(CloudError::of(Member::Substitute, codes::INCORRECT_SCALING_CONFIGURATION_STATE, message))
    };
    let others = world.resources_in::<ScalingConfigurationDocument>(&fleet.id)?;
    let mut others: Vec<_> = others.into_iter().filter(|other| *instead_of.as_str() != other.id).collect();
    if let Some(named) = named.filter(|named| *named != instead_of) {
        let found = others.iter().position(|other| other.id == named.as_str());
        return match found {
            Some(found) => Ok(others.swap_remove(found)),
            None => refuse(format!("the scaling group `{}` has no other configuration `{named}`", fleet.id)),
        };
    }
    let ids: Vec<String> = others.iter().map(|other| format!("`{}`", other.id)).collect();
    if ids.is_empty() {
        return refuse(format!(
            "`{instead_of}` is the only configuration of the scaling group `{}`, so it stays active",
            fleet.id
        ));
    }
    refuse(format!("name the configuration that becomes active instead of `{instead_of}`: {}", ids.join(", ")))
}

fn delete(world: &mut World, request: &DeleteScalingConfigurationRequest) -> Result<()> {
    let id = &request.scaling_configuration_id;
    let stored = world.scaling_configuration(id)?;
    let group_id = &stored.document.scaling_group_id;
    let fleet = world.scaling_group(group_id)?;
    let refuse = |message: String| {
        let refusal = CloudError::new(codes::INCORRECT_SCALING_CONFIGURATION_STATE, message);
        Err(refusal.advise(Advice::DeleteConfigurationWithGroup))
    };
    if world.resources_in::<ScalingConfigurationDocument>(group_id.as_str())?.len() == 1 {
        if request.with_group {
            return delete_group(world, group_id, true);
        }
        return refuse(format!("`{id}` is the last configuration of the scaling group `{group_id}`"));
    }
    if fleet.request.active_configuration_id.as_ref() == Some(id) {
        return refuse(format!(
            "the scaling group `{group_id}` launches from `{id}`; make another configuration active first"
        ));
    }
    world.remove_resource(&stored.id)
}

/// The content with the image of a name where it has none itself.
fn with_image(world: &World, arguments: &ScalingConfigurationArguments) -> Result<ScalingContent> {
    let mut content = arguments.content.clone();
    if let (None, Some(name)) = (&content.launch.image_id, &arguments.image_name) {
        let images = world.market.images();
        let named = images.iter().find(|image| image.name == *name).ok_or_else(|| {
            let hint = nearest_clause(nearest(name, images.iter().map(|image| image.name.as_str())));
            let message = format!("there is no image of the name `{name}` in `{}`{hint}", world.region);
            CloudError::of(Member::ImageName, codes::INVALID_IMAGE_NOT_FOUND, message)
        })?;
        content.launch.image_id = Some(named.image_id.as_str().into());
    }
    Ok(content)
}

fn describe(
    world: &mut World,
    stored: Stored<ScalingConfigurationDocument>,
    warnings: Vec<String>,
) -> Result<ScalingConfiguration> {
    let Stored { id, document } = stored;
    let fleet = world.scaling_group(&document.scaling_group_id)?;
    let is_active = fleet.request.active_configuration_id.as_ref().is_some_and(|active| active.as_str() == id);
    Ok(ScalingConfiguration {
        scaling_configuration_name: document.name.unwrap_or_else(|| id.clone()),
        scaling_configuration_id: id.into(),
        scaling_group_id: document.scaling_group_id,
        is_active,
        create_time: document.create_time,
        content: document.content,
        warnings,
        configuration: document.configuration,
    })
}
