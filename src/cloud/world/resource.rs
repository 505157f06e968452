//! VPCs, vSwitches and other objects that are not instances, each one document in the table `resources`. The default
//! network is not among them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::counter::Counter;
use super::{Result, World, read_document, write_document};
use crate::cloud::store::{Row, SqlValue};

/// The kinds, in SQL, that record what has ended and is still described. A world that holds nothing else is empty (W1).
pub(super) const RECORD_KINDS: &str = "('ended_fleet', 'ended_instance')";

/// A document of the table `resources`.
pub(crate) trait ResourceKind: Serialize + DeserializeOwned {
    /// How the table writes the kind.
    const KIND: &'static str;

    /// What it is found by beside its id.
    fn name(&self) -> Option<&str>;

    /// The id of what it lies in: a vSwitch's VPC.
    fn parent(&self) -> Option<&str> {
        None
    }
}

/// A document with the id it is stored under.
#[derive(Clone, Debug)]
pub(crate) struct Stored<D> {
    pub(crate) id: String,
    pub(crate) document: D,
}

impl World<'_, '_> {
    /// A resource of this region; `None` if none has that id and kind.
    pub(crate) fn resource<D: ResourceKind>(&mut self, id: &str) -> Result<Option<Stored<D>>> {
        Ok(self.resources_where("resource_id = $3", Some(id))?.pop())
    }

    /// The resources of this region and kind, by creation.
    pub(crate) fn resources<D: ResourceKind>(&mut self) -> Result<Vec<Stored<D>>> {
        self.resources_where("1 = 1", None)
    }

    /// Those of a name, by creation.
    pub(crate) fn resources_named<D: ResourceKind>(&mut self, name: &str) -> Result<Vec<Stored<D>>> {
        self.resources_where("name = $3", Some(name))
    }

    /// Those that lie in another one, by creation.
    pub(crate) fn resources_in<D: ResourceKind>(&mut self, parent: &str) -> Result<Vec<Stored<D>>> {
        self.resources_where("parent = $3", Some(parent))
    }

    /// Those whose document has a member with this text as its value, by creation.
    pub(crate) fn resources_with<D: ResourceKind>(&mut self, member: &str, value: &str) -> Result<Vec<Stored<D>>> {
        self.resources_where("document LIKE $3", Some(&format!("%\"{member}\":\"{value}\"%")))
    }

    /// Whether something in this world has the id, whatever its kind and region.
    pub(crate) fn resource_id_is_taken(&mut self, id: &str) -> Result<bool> {
        Ok(!self.tx.query("SELECT 1 FROM resources WHERE resource_id = $1", &[id.into()])?.is_empty())
    }

    /// Writes a resource of this region, new or changed.
    pub(crate) fn save_resource<D: ResourceKind>(&mut self, id: &str, document: &D) -> Result<()> {
        self.save_document(id, D::KIND, [document.name(), document.parent()], write_document(document))
    }

    /// Not generic, so that it is compiled once.
    fn save_document(
        &mut self,
        id: &str,
        kind: &'static str,
        [name, parent]: [Option<&str>; 2],
        document: String,
    ) -> Result<()> {
        let document = SqlValue::from(document);
        let known = self.tx.query(
            "UPDATE resources SET name = $1, parent = $2, document = $3 WHERE resource_id = $4 RETURNING resource_id",
            &[name.into(), parent.into(), document.clone(), id.into()],
        )?;
        if !known.is_empty() {
            return Ok(());
        }
        let sequence = self.next_creation_number()?;
        self.whole.tx.execute(
            "INSERT INTO resources (resource_id, kind, region, name, parent, sequence, document, made_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                id.into(),
                kind.into(),
                self.region.as_str().into(),
                name.into(),
                parent.into(),
                sequence.into(),
                document,
                self.whole.made_at.into(),
            ],
        )?;
        Ok(())
    }

    /// Deletes a resource of this region, and the token of the call that made it (W2).
    pub(crate) fn remove_resource(&mut self, id: &str) -> Result<()> {
        self.tx.execute("DELETE FROM resources WHERE resource_id = $1", &[id.into()])?;
        self.next_number(Counter::Removals)?;
        self.whole.counts.regions_with_removals.insert(self.region.clone());
        self.release_token(id)
    }

    fn resources_where<D: ResourceKind>(
        &mut self,
        condition: &'static str,
        value: Option<&str>,
    ) -> Result<Vec<Stored<D>>> {
        Ok(self.rows_where(D::KIND, condition, value)?.iter().map(read_resource_row).collect())
    }

    /// Not generic, so that it is compiled once.
    fn rows_where(&mut self, kind: &'static str, condition: &'static str, value: Option<&str>) -> Result<Vec<Row>> {
        let mut parameters: Vec<SqlValue> = vec![kind.into(), self.region.as_str().into()];
        parameters.extend(value.map(SqlValue::from));
        Ok(self.tx.query(
            &format!(
                "SELECT resource_id, document FROM resources
                 WHERE kind = $1 AND region = $2 AND {condition} ORDER BY sequence"
            ),
            &parameters,
        )?)
    }
}

fn read_resource_row<D: ResourceKind>(row: &Row) -> Stored<D> {
    Stored { id: row.text(0).to_owned(), document: read_document(row.text(1)) }
}
