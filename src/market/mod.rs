//! What may happen: supply and price of every pool at every hour, and what is sold where, seen through a scenario.
//!
//! A pure function of (catalogue, scenario, seed, time); nothing of it is stored. Knows nothing of instances in use.

pub mod scenario;
