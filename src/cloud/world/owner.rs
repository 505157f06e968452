//! Groups and reservations as the world keeps them.

use serde::{Deserialize, Serialize};

use super::counter::Counter;
use super::launch::Launcher;
use super::listing::{Shared, or_default};
use super::{Result, World, decimal, read_document, write_document};
use crate::base::{
    Alphabet, Billing, Decimal, GroupId, InstanceTypeName, RegionId, ReservationId, Time, VSwitchId, ZoneId,
};
use crate::cloud::model::{
    Change, CreateAutoProvisioningGroupRequest, GroupType, InstanceOwner, LaunchResult, RunInstancesRequest,
};
use crate::cloud::store::{Row, SqlValue};

/// What instances belong to. `R` is the request that made it, with later changes.
#[derive(Clone, Debug)]
pub(crate) struct Owner<R> {
    pub(crate) id: String,
    pub(crate) region: RegionId,
    /// Groups of a region act by creation (W5); reservations are listed so.
    pub(crate) sequence: i64,
    pub(crate) phase: Phase,
    pub(crate) create_time: Time,
    /// The launch index that the next instance at the end of the list gets.
    pub(crate) next_launch_index: u32,
    /// Where its instances' ids come from.
    pub(crate) series: String,
    /// What a group's units would cost at best, as of its latest pass (G8).
    pub(crate) optimal_hourly_cost: Decimal,
    pub(crate) request: R,
    pub(crate) facts: Facts,
}

/// A request that makes an owner.
pub(crate) trait OwnerKind: Clone + PartialEq + Serialize + for<'de> Deserialize<'de> {
    /// How the tables write the kind.
    const KIND: &'static str;

    /// How ids of this kind begin.
    const ID_PREFIX: &'static str;

    /// How they and its instances' ids are written.
    const ALPHABET: Alphabet;

    fn name(&self) -> Option<&str>;

    /// What the mere passing of time can do to an owner that is in this phase.
    fn schedule(&self, phase: Phase) -> Schedule;

    /// What its instances share.
    fn shared(&self, owner_id: &str) -> Shared;

    /// Takes over another's switches and the caller's own document: they are no parameters (W2).
    fn take_switches(&mut self, of: &Self);
}

impl<R: OwnerKind> Owner<R> {
    pub(crate) fn launcher(&self) -> Launcher<'_> {
        Launcher { owner_id: &self.id, region: &self.region, series: &self.series, alphabet: R::ALPHABET }
    }

    /// Whether it keeps up its capacity (G12).
    pub(super) fn keeps_up(&self) -> bool {
        self.request.schedule(self.phase).keeps.is_some()
    }
}

/// What time can do to an owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Schedule {
    begins: Option<Time>,
    ends: Option<Time>,
    /// Units of pay-as-you-go and of spot that are kept up (G12).
    keeps: Option<(u32, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// A group whose window has not begun.
    Submitted,
    Active,
    /// A group whose window is over.
    Expired,
    /// Deleted, but instances of it keep running.
    Left,
}

/// What an owner's latest pass, or the call that made it, left to tell.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) request_id: String,
    pub(crate) client_token: String,
    pub(crate) launched_count: u32,
    pub(crate) launch_results: Vec<LaunchResult>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    /// Why a reservation has fewer instances than it could have at most.
    #[serde(default)]
    pub(crate) short_because: Option<String>,
    /// What the call that made it warned of, for its repetitions.
    pub(crate) warnings: Vec<String>,
    /// The healings that forecasts announced since the last change, the latest last (G10a).
    pub(crate) announced: Vec<Announcement>,
    /// The type of the launch template that made the group, for configs that name none: the template may be gone.
    #[serde(default)]
    pub(crate) template_instance_type: Option<InstanceTypeName>,
    /// Where a reservation is, even if it has no instances.
    pub(crate) placement: Option<ReservationPlacement>,
}

/// What a forecast showed, and on which occasion: plans that stand side by side were each shown their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Announcement {
    pub(crate) occasion: String,
    pub(crate) change: Change,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReservationPlacement {
    pub(crate) zone_id: ZoneId,
    pub(crate) vswitch_id: VSwitchId,
    pub(crate) instance_type: InstanceTypeName,
    pub(crate) system_disk_category: String,
}

