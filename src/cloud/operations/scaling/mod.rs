//! Scaling groups, their configurations and their rules (G15–G20).

mod adjust; // launching and releasing until a group has its sizes
mod configuration; // scaling configurations, and which of them is active
mod content; // what a group launches from must exist
mod enable; // whether a group launches at all
mod group; // scaling groups themselves
mod outlook; // what an outlook launches, or already has
mod request; // what a request must be
mod rule; // scaling rules, executed by hand

pub(super) use outlook::{outlook_launch, outlook_of_existing};
