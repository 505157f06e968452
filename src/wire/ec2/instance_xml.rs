//! An instance as replies show it.

use std::net::Ipv4Addr;

use super::stored_parameters::StoredParameters;
use super::volumes::ROOT_DEVICE;
use super::xml::{Xml, timestamp};
use super::{ids, network_interfaces, volumes};
use crate::base::{KeyPairName, VpcId};
use crate::catalogue::{self, InstanceType};
use crate::cloud::model::{
    EndCause, FleetId, Instance, InstanceRecord, InstanceRecords, InstanceState, LaunchInstanceRequest, SpotStrategy,
    Tags,
};
use crate::wire::parameters::Parameters;

/// The states that a reply can name beside those that the world knows: what has begun and is done at the next look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShownState {
    Of(InstanceState),
    ShuttingDown,
    Stopping,
}

impl ShownState {
    pub(super) const fn code(self) -> u16 {
        match self {
            Self::Of(state) => state.code(),
            Self::ShuttingDown => 32,
            Self::Stopping => 64,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Of(state) => state.name(),
            Self::ShuttingDown => "shutting-down",
            Self::Stopping => "stopping",
        }
    }
}

pub(super) fn write_state(xml: &mut Xml, name: &str, state: ShownState) {
    xml.within(name, |xml| {
        xml.value("code", state.code());
        xml.text("name", state.name());
    });
}

/// An instance that is shown, and what it is shown with.
pub(super) struct InstanceView<'r> {
    pub(super) record: &'r InstanceRecord,
    pub(super) shared: &'r InstanceRecords,
    /// It runs at the next look (E3).
    pub(super) is_new: bool,
    /// What later calls changed.
    changed: StoredParameters,
    known: Option<&'static InstanceType>,
}

impl<'r> InstanceView<'r> {
    pub(super) fn new(record: &'r InstanceRecord, shared: &'r InstanceRecords) -> Self {
        let instance = &record.placed.instance;
        let known = catalogue::instance_type(instance.instance_type.as_str());
        let changed =
            record.request.as_ref().map(|request| StoredParameters::of(&request.configuration)).unwrap_or_default();
        Self { record, shared, is_new: false, changed, known }
    }

