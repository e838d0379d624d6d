//! The condition operators: their names.
//!
//! The IAM User Guide, "IAM JSON policy elements: Condition operators". Names
//! are read without regard to case, as AWS does.

/// What is compared, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Equal texts.
    String,
    /// Equal texts but for case.
    StringIgnoreCase,
    /// Texts with wildcards.
    StringLike,
    /// Equal numbers.
    Numeric,
    /// The request's number is less.
    NumericLess,
    /// The request's number is less or equal.
    NumericLessOrEqual,
    /// The request's number is greater.
    NumericGreater,
    /// The request's number is greater or equal.
    NumericGreaterOrEqual,
    /// Equal moments.
    Date,
    /// The request's moment is earlier.
    DateLess,
    /// The request's moment is earlier or the same.
    DateLessOrEqual,
    /// The request's moment is later.
    DateGreater,
    /// The request's moment is later or the same.
    DateGreaterOrEqual,
    /// Booleans.
    Bool,
    /// Bytes in base64.
    Binary,
    /// An address in a range.
    IpAddress,
    /// ARNs, by their six segments, each with wildcards; `ArnEquals` and `ArnLike` are the same.
    Arn,
    /// Whether the key is absent.
    Null,
}

/// How the values of a key with many values count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// `ForAllValues:` every value of the request matches one of the policy; true without any value.
    All,
    /// `ForAnyValue:` at least one value of the request matches one of the policy.
    Any,
}

/// An operator with what may stand around its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operator {
    /// What is compared.
    pub comparison: Comparison,
    /// `...Not...`: none of the policy's values may match.
    pub negated: bool,
    /// `...IfExists`: true where the key is absent.
    pub if_exists: bool,
    /// `ForAllValues:` or `ForAnyValue:`.
    pub quantifier: Option<Quantifier>,
}

const NAMES: [(&str, Comparison, bool); 27] = [
    ("StringEquals", Comparison::String, false),
    ("StringNotEquals", Comparison::String, true),
    ("StringEqualsIgnoreCase", Comparison::StringIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Comparison::StringIgnoreCase, true),
    ("StringLike", Comparison::StringLike, false),
    ("StringNotLike", Comparison::StringLike, true),
    ("NumericEquals", Comparison::Numeric, false),
    ("NumericNotEquals", Comparison::Numeric, true),
    ("NumericLessThan", Comparison::NumericLess, false),
    ("NumericLessThanEquals", Comparison::NumericLessOrEqual, false),
    ("NumericGreaterThan", Comparison::NumericGreater, false),
    ("NumericGreaterThanEquals", Comparison::NumericGreaterOrEqual, false),
    ("DateEquals", Comparison::Date, false),
    ("DateNotEquals", Comparison::Date, true),
    ("DateLessThan", Comparison::DateLess, false),
    ("DateLessThanEquals", Comparison::DateLessOrEqual, false),
    ("DateGreaterThan", Comparison::DateGreater, false),
    ("DateGreaterThanEquals", Comparison::DateGreaterOrEqual, false),
    ("Bool", Comparison::Bool, false),
    ("BinaryEquals", Comparison::Binary, false),
    ("IpAddress", Comparison::IpAddress, false),
    ("NotIpAddress", Comparison::IpAddress, true),
    ("ArnEquals", Comparison::Arn, false),
    ("ArnNotEquals", Comparison::Arn, true),
    ("ArnLike", Comparison::Arn, false),
    ("ArnNotLike", Comparison::Arn, true),
    ("Null", Comparison::Null, false),
];

impl Operator {
    /// The operator of this name; none where there is none. `Null` takes no `IfExists`.
    pub fn parse(text: &str) -> Option<Operator> {
        let (quantifier, name) = match text.split_once(':') {
            None => (None, text),
            Some((set, name)) if set.eq_ignore_ascii_case("ForAllValues") => (Some(Quantifier::All), name),
            Some((set, name)) if set.eq_ignore_ascii_case("ForAnyValue") => (Some(Quantifier::Any), name),
            Some(_) => return None,
        };
        let suffix = name.len().checked_sub("IfExists".len()).and_then(|at| name.split_at_checked(at));
        let (name, if_exists) = match suffix {
            Some((name, suffix)) if suffix.eq_ignore_ascii_case("IfExists") => (name, true),
            _ => (name, false),
        };
        let (_, comparison, negated) = NAMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name))?;
        if *comparison == Comparison::Null && if_exists {
            return None;
        }
        Some(Operator { comparison: *comparison, negated: *negated, if_exists, quantifier })
    }

    /// Whether its values are dates.
    pub fn compares_dates(self) -> bool {
        matches!(
            self.comparison,
            Comparison::Date
                | Comparison::DateLess
                | Comparison::DateLessOrEqual
                | Comparison::DateGreater
                | Comparison::DateGreaterOrEqual
        )
    }

    /// Whether policy variables are replaced in its values: with texts and ARNs only.
    pub fn takes_variables(self) -> bool {
        matches!(
            self.comparison,
            Comparison::String | Comparison::StringIgnoreCase | Comparison::StringLike | Comparison::Arn
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_with_all_that_may_stand_around_it() {
        for (name, comparison, negated) in NAMES {
            let plain = Operator { comparison, negated, if_exists: false, quantifier: None };
            assert_eq!(Operator::parse(name), Some(plain));
            assert_eq!(Operator::parse(&name.to_lowercase()), Some(plain));
            let all = Operator { quantifier: Some(Quantifier::All), ..plain };
            assert_eq!(Operator::parse(&format!("ForAllValues:{name}")), Some(all));
            let any = Operator { quantifier: Some(Quantifier::Any), ..plain };
            assert_eq!(Operator::parse(&format!("ForAnyValue:{name}")), Some(any));
            let lenient = Operator { if_exists: true, ..plain };
            let want = (comparison != Comparison::Null).then_some(lenient);
            assert_eq!(Operator::parse(&format!("{name}IfExists")), want);
        }
    }

    #[test]
    fn what_is_no_operator_is_none() {
        for text in [
            "",
            "StringEqual",
            "ForAll:StringEquals",
            "IfExists",
            "StringEquals ",
            "NullIfExists",
            "éIfExists",
        ] {
            assert_eq!(Operator::parse(text), None, "{text}");
        }
    }
}
