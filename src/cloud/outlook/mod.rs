//! Many markets at once: what a fleet would get, cost and lose in each of them (M11–M14).
//!
//! Each market has its fleet in memory, on which the passes and the steps of time of a world run; nothing here decides
//! what they do.

mod account; // what a group delivered and cost so far
mod basis; // what all markets have in common
mod held; // what a fleet that exists holds
mod market_run; // one market, from the launch to the horizon
mod memory; // the fleets of one market
mod run; // all markets, on all cores
mod summary; // percentiles, pools, the worst market

pub(super) use basis::{LaunchKind, OutlookBasis, OutlookLaunch};
pub(super) use held::HeldFleet;
pub(super) use run::{Markets, run};
