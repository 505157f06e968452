//! Ids, client tokens and request ids: derived from the seed and the request, never drawn (W2, W3).

use super::fleet::{Fleet, FleetRequest};
use super::id_series::SeriesKind;
use super::{Result, World, WorldTx};
use crate::base::limits::MAX_CLIENT_TOKEN_LENGTH;
use crate::base::uuid::{hex, name_based};
use crate::base::{Alphabet, GroupId, InstanceId, Seed};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::RunInstancesRequest;
use crate::market::Operation;

/// Finds out whether a call was made before: with its token (W2), or as an equal request without one (W3).
///
/// `fingerprint` stands for the request's parameters as the API has them.
pub(crate) fn identify(
    world: &mut World,
    operation: Operation,
    token: Option<&str>,
    fingerprint: String,
) -> Result<TokenUse> {
    let Some(token) = token else { return Ok(TokenUse::New(new_call(world, operation, fingerprint)?)) };
    check_token(token)?;
    let known = world.whole.tx.query(
        "SELECT fingerprint, resource_id FROM tokens WHERE region = $1 AND operation = $2 AND token = $3",
        &[world.region.as_str().into(), operation.name().into(), token.into()],
    )?;
    match known.first() {
        Some(row) if row.text(0) == fingerprint => Ok(TokenUse::Repetition(row.text(1).to_owned())),
        Some(_) => Err(CloudError::of(
            Member::ClientToken,
            codes::IDEMPOTENT_PARAMETER_MISMATCH,
            format!(
                "the client token `{token}` was used before with other parameters; use a new token for a new request"
            ),
        )),
        None => {
            let id_series = IdSource::of_token(world, operation, token).series(world.seed());
            Ok(TokenUse::New(NewCall { operation, id_series, token: token.to_owned(), fingerprint }))
        }
    }
}

/// A call without a token, which is never a repetition (W3).
pub(crate) fn new_call(world: &mut World, operation: Operation, fingerprint: String) -> Result<NewCall> {
    let id_series = new_id_series(world, operation.name(), &fingerprint)?;
    let token = name_based(world.seed().digest(&["token", &id_series])).to_lowercase();
    Ok(NewCall { operation, id_series, token, fingerprint })
}

/// Where the ids of what a request without a token makes come from: equal requests are told apart by their number (W3).
pub(crate) fn new_id_series(world: &mut World, operation: &str, fingerprint: &str) -> Result<String> {
    Ok(IdSource::of_request(world, operation, fingerprint)?.series(world.seed()))
}

/// What ids are derived from beside the seed, so that they can be known in the worlds of other seeds.
#[derive(Clone, Debug)]
pub(crate) enum IdSource {
    /// The labels of a call.
    Call(Vec<String>),
    /// The series of a fleet that exists, and how many instance ids of it were used.
    Fleet { id_series: String, used: u64, block_size: u64 },
}

impl IdSource {
    /// Of a call of a group's creation, with its token or as an equal request without one.
    pub(crate) fn of_call(
        world: &mut World,
        operation: Operation,
        token: Option<&str>,
        fingerprint: &str,
    ) -> Result<Self> {
        match token {
            Some(token) => Ok(Self::of_token(world, operation, token)),
            None => Self::of_request(world, operation.name(), fingerprint),
        }
    }

    fn of_token(world: &World, operation: Operation, token: &str) -> Self {
        Self::Call([world.region.as_str(), operation.name(), "token", token].map(str::to_owned).to_vec())
    }

    fn of_request(world: &mut World, operation: &str, fingerprint: &str) -> Result<Self> {
        let asked = count_request(world, operation, fingerprint)?;
        let labels = [world.region.as_str(), operation, "request", fingerprint, &asked.to_string()];
        Ok(Self::Call(labels.map(str::to_owned).to_vec()))
    }

    /// Of the next instances of a fleet that exists.
    pub(crate) fn of_fleet<R: FleetRequest>(world: &mut World, fleet: &Fleet<R>) -> Result<Self> {
        let id_series = fleet.id_series.clone();
        let used = world.whole.take_from_series(&id_series, SeriesKind::Instances, 0)?;
        Ok(Self::Fleet { id_series, used, block_size: fleet.request.instance_alphabet().block_size() })
    }

    /// The series that the ids come from under a seed.
    pub(crate) fn series(&self, seed: Seed) -> String {
        match self {
            Self::Call(labels) => {
                let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
                hex(&seed.digest(&labels), 16)
            }
            Self::Fleet { id_series, .. } => id_series.clone(),
        }
    }

    /// The number in which the next instance id of the series ends: later ones follow it, and after the last number of
    /// the alphabet comes zero.
    pub(crate) fn next_instance_number(&self, seed: Seed) -> u64 {
        match self {
            Self::Call(_) => instance_id_block(seed, &self.series(seed), 0).1,
            Self::Fleet { id_series, used, block_size } => {
                instance_id_block(seed, id_series, used / block_size).1.wrapping_add(*used)
            }
        }
    }
}

/// The digest that the ids of a block of a series are made of, and the number at which they begin.
fn instance_id_block(seed: Seed, id_series: &str, block: u64) -> ([u8; 32], u64) {
    let digest = seed.digest(&["instance", id_series, &block.to_string()]);
    let offset = digest.iter().rev().take(4).fold(0, |number, byte| (number << 8) | u64::from(*byte));
    (digest, offset)
}