const COLUMNS: &str =
    "owner_id, region, sequence, phase, create_time, next_launch_index, series, optimal_hourly_cost, request, facts";

impl World<'_> {
    pub(crate) fn next_owner_sequence(&mut self) -> Result<i64> {
        self.next_number(Counter::Owners)
    }

    /// Writes an owner, new or changed.
    pub(crate) fn save_owner<R: OwnerKind>(&mut self, owner: &Owner<R>) -> Result<()> {
        let schedule = owner.request.schedule(owner.phase);
        self.tx.execute(
            "INSERT INTO owners (owner_id, kind, region, sequence, name, phase, begins, ends, keeps_pay_as_you_go,
                 keeps_spot, lacks, revision, create_time, next_launch_index, series, optimal_hourly_cost)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 1, $11, $12, $13, $14)
             ON CONFLICT (owner_id) DO UPDATE SET name = excluded.name, phase = excluded.phase,
                 begins = excluded.begins, ends = excluded.ends, keeps_pay_as_you_go = excluded.keeps_pay_as_you_go,
                 keeps_spot = excluded.keeps_spot, revision = owners.revision + 1,
                 next_launch_index = excluded.next_launch_index, optimal_hourly_cost = excluded.optimal_hourly_cost",
            &[
                owner.id.as_str().into(),
                R::KIND.into(),
                owner.region.as_str().into(),
                owner.sequence.into(),
                owner.request.name().into(),
                owner.phase.name().into(),
                schedule.begins.map(Time::unix_seconds).into(),
                schedule.ends.map(Time::unix_seconds).into(),
                schedule.keeps.map(|(pay_as_you_go, _)| pay_as_you_go).into(),
                schedule.keeps.map(|(_, spot)| spot).into(),
                owner.create_time.unix_seconds().into(),
                owner.next_launch_index.into(),
                owner.series.as_str().into(),
                owner.optimal_hourly_cost.to_string().into(),
            ],
        )?;
        self.tx.execute(
            "INSERT INTO owner_documents (owner_id, request, facts) VALUES ($1, $2, $3)
             ON CONFLICT (owner_id) DO UPDATE SET request = excluded.request, facts = excluded.facts",
            &[owner.id.as_str().into(), write_document(&owner.request).into(), write_document(&owner.facts).into()],
        )?;
        self.note_lack(&owner.id);
        Ok(())
    }

    /// Writes what there is to tell of an owner that is otherwise as it was.
    pub(crate) fn save_facts<R: OwnerKind>(&mut self, owner: &Owner<R>) -> Result<()> {
        self.tx.execute(
            "UPDATE owner_documents SET facts = $1 WHERE owner_id = $2",
            &[write_document(&owner.facts).into(), owner.id.as_str().into()],
        )?;
        Ok(())
    }

    /// Writes what a pass leaves behind of which nobody was told.
    pub(crate) fn save_pass(
        &mut self,
        owner_id: &str,
        next_launch_index: u32,
        optimal_hourly_cost: Decimal,
    ) -> Result<()> {
        self.tx.execute(
            "UPDATE owners SET next_launch_index = $1, optimal_hourly_cost = $2 WHERE owner_id = $3",
            &[next_launch_index.into(), optimal_hourly_cost.to_string().into(), owner_id.into()],
        )?;
        Ok(())
    }

    /// What an earlier call made, for its repetition: with the switches of now (W2).
    pub(crate) fn repeated<R: OwnerKind>(&mut self, owner_id: &str, request: &R) -> Result<Owner<R>> {
        let owner = self.owner::<R>(owner_id)?;
        let mut owner = owner.unwrap_or_else(|| panic!("`{owner_id}` is gone and its token is not"));
        let before = owner.request.clone();
        owner.request.take_switches(request);
        if owner.request != before {
            self.save_owner(&owner)?;
        }
        Ok(owner)
    }

    /// An owner of this region that was not deleted; `None` if there is none.
    pub(crate) fn owner<R: OwnerKind>(&mut self, owner_id: &str) -> Result<Option<Owner<R>>> {
        let rows = self.tx.query(
            &format!(
                "SELECT {COLUMNS} FROM owners JOIN owner_documents USING (owner_id)
                 WHERE owner_id = $1 AND kind = $2 AND region = $3 AND phase <> 'left'"
            ),
            &[owner_id.into(), R::KIND.into(), self.region.as_str().into()],
        )?;
        Ok(rows.first().map(read_owner))
    }

    /// The owners of this region that were not deleted, by creation.
    pub(crate) fn owners<R: OwnerKind>(&mut self) -> Result<Vec<Owner<R>>> {
        let rows = self.tx.query(
            &format!(
                "SELECT {COLUMNS} FROM owners JOIN owner_documents USING (owner_id)
                 WHERE kind = $1 AND region = $2 AND phase <> 'left' ORDER BY sequence"
            ),
            &[R::KIND.into(), self.region.as_str().into()],
        )?;
        Ok(rows.iter().map(read_owner).collect())
    }

    /// The owners of this region and name that were not deleted, by creation.
    pub(crate) fn owners_named<R: OwnerKind>(&mut self, name: &str) -> Result<Vec<Owner<R>>> {
        let rows = self.tx.query(
            &format!(
                "SELECT {COLUMNS} FROM owners JOIN owner_documents USING (owner_id)
                 WHERE region = $1 AND kind = $2 AND name = $3 AND phase <> 'left' ORDER BY sequence"
            ),
            &[self.region.as_str().into(), R::KIND.into(), name.into()],
        )?;
        Ok(rows.iter().map(read_owner).collect())
    }

    /// When the next window of any group begins or ends.
    pub(crate) fn next_window(&mut self) -> Result<Option<Time>> {
        let rows = self.tx.query("SELECT min(begins) FROM owners WHERE begins IS NOT NULL", &[])?;
        let begins = rows.first().and_then(|row| row.optional_integer(0));
        let rows = self.tx.query("SELECT min(ends) FROM owners WHERE ends IS NOT NULL", &[])?;
        let ends = rows.first().and_then(|row| row.optional_integer(0));
        Ok(begins.into_iter().chain(ends).min().map(Time::from_unix_seconds))
    }

    /// The groups of all regions whose window begins by now, by creation.
    pub(crate) fn groups_that_begin<R: OwnerKind>(&mut self) -> Result<Vec<Owner<R>>> {
        self.owners_where("begins <= $1", &[self.now.unix_seconds().into()])
    }

    /// The groups of all regions whose window ends by now, by creation.
    pub(crate) fn groups_that_end<R: OwnerKind>(&mut self) -> Result<Vec<Owner<R>>> {
        self.owners_where("ends <= $1", &[self.now.unix_seconds().into()])
    }

    fn owners_where<R: OwnerKind>(&mut self, condition: &str, parameters: &[SqlValue]) -> Result<Vec<Owner<R>>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM owners JOIN owner_documents USING (owner_id)
             WHERE {condition} ORDER BY sequence, region"
        );
        Ok(self.tx.query(&sql, parameters)?.iter().map(read_owner).collect())
    }

    /// Forgets an owner, or keeps it out of sight while instances of it run.
    pub(crate) fn remove_owner(&mut self, owner_id: &str, has_instances: bool) -> Result<()> {
        if has_instances {
            self.tx.execute(
                "UPDATE owners SET phase = 'left', begins = NULL, ends = NULL, keeps_pay_as_you_go = NULL,
                     keeps_spot = NULL, lacks = 0 WHERE owner_id = $1",
                &[owner_id.into()],
            )?;
        } else {
            self.tx.execute("DELETE FROM owners WHERE owner_id = $1", &[owner_id.into()])?;
            self.tx.execute("DELETE FROM owner_documents WHERE owner_id = $1", &[owner_id.into()])?;
        }
        self.note_lack(owner_id);
        self.forget_token(owner_id)
    }

    /// Deletes those deleted owners of which nothing is left, as far as this transaction reaches.
    pub(crate) fn remove_empty_left_owners(&mut self) -> Result<()> {
        let (reach, region) = if self.tx.has_whole_world() {
            ("", Vec::new())
        } else {
            ("region = $1 AND ", vec![self.region.as_str().into()])
        };
        let empty = self.tx.query(
            &format!(
                "SELECT owner_id FROM owners WHERE {reach}phase = 'left' AND NOT EXISTS
                    (SELECT 1 FROM batches WHERE batches.owner_id = owners.owner_id AND (live > 0 OR stopped > 0))"
            ),
            &region,
        )?;
        for row in &empty {
            for statement in [
                "DELETE FROM instance_pages WHERE batch_id IN (SELECT batch_id FROM batches WHERE owner_id = $1)",
                "DELETE FROM batches WHERE owner_id = $1",
                "DELETE FROM owner_documents WHERE owner_id = $1",
                "DELETE FROM owners WHERE owner_id = $1",
            ] {
                self.tx.execute(statement, &[row.text(0).into()])?;
            }
        }
        Ok(())
    }
}

