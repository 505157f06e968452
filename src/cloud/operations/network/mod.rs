//! VPCs, vSwitches, security groups and their rules (N1, N2, W1), elastic addresses, NAT gateways and routes (N6–N8).

mod eip;
mod eip_association;
mod nat_gateway;
mod route_entry;
mod security_group;
mod security_group_rule;
mod snat_entry;
mod vpc;
mod vswitch;

pub(super) use route_entry::check_no_route;

use super::{set, set_text};
use crate::base::Cidr;
use crate::cloud::error::{CloudError, ServiceError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::Tags;
use crate::cloud::world::World;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The default network is there from the beginning and stays as it is.
fn refuse_default(world: &World, kind: &str, id: &str) -> CloudError {
    let message = format!(
        "`{id}` is the default {kind} of `{}`: it is always there, and cannot be changed or deleted",
        world.region
    );
    let refusal = ServiceError::new(codes::OPERATION_DENIED, message);
    CloudError::Service(Box::new(ServiceError { is_about_default: true, ..refusal }))
}

/// A block of the configuration whose prefix length lies between two bounds.
fn block(parameter: Member, text: &str, prefixes: std::ops::RangeInclusive<u32>) -> Result<Cidr> {
    let refuse = |why: String| CloudError::of(parameter, codes::INVALID_CIDR_BLOCK, format!("`{text}`: {why}"));
    let block = Cidr::parse(text).map_err(|error| refuse(error.to_string()))?;
    if prefixes.contains(&block.prefix()) {
        return Ok(block);
    }
    let (most, least) = (prefixes.start(), prefixes.end());
    Err(refuse(format!("its prefix length is {}, and must be from {most} to {least}", block.prefix())))
}

fn has_tags(tags: &Tags, wanted: &Tags) -> bool {
    wanted.iter().all(|(key, value)| tags.get(key) == Some(value))
}

/// A filter that is absent, or equal to what was found.
fn matches_filter<T: PartialEq>(wanted: Option<&T>, found: Option<&T>) -> bool {
    wanted.is_none() || wanted == found
}