    pub(super) fn instance(&self) -> &'r Instance {
        &self.record.placed.instance
    }

    pub(super) fn state(&self) -> InstanceState {
        if self.is_new { InstanceState::Pending } else { self.instance().state }
    }

    /// Its disks, as a part of it.
    pub(super) fn write_disks(&self, xml: &mut Xml) {
        xml.list("blockDeviceMapping", volumes::of_instance(self), |xml, volume| {
            xml.text("deviceName", &volume.device);
            xml.within("ebs", |xml| {
                xml.text("volumeId", &volume.id);
                xml.text("status", "attached");
                xml.time("attachTime", self.instance().launch_time);
                xml.value("deleteOnTermination", volume.is_deleted_on_termination);
            });
        });
    }

    /// What the launch said without effect.
    pub(super) fn launch_parameters(&self) -> Parameters {
        let said = self.request().map(|request| request.without_effect.clone());
        Parameters::from_pairs(said.unwrap_or_default())
    }

    /// By which the internet reaches it: while it runs.
    pub(super) fn public_address(&self) -> Option<Ipv4Addr> {
        let public = self.record.placed.eip.or(self.instance().public_ip);
        public.filter(|_| self.state() == InstanceState::Running)
    }

    fn request(&self) -> Option<&'r LaunchInstanceRequest> {
        self.record.request.as_ref()
    }

    /// A parameter without effect in the simulation, as a later change set it, or else the launch.
    pub(super) fn stored_parameter(&self, name: &str) -> Option<&str> {
        let of_launch = || self.request().and_then(|request| request.without_effect.get(name)).map(String::as_str);
        self.changed.text(name).or_else(of_launch)
    }

    /// A parameter that a later call changed.
    pub(super) fn changed(&self, name: &str) -> Option<&str> {
        self.changed.text(name)
    }

    pub(super) fn is_spot(&self) -> bool {
        self.instance().spot_strategy != SpotStrategy::NoSpot
    }

    pub(super) fn tags(&self) -> &'r Tags {
        &self.instance().tags
    }

    pub(super) fn reservation_id(&self) -> String {
        reservation_id(self.record)
    }

    pub(super) fn vpc_id(&self) -> VpcId {
        let own = self.record.placed.vpc_id.clone();
        own.unwrap_or_else(|| VpcId::default_of(self.instance().region_id.as_str()))
    }

    /// Id and name of each of its security groups.
    pub(super) fn groups(&self) -> Vec<(String, String)> {
        let vpc_id = self.vpc_id();
        let groups = self.instance().security_group_ids.iter().map(|id| {
            let name = self.shared.group_names.get(id).cloned();
            (ids::security_group_id(id, &vpc_id), name.unwrap_or_else(|| id.to_string()))
        });
        groups.collect()
    }

    pub(super) fn architecture(&self) -> &'static str {
        self.known.map_or("x86_64", |known| known.family.architecture.name())
    }

    fn is_windows(&self) -> bool {
        let image = catalogue::image(self.instance().image_id.as_str());
        image.is_some_and(|image| image.operating_system == catalogue::OperatingSystem::Windows)
    }

    pub(super) fn write(&self, xml: &mut Xml) {
        let instance = self.instance();
        xml.text("instanceId", instance.instance_id.as_str());
        xml.text("imageId", instance.image_id.as_str());
        write_state(xml, "instanceState", ShownState::Of(self.state()));
        self.write_names(xml);
        xml.optional("keyName", instance.key_name.as_ref().map(KeyPairName::as_str));
        xml.value("amiLaunchIndex", launch_index(self.record));
        xml.list("productCodes", [(); 0], |_, ()| {});
        xml.text("instanceType", instance.instance_type.as_str());
        xml.time("launchTime", instance.launch_time);
        self.write_placement(xml);
        xml.within("monitoring", |xml| {
            let is_enabled = self.stored_parameter("Monitoring.Enabled") == Some("true");
            xml.text("state", if is_enabled { "enabled" } else { "disabled" });
        });
        if instance.state != InstanceState::Terminated {
            xml.text("subnetId", &ids::subnet_id(&instance.vswitch_id));
            xml.text("vpcId", &ids::vpc_id(&self.vpc_id()));
        }
        self.write_addresses(xml);
        self.write_end(xml);
        self.write_machine(xml);
        self.write_market(xml);
        self.write_options(xml);
    }

    /// Empty until it runs, and once it has ended.
    fn write_names(&self, xml: &mut Xml) {
        let instance = self.instance();
        let is_running = self.state() == InstanceState::Running;
        let shown =
            |is_shown: bool, name: fn(&Instance) -> String| if is_shown { name(instance) } else { String::new() };
        xml.text("privateDnsName", &shown(!self.is_new, Instance::private_dns_name));
        xml.text("dnsName", &shown(is_running, Instance::dns_name));
        let reason = self.record.end.map(|end| format!("{} ({})", transition(end.cause), timestamp(end.time)));
        xml.text("reason", &reason.unwrap_or_default());
    }

    fn write_placement(&self, xml: &mut Xml) {
        xml.within("placement", |xml| {
            let zone = self.instance().zone_id.as_str();
            xml.text("availabilityZone", zone);
            xml.text("availabilityZoneId", ids::zone_id(zone));
            xml.text("groupName", self.stored_parameter("Placement.GroupName").unwrap_or_default());
            xml.text("tenancy", self.stored_parameter("Placement.Tenancy").unwrap_or("default"));
        });
    }

    fn write_addresses(&self, xml: &mut Xml) {
        let instance = self.instance();
        let private_ip = instance.private_ip.map(|address| address.to_string());
        xml.optional("privateIpAddress", private_ip.as_deref());
        let public = self.public_address().map(|address| address.to_string());
        xml.optional("ipAddress", public.as_deref());
        xml.value("sourceDestCheck", self.stored_parameter("SourceDestCheck") != Some("false"));
        let groups = if instance.state == InstanceState::Terminated { Vec::new() } else { self.groups() };
        write_groups(xml, "groupSet", &groups);
        xml.list("networkInterfaceSet", network_interfaces::of_instance(self), |xml, interface| {
            interface.write_in_instance(xml, &self.shared.account_id);
        });
    }

    fn write_end(&self, xml: &mut Xml) {
        if let Some(end) = self.record.end {
            xml.within("stateReason", |xml| {
                let (code, message) = state_reason(end.cause);
                xml.text("code", code);
                xml.text("message", &format!("{code}: {message}"));
            });
        } else if self.state() == InstanceState::Stopped {
            xml.within("stateReason", |xml| {
                xml.text("code", "Client.UserInitiatedShutdown");
                xml.text("message", "Client.UserInitiatedShutdown: User initiated shutdown");
            });
        } else if self.state() == InstanceState::Pending {
            xml.within("stateReason", |xml| {
                xml.text("code", "pending");
                xml.text("message", "pending");
            });
        }
    }

    fn write_machine(&self, xml: &mut Xml) {
        let (instance, is_windows) = (self.instance(), self.is_windows());
        xml.text("architecture", self.architecture());
        if is_windows {
            xml.text("platform", "Windows");
        }
        xml.text("platformDetails", if is_windows { "Windows" } else { "Linux/UNIX" });
        xml.text("usageOperation", if is_windows { "RunInstances:0002" } else { "RunInstances" });
        xml.time("usageOperationUpdateTime", instance.launch_time);
        xml.text("rootDeviceType", "ebs");
        xml.text("rootDeviceName", ROOT_DEVICE);
        self.write_disks(xml);
        xml.text("virtualizationType", "hvm");
        xml.text("hypervisor", "xen");
        xml.value("enaSupport", true);
        xml.value("ebsOptimized", self.stored_parameter("EbsOptimized") == Some("true"));
        if let Some(known) = self.known {
            let threads = if known.vcpus > 1 && self.architecture() != "arm64" { 2 } else { 1 };
            let said = |name: &str| self.stored_parameter(name).and_then(|text| text.parse().ok());
            xml.within("cpuOptions", |xml| {
                xml.value("coreCount", said("CpuOptions.CoreCount").unwrap_or((known.vcpus / threads).max(1)));
                xml.value("threadsPerCore", said("CpuOptions.ThreadsPerCore").unwrap_or(threads));
            });
        }
    }

    fn write_market(&self, xml: &mut Xml) {
        let token = self.request().and_then(|request| request.client_token.as_deref());
        xml.text("clientToken", token.unwrap_or_default());
        if self.is_spot() {
            xml.text("instanceLifecycle", "spot");
            xml.text("spotInstanceRequestId", &ids::spot_request_id(&self.instance().instance_id));
        }
        xml.tags(self.tags());
    }
}