fn read_owner<R: OwnerKind>(row: &Row) -> Owner<R> {
    Owner {
        id: row.text(0).to_owned(),
        region: row.text(1).into(),
        sequence: row.integer(2),
        phase: Phase::named(row.text(3)),
        create_time: Time::from_unix_seconds(row.integer(4)),
        next_launch_index: row.count(5),
        series: row.text(6).to_owned(),
        optimal_hourly_cost: decimal(row.text(7)),
        request: read_document(row.text(8)),
        facts: read_document(row.text(9)),
    }
}

impl Phase {
    const ALL: [Self; 4] = [Self::Submitted, Self::Active, Self::Expired, Self::Left];

    const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Left => "left",
        }
    }

    fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|phase| phase.name() == name);
        found.unwrap_or_else(|| panic!("`{name}` is not a phase"))
    }
}

impl OwnerKind for RunInstancesRequest {
    const KIND: &'static str = "reservation";
    const ID_PREFIX: &'static str = ReservationId::PREFIX;
    const ALPHABET: Alphabet = Alphabet::Hex17;

    fn name(&self) -> Option<&str> {
        None
    }

    fn schedule(&self, _phase: Phase) -> Schedule {
        Schedule::default()
    }

    fn shared(&self, owner_id: &str) -> Shared {
        Shared {
            owner: InstanceOwner::Reservation(ReservationId::from(owner_id)),
            security_group_ids: or_default(self.security_group_ids.clone()),
            tags: self.tags.clone(),
            name_pattern: None,
            user_data: self.user_data.clone(),
        }
    }

