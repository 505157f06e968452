//! Operations that only look: instances, the catalogue and the market as the scenario shows it.

mod account; // who asks, and what time it is
mod available; // DescribeAvailableResource
mod catalogue; // zones, instance types, images
pub(in crate::cloud::operations) mod costs; // what instances cost over time
mod instances; // DescribeInstances and what an instance sees of itself
mod price; // DescribePrice, DescribeSpotPriceHistory

pub(super) use instances::{candidates, placed, placed_with};
