//! A page of instances: what is read of the world is what the page shows (E9).

use std::collections::BTreeSet;

use super::filters::Filters;
use super::instance_xml::InstanceView;
use super::instances::find;
use super::xml::Xml;
use super::{Result, page};
use crate::base::InstanceId;
use crate::cloud::SimCloud;
use crate::cloud::model::{InstanceColumn, InstancePageRequest, InstancePosition, InstanceRecords};
use crate::wire::parameters::Arguments;

/// The filters that the world itself can apply, before it reads what else it knows of an instance.
const COLUMNS: [(&str, InstanceColumn); 8] = [
    ("availability-zone", InstanceColumn::Zone),
    ("image-id", InstanceColumn::Image),
    ("instance-state-name", InstanceColumn::State),
    ("instance-type", InstanceColumn::InstanceType),
    ("key-name", InstanceColumn::KeyPair),
    ("launch.image-id", InstanceColumn::Image),
    ("launch.instance-type", InstanceColumn::InstanceType),
    ("launched-availability-zone", InstanceColumn::Zone),
];

/// The instances of a page, by launch.
#[derive(Debug)]
pub(super) struct InstancePage {
    pub(super) found: InstanceRecords,
    next: Option<String>,
}

impl InstancePage {
    /// The next of the instances that `select` chooses: of those that a call names, or of all.
    ///
    /// # Errors
    /// An instance that is named does not exist; size or token are invalid.
    pub(super) fn read(
        cloud: &SimCloud,
        arguments: &Arguments<'_>,
        ids: Option<&BTreeSet<InstanceId>>,
        filters: &Filters,
        select: &dyn Fn(&InstanceView<'_>) -> bool,
    ) -> Result<Self> {
        let request = InstancePageRequest {
            after: page::position(arguments, read_position)?,
            max_results: page::size(arguments)?,
            columns: filters.columns(&COLUMNS),
        };
        let flags = |found: &InstanceRecords| -> Vec<bool> {
            found.records.iter().map(|record| select(&InstanceView::new(record, found))).collect()
        };
        let (found, next) = if ids.is_some() {
            of_named(find(cloud, ids)?, &request, flags)
        } else {
            let page = cloud.describe_instance_page(&request, &|found| Some(flags(found)))?;
            (page.instances, page.next)
        };
        Ok(Self {
            found,
            next: next.map(|InstancePosition { batch, ordinal }| page::token(&format!("{batch} {ordinal}"))),
        })
    }

    pub(super) fn views(&self) -> impl Iterator<Item = InstanceView<'_>> {
        self.found.records.iter().map(|record| InstanceView::new(record, &self.found))
    }

    /// Whether no other page follows.
    pub(super) const fn is_last(&self) -> bool {
        self.next.is_none()
    }

    /// The token of the next page, if there is one.
    pub(super) fn write_token(&self, xml: &mut Xml) {
        xml.optional("nextToken", self.next.as_deref());
    }
}

fn read_position(text: &str) -> Option<InstancePosition> {
    let (batch, ordinal) = text.split_once(' ')?;
    Some(InstancePosition { batch: batch.parse().ok()?, ordinal: ordinal.parse().ok()? })
}

/// The page of instances that are few, because a call named them.
fn of_named(
    mut found: InstanceRecords,
    request: &InstancePageRequest,
    flags: impl Fn(&InstanceRecords) -> Vec<bool>,
) -> (InstanceRecords, Option<InstancePosition>) {
    found.records.retain(|record| request.after.is_none_or(|after| record.position > after));
    let mut flags = flags(&found).into_iter();
    found.records.retain(|_| flags.next().unwrap_or(false));
    let most = request.max_results.unwrap_or(usize::MAX);
    let has_more = found.records.len() > most;
    found.records.truncate(most);
    let next = found.records.last().map(|record| record.position).filter(|_| has_more);
    (found, next)
}
