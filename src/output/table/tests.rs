//! Values and their tables.

use super::super::tests::{check, check_errors, rendered};
use super::super::{Format, Options};

fn drawn(result: &str, terminal_width: usize) -> String {
    let options = Options { terminal_width: Some(terminal_width), ..Options::plain("Op") };
    rendered(Format::Table, options, result).unwrap()
}

#[test]
fn what_is_false_draws_nothing_and_a_scalar_its_title() {
    for result in ["null", "false", "0", r#""""#, "[]", "{}"] {
        check(Format::Table, &[(result, "")]);
    }
    for result in ["true", "1", r#""text""#] {
        check(Format::Table, &[(result, "----\n|Op|\n+--+\n")]);
    }
}

#[test]
fn empty_things_are_a_title_with_or_without_a_rule() {
    check(
        Format::Table,
        &[
            (r#"{"Users": []}"#, "----\n|Op|\n+--+\n"),
            ("[{}, {}]", "----\n|Op|\n"),
            ("[[]]", "----\n|Op|\n"),
            (r#"{"a": [{}]}"#, "-----\n|Op |\n+---+\n||a||\n"),
            (r#"{"a": {"b": {}}}"#, "-----\n|Op |\n+---+\n||a||\n|+-+|\n"),
        ],
    );
}

#[test]
fn one_member_is_a_row_and_several_are_columns() {
    let one = "\
------------
|    Op    |
+----+-----+
|  a |  1  |
+----+-----+
";
    let two = "\
--------------
|     Op     |
+----+-------+
|  a |   b   |
+----+-------+
|  1 |  xyz  |
+----+-------+
";
    check(Format::Table, &[(r#"{"a": 1}"#, one), (r#"{"b": "xyz", "a": 1}"#, two)]);
}

#[test]
fn lists_are_rows() {
    let scalars = "\
----------
|   Op   |
+--------+
|  a     |
|  None  |
|  True  |
|  1.0   |
+--------+
";
    let lists = "\
------------
|    Op    |
+----+-----+
|  1 |  2  |
|  3 |  4  |
+----+-----+
";
    let dicts = "\
------------
|    Op    |
+----+-----+
|  a |  b  |
+----+-----+
|  1 |     |
|    |  2  |
+----+-----+
";
    check(
        Format::Table,
        &[
            (r#"["a", null, true, 1.0]"#, scalars),
            ("[[1, 2], [3, 4]]", lists),
            ("[[[1, 2]], [[3, 4]]]", lists),
            (r#"[{"a": 1}, {"b": 2}]"#, dicts),
        ],
    );
}

#[test]
fn nested_values_are_sections_and_split_the_lists_that_hold_them() {
    let want = "\
----------------
|      Op      |
+--------------+
||      x     ||
|+------------+|
||      a     ||
|+------------+|
||  1         ||
|+------------+|
|||     b    |||
||+----+-----+||
|||  c |  1  |||
||+----+-----+||
||      x     ||
|+------------+|
||      a     ||
|+------------+|
||            ||
|+------------+|
|||     b    |||
||+----------+||
|||  y       |||
||+----------+||
";
    check(Format::Table, &[(r#"{"x": [{"a": 1, "b": {"c": 1}}, {"b": ["y"]}]}"#, want)]);
}

#[test]
fn a_key_can_be_a_column_and_a_section() {
    let want = "\
---------
|  Op   |
+-------+
|   a   |
+-------+
|  [1]  |
+-------+
||  a  ||
|+-----+|
||  1  ||
|+-----+|
|  Op   |
+-------+
|   a   |
+-------+
|  s    |
+-------+
||  a  ||
|+-----+|
";
    check(Format::Table, &[(r#"[{"a": [1]}, {"a": "s"}]"#, want)]);
}

#[test]
fn sections_without_a_title_are_as_wide_as_the_word_none() {
    check(Format::Table, &[(r#"[[{"a": []}, {}]]"#, "------\n| Op |\n")]);
}

#[test]
fn wide_characters_take_two_columns() {
    let want = "\
----------------------
|         Op         |
+---+-------+--------+
| c |   d   | 日本   |
+---+-------+--------+
|  y|  zé  |  日    |
+---+-------+--------+
";
    check(Format::Table, &[(r#"{"日本": "日", "c": "y", "d": "zé"}"#, want)]);
}

#[test]
fn rounding_can_leave_no_room_for_the_margin() {
    let long = "y".repeat(66);
    let table = drawn(&format!(r#"{{"a": "x", "b": "{long}", "c": "{long}", "d": "{long}"}}"#), 1000);
    let lines: Vec<_> = table.lines().collect();
    assert!(lines[3].starts_with("| a|   "), "{}", lines[3]);
    assert!(lines[5].starts_with("|x |  yy"), "{}", lines[5]);
}

#[test]
fn a_table_wider_than_the_terminal_turns_its_one_row_sections_on_their_side() {
    let result = r#"{"a": 1, "b": 2, "c": [{"d": 3, "e": 4}], "f": [{"g": 5}, {"g": 6}]}"#;
    let upright = "\
--------------
|     Op     |
+-----+------+
|  a  |  b   |
+-----+------+
|  1  |  2   |
+-----+------+
||     c    ||
|+----+-----+|
||  d |  e  ||
|+----+-----+|
||  3 |  4  ||
|+----+-----+|
||     f    ||
|+----------+|
||     g    ||
|+----------+|
||  5       ||
||  6       ||
|+----------+|
";
    let turned = "\
--------------
|     Op     |
+-----+------+
|  a  |  1   |
|  b  |  2   |
+-----+------+
||     c    ||
|+----+-----+|
||  d |  3  ||
||  e |  4  ||
|+----+-----+|
||     f    ||
|+----------+|
||     g    ||
|+----------+|
||  5       ||
||  6       ||
|+----------+|
";
    assert_eq!(drawn(result, 14), upright);
    assert_eq!(drawn(result, 13), turned);
    assert_eq!(drawn(result, 0), turned);
}

#[test]
fn colours() {
    let options = Options { colour: true, ..Options::plain("Op") };
    let want = concat!(
        "---------------\n|     Op      |\n+-------------+\n",
        "\x1b[2m\x1b[33m|\x1b[0m|     a     |\x1b[2m\x1b[33m|\x1b[0m\n",
        "\x1b[2m\x1b[33m|\x1b[0m+-----------+\x1b[2m\x1b[33m|\x1b[0m\n",
        "\x1b[2m\x1b[33m|\x1b[0m\x1b[2m\x1b[33m|\x1b[0m|    b    |",
        "\x1b[2m\x1b[33m|\x1b[0m\x1b[2m\x1b[33m|\x1b[0m\n",
        "\x1b[2m\x1b[33m|\x1b[0m\x1b[2m\x1b[33m|\x1b[0m+----+----+",
        "\x1b[2m\x1b[33m|\x1b[0m\x1b[2m\x1b[33m|\x1b[0m\n",
        "\x1b[2m\x1b[33m|\x1b[0m\x1b[2m\x1b[33m|\x1b[0m|  \x1b[1m\x1b[34mc\x1b[0m |  \x1b[1m\x1b[34m\x1b[0m  |",
        "\x1b[2m\x1b[33m|\x1b[0m\x1b[2m\x1b[33m|\x1b[0m\n",
        "\x1b[2m\x1b[33m|\x1b[0m\x1b[2m\x1b[33m|\x1b[0m+----+----+",
        "\x1b[2m\x1b[33m|\x1b[0m\x1b[2m\x1b[33m|\x1b[0m\n",
    );
    assert_eq!(rendered(Format::Table, options, r#"{"a": {"b": {"c": ""}}}"#).as_deref(), Ok(want));
}

#[test]
fn straight_to_a_terminal_every_write_ends_with_a_reset() {
    let options = Options { colour: true, reset_writes: true, ..Options::plain("Op") };
    let want = concat!(
        "-----\n\x1b[0m",
        "\x1b[0m|Op |\x1b[0m\x1b[0m\n\x1b[0m",
        "\x1b[0m+---+\x1b[0m\x1b[0m\n\x1b[0m",
        "\x1b[2m\x1b[33m|\x1b[0m\x1b[0m|a|\x1b[0m\x1b[2m\x1b[33m|\x1b[0m\x1b[0m\n\x1b[0m",
    );
    assert_eq!(rendered(Format::Table, options, r#"{"a": [{}]}"#).as_deref(), Ok(want));
    let plain = Options { reset_writes: true, ..Options::plain("Op") };
    assert_eq!(rendered(Format::Table, plain, "[{}]").as_deref(), Ok("----\n|Op|\n"));
}

#[test]
fn what_cannot_be_drawn_is_an_error() {
    check_errors(
        Format::Table,
        &[
            ("[[1, 2], [3]]", "Row should have 2 elements, instead it has 1"),
            ("[[], [1]]", "Row should have 0 elements, instead it has 1"),
            (r#"[[], [{"a": 1}]]"#, "Row should have 0 elements, instead it has 1"),
            (r#"[3, {"a": 1, "b": 2}]"#, "Row should have 1 elements, instead it has 2"),
            (r#"[[{"a": 1}], [{"b": 2, "c": 3}]]"#, "list index out of range"),
            (r#"[{"a": 1}, 3]"#, "'int' object is not iterable"),
            (r#"[{"a": 1}, null]"#, "'NoneType' object is not iterable"),
            (r#"[{"a": 1}, "s"]"#, "string indices must be integers, not 'str'"),
            (r#"[{"a": 1}, ""]"#, "'str' object has no attribute 'get'"),
            (r#"[{"a": 1}, ["x"]]"#, "list indices must be integers or slices, not str"),
            (r#"[{"a": 1}, [1]]"#, "list index out of range"),
            (r#"[{"a": 1}, [0]]"#, "'<' not supported between instances of 'str' and 'int'"),
            (r#"[{}, [-1]]"#, "'list' object has no attribute 'get'"),
        ],
    );
}

#[test]
fn every_line_is_as_wide_as_the_table() {
    // A small generator of tables: no two runs differ.
    let mut state = 1_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for _ in 0..500 {
        let columns = 1 + next(8);
        let rows: Vec<String> = (0..1 + next(3))
            .map(|_| {
                let cells = (0..columns).map(|i| {
                    let text = "w".repeat(usize::try_from(next(40)).unwrap());
                    format!(r#""key{i}": "{text}""#)
                });
                format!("{{{}}}", cells.collect::<Vec<_>>().join(", "))
            })
            .collect();
        let table = drawn(&format!(r#"{{"outer": 1, "inner": [{}]}}"#, rows.join(", ")), 120);
        let width = table.find('\n').unwrap();
        for line in table.lines() {
            assert_eq!(line.len(), width, "{table}");
        }
    }
}
