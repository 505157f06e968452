//! Tests of whole operations on whole worlds, rule by rule.

mod administration;
mod attachment;
mod costs;
mod describe;
mod disk;
mod ec2_fleet;
pub(in crate::cloud) mod engine;
mod fork;
mod gateway;
mod group;
mod instance_page;
mod instances;
mod key_pair;
mod launch_template;
mod network;
mod network_interface;
mod outlook;
mod outlook_fleets;
mod outlook_of_plans;
#[path = "../../../tests/support/postgres.rs"]
pub(in crate::cloud) mod postgres_server;
mod property;
mod ram;
mod readings;
mod reservation;
mod scaling;
mod shared_world;
mod single_instance;
mod spot_fleet;
mod stand_in;
mod tags;
pub(in crate::cloud) mod test_cloud;
mod test_rng;
mod time;
mod world;
mod world_change;
