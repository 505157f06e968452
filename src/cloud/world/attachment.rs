//! What is attached to an instance: a document whose parent is the instance's id.
//!
//! When an instance ends, for whatever reason, what is attached to it is detached or deleted at the end of the same
//! transaction (W11).

use super::counter::Counter;
use super::disk::DiskDocument;
use super::eip::EipDocument;
use super::network_interface::NetworkInterfaceDocument;
use super::ram::InstanceRoleDocument;
use super::{ResourceKind, Result, World, WorldTx, read_document, write_document};
use crate::base::RegionId;
use crate::cloud::store::{Row, SqlValue, damaged};

/// A document that can be attached to an instance.
pub(super) trait Attachable: ResourceKind {
    /// Whether it is deleted when the instance that it is attached to ends.
    fn is_deleted_with_instance(&self) -> bool;

    /// Makes it one that is attached to nothing: afterwards its parent is no instance.
    fn detach(&mut self);

    /// The private addresses that it holds, with their vSwitch: they are free again when it is deleted.
    fn addresses(&self) -> Option<(&str, Vec<u32>)> {
        None
    }

    /// Changes what uses it when it is deleted with its instance.
    fn release(_world: &mut World<'_, '_>, _id: &str) -> Result<()> {
        Ok(())
    }
}

/// A kind of documents that can be attached, and how one of them is read.
struct AttachableKind {
    kind: &'static str,
    read: fn(&str) -> Aftermath,
    release: fn(&mut World<'_, '_>, &str) -> Result<()>,
}

/// Every kind of documents that can be attached to an instance.
const KINDS: &[AttachableKind] = &[
    AttachableKind::of::<DiskDocument>(),
    AttachableKind::of::<EipDocument>(),
    AttachableKind::of::<InstanceRoleDocument>(),
    AttachableKind::of::<NetworkInterfaceDocument>(),
];

/// What becomes of an attached document when its instance ends.
enum Aftermath {
    Detached {
        document: String,
        /// What it lies in from now on.
        parent: Option<String>,
    },
    Deleted {
        /// The vSwitch and the addresses in it that are free again.
        addresses: Option<(String, Vec<u32>)>,
    },
}

/// Instances per query: all queries have one text, which an engine prepares once.
const INSTANCES_PER_QUERY: usize = 100;

impl WorldTx<'_> {
    /// Detaches or deletes what is attached to the instances that ended in this transaction (W11).
    pub(super) fn detach_from_ended_instances(&mut self) -> Result<()> {
        let ended = std::mem::take(&mut self.counts.ended_instances);
        if ended.is_empty() {
            return Ok(());
        }
        self.remove_routes_to_primary_interfaces(&ended)?;
        if !self.has_attachable_documents()? {
            return Ok(());
        }
        let ended: Vec<SqlValue> = ended.iter().map(|id| id.as_str().into()).collect();
        let mut attached = Vec::new();
        for ids in ended.chunks(INSTANCES_PER_QUERY) {
            attached.extend(self.attached_to(ids)?);
        }
        let (mut detached, mut deleted) = (Vec::new(), Vec::new());
        for row in &attached {
            let kind = kind_of(row);
            match (kind.read)(row.text(3)) {
                Aftermath::Detached { document, parent } => {
                    detached.push(vec![parent.into(), document.into(), row.text(0).into()]);
                }
                Aftermath::Deleted { addresses } => {
                    if let Some((vswitch_id, addresses)) = addresses {
                        self.return_addresses(&vswitch_id, &addresses)?;
                    }
                    let region = RegionId::from(row.text(1));
                    (kind.release)(&mut self.in_region(&region), row.text(0))?;
                    self.count_removal(region)?;
                    deleted.push(vec![row.text(0).into()]);
                }
            }
        }
        self.tx.execute_many("UPDATE resources SET parent = $1, document = $2 WHERE resource_id = $3", detached)?;
        self.tx.execute_many("DELETE FROM tokens WHERE resource_id = $1", deleted.clone())?;
        self.tx.execute_many("DELETE FROM resources WHERE resource_id = $1", deleted)?;
        Ok(())
    }

    /// Most worlds have none, and pay for one look at an index.
    fn has_attachable_documents(&mut self) -> Result<bool> {
        let exists = |kind: &AttachableKind| format!("EXISTS (SELECT 1 FROM resources WHERE kind = '{}')", kind.kind);
        let any = KINDS.iter().map(exists).collect::<Vec<_>>().join(" OR ");
        Ok(!self.tx.query(&format!("SELECT 1 WHERE {any}"), &[])?.is_empty())
    }

    /// Id, region, kind and document of what is attached to these instances, by creation.
    fn attached_to(&mut self, instance_ids: &[SqlValue]) -> Result<Vec<Row>> {
        let Some(last) = instance_ids.last() else { return Ok(Vec::new()) };
        let mut parameters = instance_ids.to_vec();
        parameters.resize(INSTANCES_PER_QUERY, last.clone());
        let places = (1..=INSTANCES_PER_QUERY).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT resource_id, region, kind, document FROM resources WHERE parent IN ({places})
             ORDER BY region, sequence"
        );
        Ok(self.tx.query(&sql, &parameters)?)
    }

    fn count_removal(&mut self, region: RegionId) -> Result<()> {
        self.in_region(&region).next_number(Counter::Removals)?;
        self.counts.regions_with_removals.insert(region);
        Ok(())
    }
}

impl AttachableKind {
    const fn of<D: Attachable>() -> Self {
        Self { kind: D::KIND, read: aftermath::<D>, release: D::release }
    }
}

fn kind_of(row: &Row) -> &'static AttachableKind {
    let kind = KINDS.iter().find(|known| known.kind == row.text(2));
    kind.unwrap_or_else(|| damaged(format!("a `{}` is attached to an instance", row.text(2))))
}

fn aftermath<D: Attachable>(document: &str) -> Aftermath {
    let mut document: D = read_document(document);
    if document.is_deleted_with_instance() {
        let addresses = document.addresses().map(|(vswitch_id, addresses)| (vswitch_id.to_owned(), addresses));
        return Aftermath::Deleted { addresses };
    }
    document.detach();
    let parent = document.parent().map(str::to_owned);
    Aftermath::Detached { document: write_document(&document), parent }
}
