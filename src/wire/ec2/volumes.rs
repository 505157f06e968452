//! Volumes: the disks that instances have from the beginning (E10).

use super::filters::{Filters, one};
use super::instance_xml::InstanceView;
use super::part_page::PartPage;
use super::xml::{Xml, timestamp};
use super::{Action, FoundIds, Result, ids, read_ids, tags_on_creation};
use crate::base::InstanceId;
use crate::catalogue;
use crate::cloud::model::{InstanceState, Tags};
use crate::cloud::{CloudError, SimCloud};
use crate::wire::parameters::{Arguments, Parameters};

pub(super) const ACTIONS: &[(&str, Action)] = &[("DescribeVolumes", describe)];

/// The device of the system disk.
pub(super) const ROOT_DEVICE: &str = "/dev/xvda";

/// Another name that images give it.
const OTHER_ROOT_DEVICE: &str = "/dev/sda1";

/// In GiB, where neither the launch nor the catalogue says it.
const DEFAULT_SIZE: u32 = 8;

const DEFAULT_TYPE: &str = "gp3";

/// What each disk of the default type has.
const DEFAULT_IOPS: u32 = 3000;
const DEFAULT_THROUGHPUT: u32 = 125;

/// A disk of an instance.
pub(super) struct Volume {
    pub(super) id: String,
    pub(super) device: String,
    pub(super) instance_id: InstanceId,
    zone_id: String,
    create_time: crate::base::Time,
    /// In GiB.
    size: String,
    kind: String,
    iops: Option<u32>,
    /// In MiB per second.
    throughput: Option<u32>,
    is_encrypted: bool,
    pub(super) is_deleted_on_termination: bool,
    snapshot_id: String,
    tags: Tags,
}

/// The disks of an instance: the one of the system, and those that its launch maps to devices. An instance that has ended,
/// or that the reply launches, has none.
pub(super) fn of_instance(view: &InstanceView<'_>) -> Vec<Volume> {
    if view.instance().state == InstanceState::Terminated || view.is_new {
        return Vec::new();
    }
    let launch = view.launch_parameters();
    let mappings = launch.arguments().list("BlockDeviceMapping");
    let is_root = |mapping: &&Arguments<'_>| mapping.text("DeviceName").is_some_and(is_root_device);
    let root = volume(view, ROOT_DEVICE, mappings.iter().find(is_root), &launch);
    let further = mappings
        .iter()
        .filter(|mapping| !is_root(mapping))
        .filter_map(|mapping| Some(volume(view, mapping.text("DeviceName")?, Some(mapping), &launch)));
    std::iter::once(root).chain(further).collect()
}

fn is_root_device(device: &str) -> bool {
    [ROOT_DEVICE, OTHER_ROOT_DEVICE].contains(&device)
}

/// Where it is kept that a later call changed whether a disk ends with its instance.
pub(super) fn end_setting(device: &str) -> String {
    let device = if is_root_device(device) { ROOT_DEVICE } else { device };
    format!("DeleteOnTermination {device}")
}

fn volume(view: &InstanceView<'_>, device: &str, mapping: Option<&Arguments<'_>>, launch: &Parameters) -> Volume {
    let instance = view.instance();
    let disk = mapping.map(|mapping| mapping.within("Ebs"));
    let said = |name: &str| disk.as_ref().and_then(|disk| disk.owned(name));
    let is_root = device == ROOT_DEVICE;
    let part = if is_root { "volume".to_owned() } else { format!("volume {device}") };
    let of_image = catalogue::image(instance.image_id.as_str()).filter(|_| is_root).map(|image| image.size_gib);
    let kind = said("VolumeType").unwrap_or_else(|| DEFAULT_TYPE.to_owned());
    let number = |name: &str| said(name).and_then(|text| text.parse().ok());
    let of_gp3 = |value: u32| Some(value).filter(|_| kind == DEFAULT_TYPE);
    Volume {
        id: ids::digest("vol-", &part, instance.instance_id.as_str()),
        device: device.to_owned(),
        instance_id: instance.instance_id.clone(),
        zone_id: instance.zone_id.to_string(),
        create_time: instance.launch_time,
        size: said("VolumeSize").unwrap_or_else(|| of_image.unwrap_or(DEFAULT_SIZE).to_string()),
        iops: number("Iops").or(of_gp3(DEFAULT_IOPS)),
        throughput: number("Throughput").or(of_gp3(DEFAULT_THROUGHPUT)),
        kind,
        is_encrypted: said("Encrypted").is_some_and(|text| text.eq_ignore_ascii_case("true")),
        is_deleted_on_termination: view
            .changed(&end_setting(device))
            .map(str::to_owned)
            .or_else(|| said("DeleteOnTermination"))
            .is_none_or(|text| text.eq_ignore_ascii_case("true")),
        snapshot_id: said("SnapshotId").unwrap_or_default(),
        tags: tags_on_creation(&launch.arguments(), "volume"),
    }
}

