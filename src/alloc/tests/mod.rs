//! Tables of known answers, every small request against a reference implementation, and properties of all requests.

mod grid;
mod properties;
mod reference;
mod table;
mod vectors;
