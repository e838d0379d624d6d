use super::*;

fn config(variables: &[(&str, &str)], file: &str, overrides: Overrides) -> Result<Config> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    std::fs::write(&path, file).unwrap();
    let mut all = vec![
        ("AWS_CONFIG_FILE", path.to_str().unwrap()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials"),
    ];
    all.extend_from_slice(variables);
    Config::load(Env::fixed(all), overrides)
}

fn plain(variables: &[(&str, &str)], file: &str) -> Config {
    config(variables, file, Overrides::default()).unwrap()
}

#[test]
fn the_profile_is_the_option_then_the_environment_then_default() {
    let file = "[default]\nregion=d\n[profile a]\nregion=a\n[profile b]\nregion=b\n";
    assert_eq!(plain(&[], file).region().as_deref(), Some("d"));
    assert_eq!(plain(&[("AWS_DEFAULT_PROFILE", "a")], file).region().as_deref(), Some("a"));
    let both = [("AWS_DEFAULT_PROFILE", "a"), ("AWS_PROFILE", "b")];
    assert_eq!(plain(&both, file).region().as_deref(), Some("b"));
    let option = Overrides { profile: Some("a".into()), ..Overrides::default() };
    let chosen = config(&both, file, option).unwrap();
    assert_eq!((chosen.region().as_deref(), chosen.profile_is_explicit()), (Some("a"), true));
}

#[test]
fn an_unknown_profile_is_named_and_an_empty_option_counts_as_not_given() {
    let error = config(&[("AWS_PROFILE", "nope")], "", Overrides::default()).unwrap_err();
    assert_eq!(error.message, "The config profile (nope) could not be found");
    let error = config(&[("AWS_PROFILE", "")], "", Overrides::default()).unwrap_err();
    assert_eq!(error.message, "The config profile () could not be found");
    let empty = Overrides { profile: Some(String::new()), ..Overrides::default() };
    assert_eq!(config(&[], "", empty).unwrap().profile_name(), "default");
}

#[test]
fn an_empty_region_hides_the_next_source() {
    let file = "[default]\nregion=d\n";
    assert_eq!(plain(&[("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "x")], file).region().as_deref(), Some(""));
    assert_eq!(plain(&[("AWS_DEFAULT_REGION", "")], file).region().as_deref(), Some(""));
    assert!(check_region("bad region").is_err() && check_region("").is_ok());
}

#[test]
fn the_endpoint_has_five_sources_and_one_switch() {
    let file = "[default]\nendpoint_url = http://profile\nservices = s\n[services s]\niam =\n  endpoint_url = http://services\n";
    let all = [("AWS_ENDPOINT_URL", "http://common"), ("AWS_ENDPOINT_URL_IAM", "http://own")];
    let url = |config: &Config, id: &str| config.endpoint_url(id).unwrap();
    assert_eq!(url(&plain(&all, file), "IAM").as_deref(), Some("http://own"));
    assert_eq!(url(&plain(&all, file), "STS").as_deref(), Some("http://common"));
    assert_eq!(url(&plain(&[], file), "IAM").as_deref(), Some("http://services"));
    assert_eq!(url(&plain(&[], file), "STS").as_deref(), Some("http://profile"));
    let ignored = [("AWS_ENDPOINT_URL", "http://common"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")];
    assert_eq!(url(&plain(&ignored, file), "IAM"), None);
    let missing = plain(&[], "[default]\nservices = s\n");
    let error = missing.endpoint_url("IAM").unwrap_err();
    assert!(error.message.contains("the \"s\" services configuration does not exist"), "{error}");
}

#[test]
fn endpoints_that_can_be_none_are_refused() {
    for url in ["http://127.0.0.1:9", "https://[::1]:9/x", "http://u:p@h/", "HTTP://h", "http://h.:1/a?b=c"] {
        assert!(check_endpoint(url).is_ok(), "{url}");
    }
    for (url, want) in [
        ("localhost:5000", "Invalid endpoint: localhost:5000"),
        ("http://bad host/", "Invalid endpoint: http://bad host/"),
        ("http://my_host:1", "Invalid endpoint: http://my_host:1"),
        ("http://", "Invalid endpoint: http://"),
        ("http://h:x", "Port could not be cast to integer value as 'x'"),
        ("ftp://h", "An HTTP Client raised an unhandled exception: Not supported URL scheme ftp"),
    ] {
        assert_eq!(check_endpoint(url).unwrap_err().message, want);
    }
}

#[test]
fn retries_are_bounded_and_legacy_is_refused() {
    assert_eq!(plain(&[], "").retry().unwrap().max_attempts(), 3);
    assert_eq!(plain(&[("AWS_MAX_ATTEMPTS", "5")], "").retry().unwrap().max_attempts(), 5);
    let error = plain(&[("AWS_MAX_ATTEMPTS", "0")], "").retry().unwrap_err();
    assert!(error.message.starts_with("Value provided to \"max_attempts\": 0 must be"), "{error}");
    let error = plain(&[], "[default]\nretry_mode = legacy\n").retry().unwrap_err();
    assert!(error.message.contains("\"legacy\" must be one of"), "{error}");
}
