#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| simcloud_fuzz::type_constraint(bytes));
