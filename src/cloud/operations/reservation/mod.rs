//! `RunInstances` and the reservations it makes (R1–R22).

pub(super) mod capacity; // how many instances there is room for, and what to say when it is too few
mod describe;
mod modify;
mod release;
pub(super) mod request; // what a request must be before capacity is looked at
mod run;

pub(super) use modify::modify;
