//! Pages of all that is known of instances: a page costs what it shows, and is not changed by launches and ends between
//! two of them (E9).

use super::records::{living, with_shared};
use crate::base::order::Order;
use crate::base::wildcard::matches_wildcard;
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{
    InstanceColumn, InstancePage, InstancePageRequest, InstancePosition, InstanceRecord, InstanceRecords,
};
use crate::cloud::world::World;
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The most instances that are read at once.
const CHUNK: usize = 1000;

/// Which of these records a page shows; `None` for all.
type Select<'a> = &'a dyn Fn(&InstanceRecords) -> Option<Vec<bool>>;

impl SimCloud {
    /// The next instances by launch, of those whose columns match and that `select` chooses. It is given some records at a
    /// time, as many as a page may need, and may be asked about one instance more than once.
    pub fn describe_instance_page(&self, request: &InstancePageRequest, select: Select<'_>) -> Result<InstancePage> {
        self.read(Operation::DescribeInstances, |world| page(world, request, select))
    }
}

pub(super) fn page(world: &mut World, request: &InstancePageRequest, select: Select<'_>) -> Result<InstancePage> {
    let most = request.max_results.unwrap_or(usize::MAX);
    let mut shown = with_shared(world, Vec::new())?;
    let mut found = Vec::new();
    let mut after = request.after;
    let mut size = most.saturating_add(1).min(CHUNK);
    loop {
        let (records, end) = chunk(world, request, after, size)?;
        shown.records = records;
        let selected = select(&shown);
        let mut flags = selected.into_iter().flatten();
        shown.records.retain(|_| flags.next().unwrap_or(true));
        found.append(&mut shown.records);
        if found.len() > most {
            found.truncate(most);
            let next = found.last().map(|record| record.position);
            return Ok(InstancePage { instances: InstanceRecords { records: found, ..shown }, next });
        }
        if end.is_none() {
            return Ok(InstancePage { instances: InstanceRecords { records: found, ..shown }, next: None });
        }
        after = end;
        size = (size * 2).min(CHUNK);
    }
}

/// Records behind a position, and the position up to which they are all that there are; `None` at the end.
fn chunk(
    world: &mut World,
    request: &InstancePageRequest,
    after: Option<InstancePosition>,
    size: usize,
) -> Result<(Vec<InstanceRecord>, Option<InstancePosition>)> {
    let mut kept = world.instances_after(after, size)?;
    let before_all = world.before_all();
    let mut ended = world.ended_instances_after(after.unwrap_or(before_all), size)?;
    let last_kept = kept.last().filter(|(_, count)| *count >= size).map(|(last, _)| last);
    let last_ended = ended.last().filter(|_| ended.len() >= size).map(|record| record.position);
    let end = last_kept.into_iter().chain(last_ended).min();
    if let Some(end) = end {
        kept.cut_behind(end);
        ended.retain(|record| record.position <= end);
    }
    kept.retain_matching(&request.columns, world.now);
    ended.retain(|record| request.columns.iter().all(|(column, patterns)| matches(record, *column, patterns)));
    let listed = world.list_side_by_side(kept)?;
    let mut records = living(world, listed)?;
    records.append(&mut ended);
    records.order_by_key(|record| record.position);
    Ok((records, end))
}

fn matches(record: &InstanceRecord, column: InstanceColumn, patterns: &[String]) -> bool {
    let instance = &record.placed.instance;
    let value = match column {
        InstanceColumn::Image => instance.image_id.as_str(),
        InstanceColumn::InstanceType => instance.instance_type.as_str(),
        InstanceColumn::KeyPair => instance.key_name.as_ref().map_or("", |name| name.as_str()),
        InstanceColumn::State => instance.state.name(),
        InstanceColumn::Zone => instance.zone_id.as_str(),
    };
    patterns.iter().any(|pattern| matches_wildcard(value, pattern))
}
