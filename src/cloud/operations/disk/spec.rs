//! Category, performance level and size of a disk: which go together, and what a change may do (N9).

use super::Result;
use crate::base::ApiEnum;
use crate::base::nearest::{did_you_mean_clause, nearest};
use crate::catalogue::{DEFAULT_PERFORMANCE_LEVEL, DiskCategory, smallest_gib_of_level};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{CreateDiskRequest, ModifyDiskRequest};

pub(super) fn category_named(name: &str) -> Result<DiskCategory> {
    DiskCategory::parse(name).map_err(|_| {
        let hint = did_you_mean_clause(nearest(name, DiskCategory::NAMES.iter().copied()));
        CloudError::of(Member::Category, codes::INVALID_DISK_CATEGORY, format!("`{name}` is not a disk category{hint}"))
    })
}

/// Checks what a request says about the disk itself, and sets what it leaves open.
pub(super) fn complete(request: &mut CreateDiskRequest) -> Result<()> {
    let category = match request.category.as_deref() {
        Some(name) => category_named(name)?,
        None => CreateDiskRequest::DEFAULT_CATEGORY,
    };
    let level = level_of(category, request.performance_level.take());
    let smallest = min_size_gib(category, level.as_deref())?;
    let size = match (request.size, &request.snapshot_id) {
        (Some(size), _) => size,
        // The snapshots of the simulation hold nothing, so the smallest disk holds all of one.
        (None, Some(_)) => smallest,
        (None, None) => {
            let message = "a disk needs a size in GiB, unless it is made from a snapshot";
            return Err(CloudError::of(Member::Size, codes::MISSING_PARAMETER, message));
        }
    };
    check_size(category, level.as_deref(), size)?;
    request.category = Some(category.name().to_owned());
    request.performance_level = level;
    request.size = Some(size);
    Ok(())
}

/// A disk grows in place, and its category changes as the service allows it.
pub(super) fn change(disk_id: &str, own: &mut CreateDiskRequest, request: &ModifyDiskRequest) -> Result<()> {
    let before = category_named(own.category.as_deref().unwrap_or_default())?;
    let category = request.category.as_deref().map_or(Ok(before), category_named)?;
    let level = level_of(category, request.performance_level.clone().or_else(|| own.performance_level.clone()));
    let is_same = category == before && level == own.performance_level;
    if !is_same && !before.can_become(category, level.as_deref()) {
        let level = level.map_or_else(String::new, |level| format!(" of {level}"));
        let message = format!("`{disk_id}` is a `{before}` and cannot become a `{category}`{level}");
        return Err(CloudError::of(Member::Category, codes::INVALID_DISK_CATEGORY, message));
    }
    let size_before = own.size.unwrap_or_default();
    let size = request.size.unwrap_or(size_before);
    if size < size_before {
        let message = format!("`{disk_id}` has {size_before} GiB and cannot shrink to {size} GiB");
        return Err(CloudError::of(Member::Size, codes::DISK_SIZE_TOO_SMALL, message));
    }
    check_size(category, level.as_deref(), size)?;
    own.category = Some(category.name().to_owned());
    own.performance_level = level;
    own.size = Some(size);
    Ok(())
}

/// Only `cloud_essd` has performance levels.
fn level_of(category: DiskCategory, given: Option<String>) -> Option<String> {
    let given = given.filter(|level| !level.is_empty());
    (category == DiskCategory::CloudEssd).then(|| given.unwrap_or_else(|| DEFAULT_PERFORMANCE_LEVEL.to_owned()))
}

fn min_size_gib(category: DiskCategory, level: Option<&str>) -> Result<u32> {
    match level.map(|level| (level, smallest_gib_of_level(level))) {
        Some((_, Some(smallest))) => Ok(smallest),
        Some((level, None)) => {
            let message = format!("there is no performance level `{level}`; there are PL0 to PL3");
            Err(CloudError::of(Member::PerformanceLevel, codes::PERFORMANCE_LEVEL_MISMATCH, message))
        }
        None => Ok(category.data_gib().map_or(1, |(least, _)| least)),
    }
}

fn check_size(category: DiskCategory, level: Option<&str>, size: u32) -> Result<()> {
    let least = min_size_gib(category, level)?;
    let most = category.data_gib().map_or(u32::MAX, |(_, most)| most);
    if (least..=most).contains(&size) {
        return Ok(());
    }
    let level = level.map_or_else(String::new, |level| format!(" of {level}"));
    let message = format!("a `{category}`{level} has {least} to {most} GiB, not {size}");
    let code =
        if level.is_empty() || size > most { codes::INVALID_DISK_SIZE } else { codes::PERFORMANCE_LEVEL_MISMATCH };
    Err(CloudError::of(Member::Size, code, message))
}
