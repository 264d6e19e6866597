#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rolesim::fuzzing::accepted(bytes));
