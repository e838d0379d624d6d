#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| iamctl_fuzz::credentials_json(data));
