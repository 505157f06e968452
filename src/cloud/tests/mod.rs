//! Tests of whole operations on whole worlds, rule by rule.

mod administration;
mod describe;
mod group;
mod instances;
mod key_pair;
mod lab;
mod launch_template;
mod network;
mod property;
mod reservation;
mod time;
mod world;