/// The launch that made an instance. What a group or a reservation launched at one moment is one launch.
pub(super) fn reservation_id(record: &InstanceRecord) -> String {
    if let Some(launch) = record.request.as_ref().and_then(|request| request.launch.as_ref()) {
        return launch.reservation_id.to_string();
    }
    let instance = &record.placed.instance;
    match &instance.fleet {
        FleetId::Reservation(id) => id.to_string(),
        FleetId::Instance(id) => ids::digest("r-", "reservation", id.as_str()),
        FleetId::Group(id) => ids::digest("r-", "reservation", &format!("{id} {}", instance.launch_time)),
        FleetId::ScalingGroup(id) => ids::digest("r-", "reservation", &format!("{id} {}", instance.launch_time)),
    }
}

pub(super) fn launch_index(record: &InstanceRecord) -> u32 {
    let launch = record.request.as_ref().and_then(|request| request.launch.as_ref());
    launch.map_or(record.placed.instance.launch_index, |launch| launch.launch_index)
}

pub(super) fn write_groups(xml: &mut Xml, name: &str, groups: &[(String, String)]) {
    xml.list(name, groups, |xml, (id, name)| {
        xml.text("groupId", id);
        xml.text("groupName", name);
    });
}

/// EC2's code for the end of an instance, and what it says.
const fn state_reason(cause: EndCause) -> (&'static str, &'static str) {
    match cause {
        EndCause::User => ("Client.UserInitiatedShutdown", "User initiated shutdown"),
        EndCause::SpotPrice | EndCause::SpotCapacity | EndCause::SpotInterruption => {
            ("Server.SpotInstanceTermination", "Spot instance termination")
        }
        EndCause::Failure => ("Server.InternalError", "Internal error on launch"),
    }
}

const fn transition(cause: EndCause) -> &'static str {
    match cause {
        EndCause::User => "User initiated",
        _ => "Service initiated",
    }
}
