//! Groups and reservations as the world keeps them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::counter::Counter;
use super::identity::NewCall;
use super::launch::Launcher;
use super::listing::{FleetSettings, LaunchSecrets, or_default};
use super::{Result, World, WorldTx, decimal, read_document, write_document};
use crate::base::{
    Alphabet, Billing, Decimal, GroupId, InstanceTypeName, RegionId, ReservationId, Time, VSwitchId, ZoneId,
};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, FleetId, GroupType, InstanceListChange, LaunchResult, PassResults,
    RunInstancesRequest, Tags,
};
use crate::cloud::step::Phase;
use crate::cloud::store::{Row, SqlValue, damaged};

/// What instances belong to. `R` is the request that made it, with later changes.
#[derive(Clone, Debug)]
pub(crate) struct Fleet<R> {
    pub(crate) id: String,
    pub(crate) region: RegionId,
    /// Fleets of a region are listed by it.
    pub(crate) sequence: i64,
    pub(crate) phase: Phase,
    pub(crate) create_time: Time,
    /// The launch index that the next instance at the end of the list gets.
    pub(crate) next_launch_index: u32,
    /// Where its instances' ids come from.
    pub(crate) id_series: String,
    /// What a group's units would cost at best, as of its latest pass (G8).
    pub(crate) optimal_hourly_cost: Decimal,
    pub(crate) request: R,
    pub(crate) outcome: Outcome,
}

/// A request that makes a fleet.
pub(crate) trait FleetRequest: Clone + PartialEq + Serialize + for<'de> Deserialize<'de> {
    /// How the tables write the kind.
    const KIND: &'static str;

    /// How ids of this kind begin.
    const ID_PREFIX: &'static str;

    /// How they are written.
    const ALPHABET: Alphabet;

    /// How the ids of its instances are written.
    fn instance_alphabet(&self) -> Alphabet {
        Self::ALPHABET
    }

    fn name(&self) -> Option<&str>;

    /// Units that are wanted while the fleet is active; a reservation's are instances, at most.
    fn target_capacity(&self) -> u32;

    /// What the mere passing of time can do to a fleet that is in this phase.
    fn schedule(&self, phase: Phase) -> Schedule;

    /// Its own tags, which its instances need not carry.
    fn tags(&self) -> &Tags;

    /// What its instances share, by the launch index from which on they do.
    fn shared(&self, fleet_id: &str) -> Vec<(u32, FleetSettings)>;

    /// Takes the settings and the stored arguments of another request: they are no parameters of the call (W2).
    fn adopt_caller_settings(&mut self, of: &Self);
}

impl<R> Fleet<R> {
    /// The same fleet, asked for in other words.
    pub(crate) fn with_request<S>(self, request: S) -> Fleet<S> {
        Fleet {
            id: self.id,
            region: self.region,
            sequence: self.sequence,
            phase: self.phase,
            create_time: self.create_time,
            next_launch_index: self.next_launch_index,
            id_series: self.id_series,
            optimal_hourly_cost: self.optimal_hourly_cost,
            request,
            outcome: self.outcome,
        }
    }
}

impl<R: FleetRequest> Fleet<R> {
    pub(crate) fn launcher(&self) -> Launcher<'_> {
        Launcher { fleet_id: &self.id, id_series: &self.id_series, alphabet: self.request.instance_alphabet() }
    }

    /// Whether it keeps up its capacity (G12).
    pub(super) fn maintains_capacity(&self) -> bool {
        self.request.schedule(self.phase).keeps.is_some()
    }
}

/// What time can do to a fleet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) begins: Option<Time>,
    pub(crate) ends: Option<Time>,
    /// Units of pay-as-you-go and of spot that are kept up (G12).
    pub(crate) keeps: Option<(u32, u32)>,
}

impl Schedule {
    /// The schedule of a fleet without a window.
    pub(super) fn keeping(keeps: Option<(u32, u32)>) -> Self {
        Self { keeps, ..Self::default() }
    }
}

