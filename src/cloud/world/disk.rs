//! Disks as the world keeps them. The disks that an instance is launched with are part of it, and not among them.

use serde::{Deserialize, Serialize};

use super::ResourceKind;
use super::attachment::Attachable;
use crate::base::{InstanceId, Time};
use crate::cloud::model::CreateDiskRequest;

/// A disk as the world keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DiskDocument {
    /// With later changes.
    pub(crate) request: CreateDiskRequest,
    /// Where it is attached, if it is.
    pub(crate) attachment: Option<DiskAttachment>,
    pub(crate) create_time: Time,
}

/// The instance that a disk is attached to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DiskAttachment {
    pub(crate) instance_id: InstanceId,
    /// How the instance names it: `/dev/xvdb`.
    pub(crate) device: String,
    pub(crate) attach_time: Time,
}

impl ResourceKind for DiskDocument {
    const KIND: &'static str = "disk";

    fn name(&self) -> Option<&str> {
        self.request.name.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        self.attachment.as_ref().map(|attachment| attachment.instance_id.as_str())
    }
}

impl Attachable for DiskDocument {
    fn is_deleted_with_instance(&self) -> bool {
        self.request.delete_with_instance
    }

    fn detach(&mut self) {
        self.attachment = None;
    }
}
