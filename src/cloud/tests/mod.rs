//! Tests of whole operations on whole worlds, rule by rule.

mod group;
mod lab;
mod property;
mod reservation;
mod time;
mod world;