/// What a fleet's latest pass, or the call that made it, left to report.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) request_id: String,
    pub(crate) client_token: String,
    pub(crate) launched_count: u32,
    pub(crate) launch_results: Vec<LaunchResult>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    /// Why a reservation has fewer instances than it could have at most.
    #[serde(default)]
    pub(crate) shortfall_reason: Option<String>,
    /// What the call that made it warned of, for its repetitions.
    pub(crate) warnings: Vec<String>,
    /// The changes that plans showed since the last change, the latest last (G10a).
    pub(crate) planned_changes: Vec<RecordedPlan>,
    /// The type of the launch template that made the group, for configs that name none: the template may be gone.
    #[serde(default)]
    pub(crate) template_instance_type: Option<InstanceTypeName>,
    /// A state holds the fleet, so that a repetition with its token would make a second address stand for it (W2).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_held: bool,
    /// Where a reservation is, even if it has no instances.
    pub(crate) placement: Option<ReservationPlacement>,
    /// Units per billing by which replacements delivered more than the lost instances that they replaced (G10).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) replacement_surplus: BTreeMap<Billing, Decimal>,
}

/// What a plan showed. Plans that stand side by side each have their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RecordedPlan {
    pub(crate) plan_fingerprint: String,
    pub(crate) change: InstanceListChange,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) results: Option<PassResults>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReservationPlacement {
    pub(crate) zone_id: ZoneId,
    pub(crate) vswitch_id: VSwitchId,
    pub(crate) instance_type: InstanceTypeName,
    pub(crate) system_disk_category: String,
}

pub(super) const COLUMNS: &str = "fleet_id, region, sequence, phase, create_time, next_launch_index, id_series, optimal_hourly_cost, request, outcome";

impl World<'_, '_> {
    pub(crate) fn next_creation_number(&mut self) -> Result<i64> {
        self.next_number(Counter::Creations)
    }

    /// A fleet that a call makes, active and without instances; it is not stored yet.
    pub(crate) fn new_fleet<R: FleetRequest>(
        &mut self,
        id: String,
        request: R,
        call: &NewCall,
        outcome: Outcome,
    ) -> Result<Fleet<R>> {
        Ok(Fleet {
            id,
            region: self.region.clone(),
            sequence: self.next_creation_number()?,
            phase: Phase::Active,
            create_time: self.now,
            next_launch_index: 0,
            id_series: call.id_series.clone(),
            optimal_hourly_cost: Decimal::ZERO,
            request,
            outcome,
        })
    }

    /// What an earlier call made, for its repetition: with the switches of now (W2).
    pub(crate) fn repeated<R: FleetRequest>(&mut self, fleet_id: &str, request: &R) -> Result<Fleet<R>> {
        let fleet = self.fleet::<R>(fleet_id)?;
        let mut fleet = fleet.unwrap_or_else(|| damaged(format!("`{fleet_id}` is gone and its token is not")));
        if fleet.outcome.is_held {
            let message = format!(
                "the client token made `{fleet_id}`, which is in use: nothing was launched. Use another token for a new \
                 request, or delete `{fleet_id}` first"
            );
            return Err(CloudError::of(Member::ClientToken, codes::INVALID_CLIENT_TOKEN, message));
        }
        let before = fleet.request.clone();
        fleet.request.adopt_caller_settings(request);
        if fleet.request != before {
            self.save_fleet(&fleet)?;
        }
        Ok(fleet)
    }

    /// A fleet of this region that was not deleted; `None` if there is none.
    pub(crate) fn fleet<R: FleetRequest>(&mut self, fleet_id: &str) -> Result<Option<Fleet<R>>> {
        let rows = self.whole.tx.query(
            &format!(
                "SELECT {COLUMNS} FROM fleets JOIN fleet_documents USING (fleet_id)
                 WHERE fleet_id = $1 AND kind = $2 AND region = $3 AND phase <> 'left'"
            ),
            &[fleet_id.into(), R::KIND.into(), self.region.as_str().into()],
        )?;
        Ok(rows.first().map(read_fleet))
    }

