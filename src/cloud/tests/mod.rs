//! Tests of whole operations on whole worlds, rule by rule.

mod administration;
mod describe;
mod group;
mod lab;
mod property;
mod reservation;
mod time;
mod world;
