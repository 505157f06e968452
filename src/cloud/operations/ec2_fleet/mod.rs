//! EC2's fleets (G21–G27): groups with options, which the groups' own code launches, replenishes and expires.

mod check_request; // what a request must be
mod create;
mod delete;
mod describe;
mod errors; // why pools gave nothing more, in EC2's codes
mod modify;
mod operation; // their names
mod outlook; // what an outlook launches
mod requirements; // attributes by which types are chosen
mod resolve; // from templates and overrides to the pools of a group

pub(super) use outlook::outlook_launch;
