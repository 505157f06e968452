//! What is sold: regions, zones, instance types, images and the tariff, from the data files beside this module.
//!
//! Specifications are facts; the tariff and the stock levels are simcloud's own.
