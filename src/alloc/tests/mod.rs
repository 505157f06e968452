//! Tables of known answers, every small request against the plainest program for it, and what holds for all requests.

mod grid;
mod naive;
mod properties;
mod table;
mod vectors;
