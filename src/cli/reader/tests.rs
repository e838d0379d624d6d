use super::*;

struct Colours;

impl Names for Colours {
    fn has(&self, word: &str) -> bool {
        matches!(word, "red" | "green")
    }

    fn close(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

/// A reading in one line: uses, then the positional, then the extras; or the fault.
fn reading(line: &[&str], optional: bool) -> String {
    let options = vec![
        Opt::new("--name", Takes::One),
        Opt::new("--names", Takes::Many),
        Opt::new("--number", Takes::One).integer(),
        Opt::new("--format", Takes::One).choices(&["json", "text"]),
        Opt::new("--kind", Takes::AtMostOne("plain")).choices(&["plain", "odd"]),
        Opt::new("--all", Takes::Nothing),
        Opt::new("--end", Takes::End),
        Opt { exact_only: true, ..Opt::new("--additive", Takes::One) },
    ];
    let positionals = vec![Positional { name: "colour", optional, names: Some(&Colours) }];
    let description = Description { options, positionals };
    match read(line, &description) {
        Err(fault) => format!("{fault:?}"),
        Ok(reading) => {
            let mut text = String::new();
            for (option, used) in description.options.iter().zip(&reading.uses) {
                if let Some(used) = used {
                    text.push_str(&format!("{}{:?} ", option.name, used.words));
                }
            }
            let colour = reading.positionals[0].unwrap_or("-");
            format!("{text}| {colour} | {}", reading.extras.join(" "))
        }
    }
}

#[test]
fn words_are_split_as_the_reference_splits_them() {
    let cases: &[(&[&str], &str)] = &[
        (&["red"], "| red | "),
        (&["--name", "x", "red", "y"], "--name[\"x\"] | red | y"),
        (&["--name=x=y"], "--name[\"x=y\"] | - | "),
        (&["--name="], "--name[\"\"] | - | "),
        (&["--name", "a", "--name", "b"], "--name[\"b\"] | - | "),
        (&["--nu", "1"], "--number[\"1\"] | - | "),
        (&["--nu=1"], "--number[\"1\"] | - | "),
        (&["--names"], "--names[] | - | "),
        (&["--names", "a", "b", "--all", "red"], "--names[\"a\", \"b\"] --all[] | red | "),
        (&["--names", "a", "--", "red"], "--names[\"a\"] | red | "),
        (&["--names=a", "red"], "--names[\"a\"] | red | "),
        (&["--kind"], "--kind[\"plain\"] | - | "),
        (&["--kind", "odd", "red"], "--kind[\"odd\"] | red | "),
        (&["--name", "-1"], "--name[\"-1\"] | - | "),
        (&["--name", "-.5"], "--name[\"-.5\"] | - | "),
        (&["--name", "-"], "--name[\"-\"] | - | "),
        (&["--name", ""], "--name[\"\"] | - | "),
        (&["--name", "- x"], "--name[\"- x\"] | - | "),
        (&["--name", "--foo=x y"], "--name[\"--foo=x y\"] | - | "),
        (&["--name=--"], "--name[] | - | "),
        (&["--foo", "--bar=1", "-x"], "| - | --foo --bar=1 -x"),
        (&["--foo", "red", "--bar"], "| red | --foo --bar"),
        (&["--", "red", "--name", "--"], "| red | --name --"),
        (&["--additive", "x"], "--additive[\"x\"] | - | "),
        (&["--addit", "x", "red"], r#"Choice { argument: "colour", word: "x", close: [] }"#),
        (&["--a"], "--all[] | - | "),
        (&["--end", "--name"], "--end[] | - | "),
    ];
    for (line, wanted) in cases {
        assert_eq!(reading(line, true), *wanted, "{line:?}");
    }
}

#[test]
fn lines_are_refused_as_the_reference_refuses_them() {
    let cases: &[(&[&str], &str)] = &[
        (&["--na", "x"], r#"Ambiguous { word: "--na", matches: ["--name", "--names"] }"#),
        (&["blue", "--n=x"], r#"Ambiguous { word: "--n=x", matches: ["--name", "--names", "--number"] }"#),
        (&["--name"], r#"Missing { option: "--name" }"#),
        (&["--name", "--"], r#"Missing { option: "--name" }"#),
        (&["--name", "-x"], r#"Missing { option: "--name" }"#),
        (&["--name", "-1x"], r#"Missing { option: "--name" }"#),
        (&["--name", "--all=x y"], r#"Missing { option: "--name" }"#),
        (&["--all=", "red"], r#"Ignored { option: "--all", value: "" }"#),
        (&["--number", "x"], r#"Integer { option: "--number", word: "x" }"#),
        (&["--format", "jso"], r#"Choice { argument: "--format", word: "jso", close: ["json"] }"#),
        (&["blue"], r#"Choice { argument: "colour", word: "blue", close: [] }"#),
        (&[], r#"Required { missing: ["colour"], unknown: [] }"#),
        (&["-h"], r#"Required { missing: ["colour"], unknown: ["-h"] }"#),
    ];
    for (line, wanted) in cases {
        assert_eq!(reading(line, false), *wanted, "{line:?}");
    }
}
