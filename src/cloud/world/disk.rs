//! Disks as the world keeps them. The disks that an instance is launched with are part of it, and not among them.

use serde::{Deserialize, Serialize};

use super::ResourceKind;
use super::attachment::Attachable;
use crate::base::Time;
use crate::cloud::model::{CreateDiskRequest, DiskAttachment};

/// A disk as the world keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DiskDocument {
    /// With later changes; zone, category and size are there.
    pub(crate) request: CreateDiskRequest,
    /// Where it is attached, if it is.
    pub(crate) attachment: Option<DiskAttachment>,
    pub(crate) create_time: Time,
}

impl DiskDocument {
    /// Whether it is deleted when its instance ends: what the attachment says, or else the disk itself.
    pub(crate) fn ends_with_instance(&self) -> bool {
        let attached = self.attachment.as_ref().and_then(|attachment| attachment.delete_with_instance);
        attached.unwrap_or(self.request.delete_with_instance)
    }
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
        self.ends_with_instance()
    }

    fn detach(&mut self) {
        self.attachment = None;
    }
}