    fn take_switches(&mut self, of: &Self) {
        self.accept_shortfall = of.accept_shortfall;
        self.replace_lost = of.replace_lost;
        self.configuration.clone_from(&of.configuration);
    }
}

impl OwnerKind for CreateAutoProvisioningGroupRequest {
    const KIND: &'static str = "group";
    const ID_PREFIX: &'static str = GroupId::PREFIX;
    const ALPHABET: Alphabet = Alphabet::Base36;

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn schedule(&self, phase: Phase) -> Schedule {
        let target = |billing| self.capacity.target(billing);
        let keeps = phase == Phase::Active && self.group_type == GroupType::Maintain;
        Schedule {
            begins: self.valid_from.filter(|_| phase == Phase::Submitted),
            ends: self.valid_until.filter(|_| matches!(phase, Phase::Submitted | Phase::Active)),
            keeps: keeps.then(|| (target(Billing::PayAsYouGo), target(Billing::Spot))),
        }
    }

    fn shared(&self, owner_id: &str) -> Shared {
        let launch = &self.launch_configuration;
        Shared {
            owner: InstanceOwner::Group(GroupId::from(owner_id)),
            security_group_ids: or_default(launch.security_group_ids.clone()),
            tags: launch.tags.clone(),
            name_pattern: launch.instance_name.clone(),
            user_data: launch.user_data.clone(),
        }
    }

    fn take_switches(&mut self, of: &Self) {
        self.accept_shortfall = of.accept_shortfall;
        self.replace_lost = of.replace_lost;
        self.configuration.clone_from(&of.configuration);
    }
}
