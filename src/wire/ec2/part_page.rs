//! A page of a list that begins with parts of instances, by launch, and ends with objects of other kinds: what is read of
//! the world is what the page shows (E9).

use std::fmt;

use super::instance_xml::InstanceView;
use super::xml::Xml;
use super::{Result, page};
use crate::cloud::SimCloud;
use crate::cloud::model::{InstancePageRequest, InstancePosition, InstanceRecords};
use crate::wire::parameters::Arguments;

#[derive(Debug)]
pub(super) struct PartPage<T> {
    pub(super) items: Vec<T>,
    next: Option<String>,
    is_first: bool,
}

impl<T> PartPage<T> {
    /// The next of the parts that `of_instance` gives of each instance, and then of `rest`. Both leave out what the call does
    /// not want; `of_instance` may be asked about one instance more than once.
    ///
    /// # Errors
    /// Size or token are invalid.
    pub(super) fn read(
        cloud: &SimCloud,
        arguments: &Arguments<'_>,
        of_instance: &dyn Fn(&InstanceView<'_>) -> Vec<T>,
        rest: impl FnOnce() -> Result<Vec<T>>,
    ) -> Result<Self> {
        let after = page::position(arguments, PartPosition::read)?;
        let size = page::size(arguments)?;
        let mut found: Vec<(PartPosition, T)> = Vec::new();
        let mut has_more = false;
        if !matches!(after, Some(PartPosition::OfRest(_))) {
            (found, has_more) = parts(cloud, after, size, of_instance)?;
        }
        let most = size.unwrap_or(usize::MAX);
        if !has_more && found.len() <= most {
            let rest = rest()?.into_iter().enumerate().map(|(number, item)| (PartPosition::OfRest(number), item));
            found.extend(rest.filter(|(place, _)| after.is_none_or(|after| *place > after)));
        }
        has_more |= found.len() > most;
        found.truncate(most);
        let next = found.last().filter(|_| has_more).map(|(place, _)| page::token(&place.to_string()));
        let items = found.into_iter().map(|(_, item)| item).collect();
        Ok(Self { items, next, is_first: after.is_none() })
    }

    /// Whether this page is the whole list.
    pub(super) const fn is_all(&self) -> bool {
        self.is_first && self.next.is_none()
    }

    /// The token of the next page, if there is one.
    pub(super) fn write_token(&self, xml: &mut Xml) {
        xml.optional("nextToken", self.next.as_deref());
    }
}

/// The parts of as many instances as a page may need, and whether others follow.
fn parts<T>(
    cloud: &SimCloud,
    after: Option<PartPosition>,
    size: Option<usize>,
    of_instance: &dyn Fn(&InstanceView<'_>) -> Vec<T>,
) -> Result<(Vec<(PartPosition, T)>, bool)> {
    let unseen = |view: &InstanceView<'_>| -> Vec<(PartPosition, T)> {
        let numbered = (0..).zip(of_instance(view));
        let placed = numbered.map(|(number, part)| (PartPosition::OfInstance(view.record.position, number), part));
        placed.filter(|(place, _)| after.is_none_or(|after| *place > after)).collect()
    };
    let request = InstancePageRequest {
        after: after.and_then(PartPosition::before_its_instance),
        max_results: size,
        ..InstancePageRequest::default()
    };
    let has_parts = |found: &InstanceRecords| {
        let flags = found.records.iter().map(|record| !unseen(&InstanceView::new(record, found)).is_empty());
        Some(flags.collect())
    };
    let page = cloud.describe_instance_page(&request, &has_parts)?;
    let found = &page.instances;
    let parts = found.records.iter().flat_map(|record| unseen(&InstanceView::new(record, found)));
    Ok((parts.collect(), page.next.is_some()))
}

/// The position of an item in such a list. It stays what it is while instances are launched and ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PartPosition {
    /// Which part of the instance.
    OfInstance(InstancePosition, usize),
    OfRest(usize),
}

impl PartPosition {
    fn read(text: &str) -> Option<Self> {
        let numbers: Vec<&str> = text.split(' ').collect();
        match numbers[..] {
            [number] => Some(Self::OfRest(number.parse().ok()?)),
            [batch, ordinal, number] => {
                let position = InstancePosition { batch: batch.parse().ok()?, ordinal: ordinal.parse().ok()? };
                Some(Self::OfInstance(position, number.parse().ok()?))
            }
            _ => None,
        }
    }

    /// The last position after which the instance is found again, for the parts of it that were not shown.
    const fn before_its_instance(self) -> Option<InstancePosition> {
        match self {
            Self::OfInstance(InstancePosition { batch, ordinal: 0 }, _) => {
                Some(InstancePosition { batch: batch.saturating_sub(1), ordinal: u32::MAX })
            }
            Self::OfInstance(InstancePosition { batch, ordinal }, _) => {
                Some(InstancePosition { batch, ordinal: ordinal - 1 })
            }
            Self::OfRest(_) => None,
        }
    }
}

impl fmt::Display for PartPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfInstance(InstancePosition { batch, ordinal }, number) => write!(f, "{batch} {ordinal} {number}"),
            Self::OfRest(number) => write!(f, "{number}"),
        }
    }
}