    /// Whether there is a fleet of this region, of any kind, that was not deleted.
    pub(crate) fn has_fleet(&mut self, fleet_id: &str) -> Result<bool> {
        let rows = self.whole.tx.query(
            "SELECT 1 FROM fleets WHERE fleet_id = $1 AND region = $2 AND phase <> 'left'",
            &[fleet_id.into(), self.region.as_str().into()],
        )?;
        Ok(!rows.is_empty())
    }

    /// The fleets of this region that were not deleted, by creation.
    pub(crate) fn fleets<R: FleetRequest>(&mut self) -> Result<Vec<Fleet<R>>> {
        let rows = self.whole.tx.query(
            &format!(
                "SELECT {COLUMNS} FROM fleets JOIN fleet_documents USING (fleet_id)
                 WHERE kind = $1 AND region = $2 AND phase <> 'left' ORDER BY sequence"
            ),
            &[R::KIND.into(), self.region.as_str().into()],
        )?;
        Ok(rows.iter().map(read_fleet).collect())
    }

    /// The fleets of this region and name that were not deleted, by creation.
    pub(crate) fn fleets_named<R: FleetRequest>(&mut self, name: &str) -> Result<Vec<Fleet<R>>> {
        let rows = self.whole.tx.query(
            &format!(
                "SELECT {COLUMNS} FROM fleets JOIN fleet_documents USING (fleet_id)
                 WHERE region = $1 AND kind = $2 AND name = $3 AND phase <> 'left' ORDER BY sequence"
            ),
            &[self.region.as_str().into(), R::KIND.into(), name.into()],
        )?;
        Ok(rows.iter().map(read_fleet).collect())
    }

    /// Removes a fleet of this region. While instances of it run, it stays in the table as a deleted one.
    pub(crate) fn remove_fleet(&mut self, fleet_id: &str, has_instances: bool) -> Result<()> {
        if has_instances {
            self.tx.execute(
                "UPDATE fleets SET phase = 'left', begins = NULL, ends = NULL, target_pay_as_you_go = NULL,
                     target_spot = NULL, shortfall = 0 WHERE fleet_id = $1",
                &[fleet_id.into()],
            )?;
            self.record_target(fleet_id, 0)?;
        } else {
            self.delete_fleet_rows(fleet_id)?;
        }
        self.mark_dirty(fleet_id);
        self.whole.counts.regions_with_removals.insert(self.region.clone());
        self.release_token(fleet_id)
    }
}

