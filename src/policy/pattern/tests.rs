use super::*;

fn context() -> Context {
    let mut context = Context::new();
    context.set("aws:username", "al*e");
    context.set("aws:userid", "a:b");
    context.set_all("aws:TagKeys", vec!["x".into(), "y".into()]);
    context
}

fn expand(text: &str) -> Option<Pattern> {
    Pattern::expand(text, Version::V2012, &context(), true)
}

#[test]
fn wildcards() {
    for (pattern, text, want) in [
        ("", "", true),
        ("", "a", false),
        ("*", "", true),
        ("a*", "a", true),
        ("a*b*c", "axxbxbc", true),
        ("a*b*c", "axxbxb", false),
        ("*ab", "aab", true),
        ("*a?b", "aaaxb", true),
        ("?", "é", true),
        ("?", "", false),
        ("??", "a", false),
        ("a", "A", false),
        ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
    ] {
        assert_eq!(Pattern::wild(pattern).matches(text), want, "{pattern} {text}");
    }
    assert!(Pattern::wild("s3:get*").matches_ignoring_case("S3:GetObject"));
    assert!(Pattern::wild("É").matches_ignoring_case("é"));
    assert!(!Pattern::wild("É").matches_ignoring_case("e"));
}

#[test]
fn both_ways_of_matching_agree_with_trying_everything() {
    fn tried(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, _) => text.is_empty(),
            (Some(('*', more)), _) => (0..=text.len()).any(|taken| tried(more, &text[taken..])),
            (Some(('?', more)), Some((_, rest))) => tried(more, rest),
            (Some((a, more)), Some((b, rest))) => a == b && tried(more, rest),
            (Some(_), None) => false,
        }
    }
    let mut seed = 7_u64;
    let mut word = |letters: &[char], most: u64| -> Vec<char> {
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let length = next(most + 1);
        (0..length).map(|_| letters[usize::try_from(next(letters.len() as u64)).unwrap()]).collect()
    };
    let mut fitting = 0;
    for _ in 0..20_000 {
        let (pattern, text) = (word(&['a', 'é', '*', '*', '?'], 8), word(&['a', 'é'], 8));
        let want = tried(&pattern, &text);
        let (pattern, text) = (String::from_iter(pattern), String::from_iter(text));
        assert_eq!(Pattern::wild(&pattern).matches(&text), want, "{pattern} {text}");
        assert_eq!(Pattern::wild(&pattern).matches_ignoring_case(&text), want, "{pattern} {text}");
        fitting += u32::from(want);
    }
    assert!((2000..18_000).contains(&fitting), "{fitting}");
}

