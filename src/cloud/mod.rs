//! The simulated API: requests, replies, errors, lifecycle, and the world they change.
//!
//! Synchronous and deterministic: time, seed and scenario come in with each call. Async begins at the trait `Cloud`.