impl WorldTx<'_> {
    /// Writes a fleet, new or changed.
    pub(crate) fn save_fleet<R: FleetRequest>(&mut self, fleet: &Fleet<R>) -> Result<()> {
        let schedule = fleet.request.schedule(fleet.phase);
        self.tx.execute(
            "INSERT INTO fleets (fleet_id, kind, region, sequence, name, phase, begins, ends, target_pay_as_you_go,
                 target_spot, shortfall, revision, create_time, next_launch_index, id_series, optimal_hourly_cost, made_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 1, $11, $12, $13, $14, $15)
             ON CONFLICT (fleet_id) DO UPDATE SET name = excluded.name, phase = excluded.phase,
                 begins = excluded.begins, ends = excluded.ends, target_pay_as_you_go = excluded.target_pay_as_you_go,
                 target_spot = excluded.target_spot, revision = fleets.revision + 1,
                 next_launch_index = excluded.next_launch_index, optimal_hourly_cost = excluded.optimal_hourly_cost",
            &[
                fleet.id.as_str().into(),
                R::KIND.into(),
                fleet.region.as_str().into(),
                fleet.sequence.into(),
                fleet.request.name().into(),
                fleet.phase.name().into(),
                schedule.begins.map(Time::unix_seconds).into(),
                schedule.ends.map(Time::unix_seconds).into(),
                schedule.keeps.map(|(pay_as_you_go, _)| pay_as_you_go).into(),
                schedule.keeps.map(|(_, spot)| spot).into(),
                fleet.create_time.unix_seconds().into(),
                fleet.next_launch_index.into(),
                fleet.id_series.as_str().into(),
                fleet.optimal_hourly_cost.to_string().into(),
                self.made_at.into(),
            ],
        )?;
        self.tx.execute(
            "INSERT INTO fleet_documents (fleet_id, request, outcome) VALUES ($1, $2, $3)
             ON CONFLICT (fleet_id) DO UPDATE SET request = excluded.request, outcome = excluded.outcome",
            &[fleet.id.as_str().into(), write_document(&fleet.request).into(), write_document(&fleet.outcome).into()],
        )?;
        let target = if fleet.phase == Phase::Active { fleet.request.target_capacity() } else { 0 };
        self.record_target(&fleet.id, target)?;
        self.mark_dirty(&fleet.id);
        Ok(())
    }

    /// Writes what there is to report of a fleet that is otherwise as it was.
    pub(crate) fn save_outcome<R: FleetRequest>(&mut self, fleet: &Fleet<R>) -> Result<()> {
        self.tx.execute(
            "UPDATE fleet_documents SET outcome = $1 WHERE fleet_id = $2",
            &[write_document(&fleet.outcome).into(), fleet.id.as_str().into()],
        )?;
        Ok(())
    }

    /// Writes what a pass leaves behind that no reply has reported.
    pub(crate) fn save_pass_result(
        &mut self,
        fleet_id: &str,
        next_launch_index: u32,
        optimal_hourly_cost: Decimal,
    ) -> Result<()> {
        self.tx.execute(
            "UPDATE fleets SET next_launch_index = $1, optimal_hourly_cost = $2 WHERE fleet_id = $3",
            &[next_launch_index.into(), optimal_hourly_cost.to_string().into(), fleet_id.into()],
        )?;
        Ok(())
    }

    /// When the next window of any group begins or ends.
    pub(crate) fn next_window(&mut self) -> Result<Option<Time>> {
        let rows = self.tx.query("SELECT min(begins) FROM fleets WHERE begins IS NOT NULL", &[])?;
        let begins = rows.first().and_then(|row| row.optional_time(0));
        let rows = self.tx.query("SELECT min(ends) FROM fleets WHERE ends IS NOT NULL", &[])?;
        let ends = rows.first().and_then(|row| row.optional_time(0));
        Ok(begins.into_iter().chain(ends).min())
    }

    /// The groups of all regions whose window begins by now, by creation time and id (W5).
    pub(crate) fn groups_that_begin<R: FleetRequest>(&mut self) -> Result<Vec<Fleet<R>>> {
        self.fleets_where("begins <= $1", &[self.now.unix_seconds().into()])
    }

    /// The groups of all regions whose window ends by now, by creation time and id (W5).
    pub(crate) fn groups_that_end<R: FleetRequest>(&mut self) -> Result<Vec<Fleet<R>>> {
        self.fleets_where("ends <= $1", &[self.now.unix_seconds().into()])
    }

    fn fleets_where<R: FleetRequest>(&mut self, condition: &str, parameters: &[SqlValue]) -> Result<Vec<Fleet<R>>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM fleets JOIN fleet_documents USING (fleet_id)
             WHERE {condition} ORDER BY create_time, fleet_id"
        );
        Ok(self.tx.query(&sql, parameters)?.iter().map(read_fleet).collect())
    }

    /// Removes the lost instances of deleted fleets, and the deleted fleets that have no other ones: those of a region,
    /// or of all. Only an existing fleet lists what it lost. Deleted fleets that lost nothing are not read.
    pub(super) fn purge_deleted_fleets(&mut self, region: Option<&RegionId>) -> Result<()> {
        const PURGED: &str = "phase = 'left' AND (
            EXISTS (SELECT 1 FROM batches JOIN instance_pages USING (batch_id)
                    WHERE batches.fleet_id = fleets.fleet_id AND lost > 0)
            OR NOT EXISTS (SELECT 1 FROM batches WHERE batches.fleet_id = fleets.fleet_id))";
        let purged = match region {
            Some(region) => {
                let sql = format!("SELECT fleet_id FROM fleets WHERE region = $1 AND {PURGED}");
                self.tx.query(&sql, &[region.as_str().into()])?
            }
            None => self.tx.query(&format!("SELECT fleet_id FROM fleets WHERE {PURGED}"), &[])?,
        };
        for row in &purged {
            let fleet_id = row.text(0);
            for (batch_id, instances) in self.instances_of_fleet(fleet_id)? {
                self.remove_lost(batch_id, &instances)?;
            }
            if self.batches_of(fleet_id)?.is_empty() {
                self.delete_fleet_rows(fleet_id)?;
            }
        }
        Ok(())
    }
}