#[test]
fn many_wildcards_against_a_long_text_take_no_time() {
    let text = "a".repeat(200_000);
    let begun = std::time::Instant::now();
    assert!(!Pattern::wild(&"*a".repeat(3_000)).matches(&format!("{text}b")));
    assert!(!Pattern::wild(&format!("*{}b*", "a".repeat(60_000))).matches(&text));
    assert!(!Pattern::wild(&format!("*{}b", "*a".repeat(60_000))).matches(&text));
    assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[test]
fn one_character_wildcards_between_stars_cost_little() {
    let a = |count: usize| "a".repeat(count);
    let any = |count: usize| "?".repeat(count);
    let long = a(2048);
    // A name of an action has at most 128 characters.
    let action = a(128);
    for (pattern, want) in [
        ("*?".repeat(1024), true),
        (format!("{}b", "*?".repeat(1024)), false),
        (format!("*{}b*", any(1022)), false),
        (format!("*{}b*", "a?".repeat(511)), false),
        (format!("*{}b{}", any(682), "*a".repeat(682)), false),
        (format!("*{}a*", any(1022)), true),
        (format!("*a{}a{}", any(62), "*a".repeat(900)), true),
        (format!("*a{}a*a{}a{}", any(63), any(64), "*a".repeat(900)), true),
    ] {
        let pattern = Pattern::wild(&pattern);
        // The quickest of three, because other programs run meanwhile.
        let quickest = |fits: &dyn Fn()| {
            let timed = |()| {
                let begun = std::time::Instant::now();
                fits();
                begun.elapsed()
            };
            [(); 3].map(timed).into_iter().min().unwrap()
        };
        let whole = quickest(&|| assert_eq!(pattern.matches(&long), want, "{pattern:?}"));
        let want = pattern.matches(&action);
        let name = quickest(&|| assert_eq!(pattern.matches_ignoring_case(&action), want, "{pattern:?}"));
        assert!(whole.max(name) < std::time::Duration::from_millis(50), "{whole:?} {name:?}");
    }
}

#[test]
fn what_a_variable_brings_in_is_no_wildcard() {
    let pattern = expand("x/${aws:UserName}/*").unwrap();
    assert!(pattern.matches("x/al*e/y"));
    assert!(!pattern.matches("x/alice/y"));
}

#[test]
fn variables_have_defaults_and_signs_and_may_be_missing() {
    assert!(expand("${aws:x, 'd*'}").unwrap().matches("d*"));
    assert!(!expand("${aws:x, 'd*'}").unwrap().matches("dd"));
    assert!(expand("${aws:x, ''}").unwrap().matches(""));
    assert!(expand("${aws:username, 'd'}").unwrap().matches("al*e"));
    assert!(expand("${*}${?}${$}").unwrap().matches("*?$"));
    assert!(!expand("${*}").unwrap().matches("x"));
    assert!(!expand("${?}").unwrap().matches("x"));
    for missing in [
        "${aws:x}",
        "a${}",
        "${aws:x, d}",
        "${aws:x, 'd}",
        "${aws:x,'d'}",
        "${aws:TagKeys}",
        "${aws:tagkeys, 'd'}",
    ] {
        assert_eq!(expand(missing), None, "{missing}");
    }
    assert!(expand("a${aws:x").unwrap().matches("a${aws:x"));
}

#[test]
fn the_older_version_has_no_variables() {
    let older = |text| Pattern::expand(text, Version::V2008, &context(), true).unwrap();
    assert!(older("${aws:username}").matches("${aws:username}"));
    assert!(older("${*}").matches("${x}"));
    assert!(variables("${aws:a}", Version::V2008).is_empty());
    assert_eq!(variables("x${aws:a}${*}${aws:b, 'c'}${}", Version::V2012), ["aws:a", "aws:b"]);
}

#[test]
fn without_wildcards_signs_are_signs() {
    let pattern = Pattern::expand("a*?", Version::V2012, &context(), false).unwrap();
    assert!(pattern.matches("a*?") && !pattern.matches("abc"));
}

#[test]
fn resources_fit_by_segments() {
    for (pattern, resource, want) in [
        ("*", "*", true),
        ("*", "arn:aws:s3:::b/k", true),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/k:l/m", true),
        ("arn:aws:s3:::b", "arn:aws:s3:::b/k", false),
        ("arn:aws:s3:::*", "*", false),
        ("arn:aws:s3:::b", "arn:aws:s3:eu-west-1::b", false),
        ("arn:aws:*:b", "arn:aws:s3:::b", false),
        ("arn:*:b", "arn:aws:s3:::b", false),
        ("arn:aws:sqs", "arn:aws:sqs:eu-west-1:123456789012:q", true),
        ("arn:aws:sqs", "arn:aws:sns:eu-west-1:123456789012:q", false),
        ("arn:aws:iam::*:user/a", "arn:aws:iam::123456789012:user/a", true),
        ("arn:aws:iam::*", "arn:aws:iam::123456789012:user/a", true),
        ("arn:aws:ec2:*:*:*/i-?", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1", true),
        ("arn:aws:s3:::B", "arn:aws:s3:::b", false),
        ("arn", "arn:aws:s3:::b", false),
    ] {
        assert_eq!(Pattern::wild(pattern).matches_resource(resource), want, "{pattern} {resource}");
    }
}

#[test]
fn arns_of_conditions_have_six_segments() {
    for (pattern, arn, want) in [
        ("arn:aws:iam::*:role/*", "arn:aws:iam::123456789012:role/a/b", true),
        ("arn:aws:iam::*:role/*", "arn:aws:iam::123456789012:user/a", false),
        ("arn:aws:iam::*", "arn:aws:iam::123456789012:user/a", false),
        ("arn:*:user/a", "arn:aws:iam::123456789012:user/a", false),
        ("*", "arn:aws:iam::123456789012:user/a", true),
        ("*", "alice", false),
        ("*:*:*:*:*:*", "abc:aws:iam::123456789012:user/a", false),
        ("arn:aws:sns:*:*:a:*", "arn:aws:sns:eu-west-1:123456789012:a:b:c", true),
    ] {
        assert_eq!(Pattern::wild(pattern).matches_arn(arn), want, "{pattern} {arn}");
    }
}