impl Volume {
    fn write_attachment(&self, xml: &mut Xml) {
        xml.text("volumeId", &self.id);
        xml.text("instanceId", self.instance_id.as_str());
        xml.text("device", &self.device);
        xml.text("status", "attached");
        xml.time("attachTime", self.create_time);
        xml.value("deleteOnTermination", self.is_deleted_on_termination);
    }

    fn write(&self, xml: &mut Xml) {
        xml.text("volumeId", &self.id);
        xml.text("size", &self.size);
        xml.text("snapshotId", &self.snapshot_id);
        xml.text("availabilityZone", &self.zone_id);
        xml.text("availabilityZoneId", ids::zone_id(&self.zone_id));
        xml.text("status", "in-use");
        xml.time("createTime", self.create_time);
        xml.list("attachmentSet", [()], |xml, ()| self.write_attachment(xml));
        xml.tags(&self.tags);
        xml.text("volumeType", &self.kind);
        for (name, value) in [("iops", self.iops), ("throughput", self.throughput)] {
            xml.optional(name, value.map(|value| value.to_string()).as_deref());
        }
        xml.value("encrypted", self.is_encrypted);
        xml.value("multiAttachEnabled", false);
    }

    fn values(&self, name: &str) -> Vec<String> {
        match name {
            "attachment.attach-time" | "create-time" => one(timestamp(self.create_time)),
            "attachment.delete-on-termination" => one(self.is_deleted_on_termination),
            "attachment.device" => one(&self.device),
            "attachment.instance-id" => one(&self.instance_id),
            "attachment.status" => one("attached"),
            "availability-zone" => one(&self.zone_id),
            "availability-zone-id" => one(ids::zone_id(&self.zone_id)),
            "encrypted" => one(self.is_encrypted),
            "multi-attach-enabled" => one(false),
            "size" => one(&self.size),
            "snapshot-id" => one(&self.snapshot_id),
            "status" => one("in-use"),
            "volume-id" => one(&self.id),
            _ => one(&self.kind),
        }
    }
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 15] = [
        "attachment.attach-time",
        "attachment.delete-on-termination",
        "attachment.device",
        "attachment.instance-id",
        "attachment.status",
        "availability-zone",
        "availability-zone-id",
        "create-time",
        "encrypted",
        "multi-attach-enabled",
        "size",
        "snapshot-id",
        "status",
        "volume-id",
        "volume-type",
    ];
    let filters = Filters::read(arguments, &NAMES)?;
    let wanted = read_ids(arguments, "VolumeId", "vol-", "InvalidVolumeID.Malformed")?;
    let found = FoundIds::new(wanted);
    let of_instance = |view: &InstanceView<'_>| {
        let mut volumes = of_instance(view);
        volumes
            .retain(|volume| found.find(&volume.id) && filters.match_object(&volume.tags, |name| volume.values(name)));
        volumes
    };
    let page = PartPage::read(cloud, arguments, &of_instance, || Ok(Vec::new()))?;
    if let Some(missing) = found.missing().filter(|_| page.is_all()) {
        let message = format!("The volume '{missing}' does not exist.");
        return Err(CloudError::new("InvalidVolume.NotFound", message));
    }
    Ok(Xml::of(|xml| {
        xml.list("volumeSet", &page.items, |xml, volume| volume.write(xml));
        page.write_token(xml);
    }))
}