/// What a call turned out to be.
#[derive(Clone, Debug)]
pub(crate) enum TokenUse {
    /// A repetition: what the first one made.
    Repetition(String),
    New(NewCall),
}

/// A call that was not made before.
#[derive(Clone, Debug)]
pub(crate) struct NewCall {
    pub(crate) operation: Operation,
    /// Where its ids come from.
    pub(crate) id_series: String,
    /// The caller's, or a derived one.
    pub(crate) token: String,
    fingerprint: String,
}

impl NewCall {
    /// An upper-case UUID.
    pub(crate) fn request_id(&self, world: &World) -> String {
        name_based(world.seed().digest(&["request id", &self.id_series]))
    }
}

/// A short text that two documents share only if they are equal.
pub(crate) fn fingerprint(document: &str) -> String {
    hex(&Seed::new(0).digest(&["fingerprint", document]), 32)
}

impl World<'_, '_> {
    /// Writes what a call has made, and its token with it. A shortage is no success, accepted or not: its token stays
    /// free (W2).
    pub(crate) fn save_new_fleet<R: FleetRequest>(&mut self, fleet: &Fleet<R>, call: &NewCall) -> Result<()> {
        self.save_fleet(fleet)?;
        if !fleet.maintains_capacity() {
            self.mark_clean(&fleet.id);
        }
        if fleet.outcome.error_code.is_some() {
            return Ok(());
        }
        self.save_token(call, &fleet.id)
    }

    /// Notes what a call has made, so that its token repeats the reply (W2).
    pub(crate) fn save_token(&mut self, call: &NewCall, resource_id: &str) -> Result<()> {
        self.whole.tx.execute(
            "INSERT INTO tokens (region, operation, token, fingerprint, resource_id) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (region, operation, token) DO NOTHING",
            &[
                self.region.as_str().into(),
                call.operation.name().into(),
                call.token.as_str().into(),
                call.fingerprint.as_str().into(),
                resource_id.into(),
            ],
        )?;
        Ok(())
    }
}

impl WorldTx<'_> {
    /// The next id of a series for a group, a reservation or another object that is not an instance.
    pub(crate) fn next_resource_id(&mut self, id_series: &str, prefix: &str, alphabet: Alphabet) -> Result<String> {
        let index = self.take_from_series(id_series, SeriesKind::Resources, 1)?;
        let digest = self.seed().digest(&["owner", id_series, &index.to_string()]);
        // The id of a fleet is written as a UUID on EC2's wire, whatever its alphabet here.
        let alphabet = if self.follows_ec2 && prefix != GroupId::PREFIX { Alphabet::Hex17 } else { alphabet };
        Ok(format!("{prefix}{}", alphabet.id_part(&digest)))
    }

    /// The next `count` instance ids of a series; ids that were ever used are skipped.
    pub(crate) fn next_instance_ids(
        &mut self,
        id_series: &str,
        alphabet: Alphabet,
        count: u32,
    ) -> Result<Vec<InstanceId>> {
        let first = self.take_from_series(id_series, SeriesKind::Instances, count)?;
        let size = alphabet.block_size();
        let seed = self.seed();
        let mut head = (u64::MAX, String::new(), 0);
        let ids = (first..first + u64::from(count)).map(|index| {
            let block = index / size;
            if head.0 != block {
                let (digest, offset) = instance_id_block(seed, id_series, block);
                head = (block, alphabet.instance_id_head(&digest), offset);
            }
            alphabet.instance_id(&head.1, (head.2 + index) % size)
        });
        Ok(ids.collect())
    }

    /// The token of an object that was deleted may be used again (W2).
    pub(crate) fn release_token(&mut self, resource_id: &str) -> Result<()> {
        self.tx.execute("DELETE FROM tokens WHERE resource_id = $1", &[resource_id.into()])?;
        Ok(())
    }

    /// The token of a reservation that has no living instance any more may be used again (W2).
    pub(crate) fn release_token_of_empty_reservation(&mut self, resource_id: &str) -> Result<()> {
        if !resource_id.starts_with(RunInstancesRequest::ID_PREFIX) {
            return Ok(());
        }
        self.tx.execute(
            "DELETE FROM tokens WHERE resource_id = $1
             AND NOT EXISTS (SELECT 1 FROM batches WHERE batches.fleet_id = tokens.resource_id AND live > 0)",
            &[resource_id.into()],
        )?;
        Ok(())
    }
}

fn check_token(token: &str) -> Result<()> {
    if token.is_empty() || token.len() > MAX_CLIENT_TOKEN_LENGTH || !token.is_ascii() {
        let message = format!("the client token `{token}` is not 1 to {MAX_CLIENT_TOKEN_LENGTH} ASCII characters");
        return Err(CloudError::of(Member::ClientToken, codes::INVALID_CLIENT_TOKEN, message));
    }
    Ok(())
}

/// How often just this was asked before.
fn count_request(world: &mut World, operation: &str, fingerprint: &str) -> Result<i64> {
    let key = format!("{} {operation} {fingerprint}", world.region);
    let rows = world.tx.query(
        "INSERT INTO request_counts (fingerprint, requests) VALUES ($1, 1)
         ON CONFLICT (fingerprint) DO UPDATE SET requests = request_counts.requests + 1 RETURNING requests",
        &[key.into()],
    )?;
    Ok(rows.first().map_or(0, |row| row.number(0) - 1))
}