/// Reads a fleet from the columns of [`COLUMNS`].
pub(super) fn read_fleet<R: FleetRequest>(row: &Row) -> Fleet<R> {
    Fleet {
        id: row.text(0).to_owned(),
        region: row.text(1).into(),
        sequence: row.number(2),
        phase: Phase::named(row.text(3)),
        create_time: row.time(4),
        next_launch_index: row.count(5),
        id_series: row.text(6).to_owned(),
        optimal_hourly_cost: decimal(row.text(7)),
        request: read_document(row.text(8)),
        outcome: read_document(row.text(9)),
    }
}

impl Phase {
    const ALL: [Self; 5] = [Self::Submitted, Self::Active, Self::Inactive, Self::Expired, Self::DeletedWithInstances];

    const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Expired => "expired",
            Self::DeletedWithInstances => "left",
        }
    }

    fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|phase| phase.name() == name);
        found.unwrap_or_else(|| damaged("the phase of a fleet does not read back"))
    }
}

impl FleetRequest for RunInstancesRequest {
    const KIND: &'static str = "reservation";
    const ID_PREFIX: &'static str = ReservationId::PREFIX;
    const ALPHABET: Alphabet = Alphabet::Hex17;

    fn name(&self) -> Option<&str> {
        None
    }

    fn target_capacity(&self) -> u32 {
        self.images.iter().map(|image| image.max_count).sum()
    }

    fn schedule(&self, _phase: Phase) -> Schedule {
        Schedule::default()
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn shared(&self, fleet_id: &str) -> Vec<(u32, FleetSettings)> {
        let shared = FleetSettings {
            fleet: FleetId::Reservation(ReservationId::from(fleet_id)),
            security_group_ids: or_default(self.security_group_ids.clone()),
            tags: self.tags.clone(),
            name_pattern: None,
            secrets: LaunchSecrets {
                user_data: self.user_data.clone(),
                hides_user_data: self.hides_user_data,
                password: None,
            },
            pools: None,
        };
        vec![(0, shared)]
    }

    fn adopt_caller_settings(&mut self, of: &Self) {
        self.accept_shortfall = of.accept_shortfall;
        self.replace_lost = of.replace_lost;
        self.configuration.clone_from(&of.configuration);
    }
}

impl FleetRequest for CreateAutoProvisioningGroupRequest {
    const KIND: &'static str = "group";
    const ID_PREFIX: &'static str = GroupId::PREFIX;
    const ALPHABET: Alphabet = Alphabet::Base36;

    fn instance_alphabet(&self) -> Alphabet {
        if self.fleet.is_some() { Alphabet::Hex17 } else { Self::ALPHABET }
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn target_capacity(&self) -> u32 {
        self.capacity.total
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

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn shared(&self, fleet_id: &str) -> Vec<(u32, FleetSettings)> {
        let of = |launch| FleetSettings::of_launch(FleetId::Group(GroupId::from(fleet_id)), launch);
        let further = self.fleet.iter().flat_map(|options| {
            let launches = options.further_launches.iter();
            launches.map(|(config, launch)| FleetSettings { pools: Some(options.pools_of(*config)), ..of(launch) })
        });
        std::iter::once(of(&self.launch_configuration)).chain(further).map(|shared| (0, shared)).collect()
    }

    fn adopt_caller_settings(&mut self, of: &Self) {
        self.accept_shortfall = of.accept_shortfall;
        self.replace_lost = of.replace_lost;
        self.configuration.clone_from(&of.configuration);
    }
}
