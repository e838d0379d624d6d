#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| iamctl_fuzz::config_document(data));
