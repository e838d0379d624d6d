//! JSON nodes into a [`Document`], with every fault on the way.

use std::collections::BTreeSet;

use super::fault::{Fault, FaultKind};
use super::{
    Condition, Document, DocumentKind, Effect, Located, PrincipalType, Principals, Selection, Statement,
    Version, check,
};
use crate::policy::operator::Operator;
use crate::policy::source::{self, Data, Member, Node, Span};

/// Reads what can be read.
pub fn read(text: &str, kind: DocumentKind) -> Document {
    let mut reader = Reader { kind, faults: Vec::new() };
    let mut document = Document {
        kind,
        version: Version::default(),
        id: None,
        statements: Vec::new(),
        faults: Vec::new(),
        unreadable: false,
    };
    match source::read(text) {
        Ok(node) => reader.document(&node, &mut document),
        Err(fault) => {
            document.unreadable = true;
            reader.faults.push(Fault::json(fault.place, &fault.what, kind == DocumentKind::Trust));
        }
    }
    document.faults = reader.faults;
    document
}

struct Reader {
    kind: DocumentKind,
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, kind: FaultKind, span: Span) {
        let trust = self.kind == DocumentKind::Trust;
        self.faults.push(Fault::new(kind, span, trust));
    }

    /// The members of an object, the first of each name.
    fn members<'n>(&mut self, node: &'n Node, what: &'static str) -> Option<Vec<(&'n Member, &'n Node)>> {
        let Data::Map(members) = &node.data else {
            self.fault(FaultKind::WrongType(what), node.span);
            return None;
        };
        let mut seen = BTreeSet::new();
        let mut first = Vec::new();
        for (member, value) in members {
            if seen.insert(member.name.as_str()) {
                first.push((member, value));
            } else {
                self.fault(FaultKind::DuplicateKey(member.name.clone()), member.span);
            }
        }
        Some(first)
    }

    fn text(&mut self, node: &Node, what: &'static str) -> Option<String> {
        match &node.data {
            Data::Text(text) => Some(text.clone()),
            _ => {
                self.fault(FaultKind::WrongType(what), node.span);
                None
            }
        }
    }

    fn document(&mut self, node: &Node, document: &mut Document) {
        let Some(members) = self.members(node, "The policy must be a JSON object") else {
            document.unreadable = true;
            return;
        };
        let mut found = false;
        for (member, value) in members {
            match member.name.as_str() {
                "Version" => document.version = self.version(value),
                "Id" => document.id = self.text(value, "The Id must be a text"),
                "Statement" => {
                    found = true;
                    self.statements(value, document);
                }
                name => self.fault(FaultKind::UnknownElement(name.to_owned()), member.span),
            }
        }
        if !found {
            self.fault(FaultKind::NoStatement, node.span);
        }
        if self.kind == DocumentKind::Identity && document.version == Version::V2008 {
            self.fault(FaultKind::OldVersion, node.span);
        }
        // A fault outside of the statements makes all of them doubtful.
        let is_outside = |fault: &&Fault| {
            fault.kind.is_doubtful()
                && !document.statements.iter().any(|statement| statement.span.holds(fault.place))
        };
        if let Some(outside) = self.faults.iter().find(is_outside).cloned() {
            for statement in &mut document.statements {
                statement.fault.get_or_insert_with(|| outside.clone());
            }
        }
        // Of two equal elements nobody knows which was meant, so nothing of the policy counts.
        let twice =
            |fault: &Fault| matches!(&fault.kind, FaultKind::DuplicateKey(name) if name == "Statement");
        document.unreadable |= self.faults.iter().any(twice);
    }

    fn version(&mut self, node: &Node) -> Version {
        match &node.data {
            Data::Text(text) if text == "2012-10-17" => Version::V2012,
            Data::Text(text) if text == "2008-10-17" => Version::V2008,
            Data::Text(text) => {
                self.fault(FaultKind::Version(text.clone()), node.span);
                Version::V2008
            }
            _ => {
                self.fault(FaultKind::WrongType("The Version must be a text"), node.span);
                Version::V2008
            }
        }
    }

    fn statements(&mut self, node: &Node, document: &mut Document) {
        let nodes = match &node.data {
            Data::List(nodes) if nodes.is_empty() => {
                self.fault(FaultKind::NoStatement, node.span);
                return;
            }
            Data::List(nodes) => nodes.as_slice(),
            Data::Map(_) => std::slice::from_ref(node),
            _ => {
                self.fault(
                    FaultKind::WrongType("Statement must be an object or a list of objects"),
                    node.span,
                );
                document.unreadable = true;
                return;
            }
        };
        let mut sids = BTreeSet::new();
        for (index, node) in nodes.iter().enumerate() {
            let before = self.faults.len();
            let mut statement = self.statement(index, node);
            statement.fault = self.faults.iter().skip(before).find(|fault| fault.kind.is_doubtful()).cloned();
            if let Some(sid) =
                statement.sid.clone().filter(|sid| !sid.is_empty() && !sids.insert(sid.clone()))
            {
                self.fault(FaultKind::SidNotUnique(sid), node.span);
            }
            document.statements.push(statement);
        }
    }

    fn statement(&mut self, index: usize, node: &Node) -> Statement {
        let mut statement = Statement {
            index,
            sid: None,
            effect: Effect::Deny,
            principals: None,
            actions: None,
            resources: None,
            conditions: Vec::new(),
            span: node.span,
            fault: None,
        };
        let Some(members) = self.members(node, "A statement must be a JSON object") else { return statement };
        let has = |name: &str| members.iter().any(|(member, _)| member.name == name);
        for (one, other) in
            [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")]
        {
            if let Some((member, _)) = members.iter().find(|(member, _)| member.name == other && has(one)) {
                self.fault(FaultKind::Both(one, other), member.span);
            }
        }
        if !has("Effect") {
            self.fault(FaultKind::Effect(None), node.span);
        }
        if !has("Action") && !has("NotAction") {
            self.fault(FaultKind::NoAction, node.span);
        }
        if self.kind != DocumentKind::Trust && !has("Resource") && !has("NotResource") {
            self.fault(FaultKind::NoResource, node.span);
        }
        if self.kind != DocumentKind::Identity && !has("Principal") && !has("NotPrincipal") {
            self.fault(FaultKind::NoPrincipal, node.span);
        }
        for (member, value) in &members {
            let name = member.name.as_str();
            match name {
                "Sid" => statement.sid = self.sid(value),
                "Effect" => statement.effect = self.effect(value),
                "Principal" | "NotPrincipal" => {
                    if self.kind == DocumentKind::Identity {
                        self.fault(FaultKind::ProhibitedPrincipal, member.span);
                    }
                    if self.kind == DocumentKind::Trust && name == "NotPrincipal" {
                        self.fault(FaultKind::ProhibitedNotPrincipal, member.span);
                    }
                    statement.principals = self.principals(value, name == "NotPrincipal");
                }
                "Action" | "NotAction" if has("Action") && name == "NotAction" => {}
                "Action" | "NotAction" => {
                    statement.actions =
                        self.selection(value, name == "NotAction", Self::action, FaultKind::NoAction);
                }
                "Resource" | "NotResource" if has("Resource") && name == "NotResource" => {}
                "Resource" | "NotResource" => {
                    if self.kind == DocumentKind::Trust {
                        let fault = match name {
                            "Resource" => FaultKind::ProhibitedResource,
                            _ => FaultKind::ProhibitedNotResource,
                        };
                        self.fault(fault, member.span);
                    }
                    statement.resources =
                        self.selection(value, name == "NotResource", Self::resource, FaultKind::NoResource);
                }
                "Condition" => statement.conditions = self.conditions(value),
                name => self.fault(FaultKind::UnknownElement(name.to_owned()), member.span),
            }
        }
        if statement.effect == Effect::Allow
            && let Some((member, _)) = members.iter().find(|(member, _)| member.name == "NotPrincipal")
            && self.kind != DocumentKind::Identity
        {
            self.fault(FaultKind::AllowNotPrincipal, member.span);
        }
        // Of two equal elements, or both of a pair, one would be lost: a Deny then matches whatever they say.
        let is_doubtful =
            |one: &str, other: &str| (has(one) && has(other)) || is_twice(node, one) || is_twice(node, other);
        if is_doubtful("Action", "NotAction") {
            statement.actions = None;
        }
        if is_doubtful("Resource", "NotResource") {
            statement.resources = None;
        }
        if is_doubtful("Principal", "NotPrincipal") {
            statement.principals = None;
        }
        if is_twice(node, "Condition") {
            statement.conditions.clear();
        }
        if is_twice(node, "Effect") {
            statement.effect = Effect::Deny;
        }
        statement
    }

    fn sid(&mut self, node: &Node) -> Option<String> {
        let sid = self.text(node, "The Sid must be a text")?;
        let strict = self.kind == DocumentKind::Identity;
        let allowed = |c: char| c.is_ascii_alphanumeric() || (!strict && matches!(c, ' ' | '-' | '_'));
        if !sid.chars().all(allowed) {
            self.fault(FaultKind::SidCharacters(sid.clone()), node.span);
        }
        Some(sid)
    }

    fn effect(&mut self, node: &Node) -> Effect {
        let text = self.text(node, "The Effect must be a text");
        match text.as_deref() {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            Some(text) => {
                let is_allow = text.eq_ignore_ascii_case("allow");
                let fault = match is_allow || text.eq_ignore_ascii_case("deny") {
                    true => FaultKind::EffectCase(text.to_owned()),
                    false => FaultKind::Effect(Some(text.to_owned())),
                };
                self.fault(fault, node.span);
                if is_allow { Effect::Allow } else { Effect::Deny }
            }
            None => Effect::Deny,
        }
    }

    /// Texts: one, or a list of at least one.
    fn texts(&mut self, node: &Node, what: &'static str) -> Option<Vec<Located>> {
        let nodes = match &node.data {
            Data::List(nodes) if !nodes.is_empty() => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let texts: Vec<Located> = nodes
            .iter()
            .filter_map(|node| self.text(node, what).map(|text| Located { text, span: node.span }))
            .collect();
        (texts.len() == nodes.len()).then_some(texts)
    }

    fn selection(
        &mut self,
        node: &Node,
        negated: bool,
        check: fn(&Reader, &str) -> Result<(), FaultKind>,
        absent: FaultKind,
    ) -> Option<Selection> {
        if matches!(&node.data, Data::List(nodes) if nodes.is_empty()) {
            self.fault(absent, node.span);
            return None;
        }
        let patterns = self.texts(node, "Actions and resources are a text or a list of texts")?;
        let mut valid = true;
        for pattern in &patterns {
            if let Err(kind) = check(self, &pattern.text) {
                valid = false;
                self.fault(kind, pattern.span);
            }
        }
        valid.then_some(Selection { negated, patterns })
    }

    fn action(&self, text: &str) -> Result<(), FaultKind> {
        check::action(text)?;
        if self.kind == DocumentKind::Trust && !check::assumes_role(text) {
            return Err(FaultKind::TrustAction(text.to_owned()));
        }
        Ok(())
    }

    fn resource(&self, text: &str) -> Result<(), FaultKind> {
        check::resource(text)
    }

    fn principals(&mut self, node: &Node, negated: bool) -> Option<Principals> {
        let mut principals = Principals { negated, ..Principals::default() };
        if let Data::Text(text) = &node.data {
            if text == "*" {
                if self.kind == DocumentKind::Trust {
                    self.fault(FaultKind::StarPrincipal, node.span);
                }
                principals.everybody = true;
                return Some(principals);
            }
            let kind = FaultKind::Principal { sort: "AWS".to_owned(), text: text.clone() };
            self.fault(kind, node.span);
            return None;
        }
        let before = self.faults.len();
        let members =
            self.members(node, "The Principal must be \"*\" or an object such as {\"AWS\": \"...\"}")?;
        if members.is_empty() {
            self.fault(FaultKind::EmptyPrincipal, node.span);
        }
        for (member, value) in members {
            let sort = match member.name.as_str() {
                "AWS" => PrincipalType::Aws,
                "Service" => PrincipalType::Service,
                "Federated" => PrincipalType::Federated,
                "CanonicalUser" => PrincipalType::CanonicalUser,
                name => {
                    self.fault(FaultKind::UnknownElement(name.to_owned()), member.span);
                    continue;
                }
            };
            if matches!(&value.data, Data::List(nodes) if nodes.is_empty()) {
                self.fault(FaultKind::Nobody, value.span);
                continue;
            }
            let texts = self.texts(value, "Principals are a text or a list of texts").unwrap_or_default();
            for text in texts {
                if sort == PrincipalType::Aws && text.text == "*" {
                    principals.everybody = true;
                } else if let Err(kind) = check::principal(sort, &text.text) {
                    self.fault(kind, text.span);
                } else {
                    principals.entries.push((sort, text));
                }
            }
        }
        (self.faults.len() == before).then_some(principals)
    }

    fn conditions(&mut self, node: &Node) -> Vec<Condition> {
        let mut conditions = Vec::new();
        let before = self.faults.len();
        let operators =
            self.members(node, "The Condition must be an object of operators").unwrap_or_default();
        for (member, keys) in operators {
            let operator = Operator::parse(&member.name);
            // AWS takes an unknown one that holds nothing.
            let is_empty = matches!(&keys.data, Data::Map(keys) if keys.is_empty());
            if operator.is_none() && !is_empty {
                self.fault(FaultKind::Operator(member.name.clone()), member.span);
            }
            let keys = self.members(keys, "A condition operator holds an object of keys").unwrap_or_default();
            for (key, values) in keys {
                let values_read = self.values(values);
                if operator.is_some_and(Operator::compares_dates) {
                    for value in values_read.iter().flatten() {
                        if let Err(kind) = check::date(value) {
                            self.fault(kind, values.span);
                        }
                    }
                }
                conditions.push(Condition {
                    // What cannot be compared is as good as an unknown operator.
                    operator: operator.filter(|_| values_read.is_some()),
                    operator_text: member.name.clone(),
                    key: key.name.clone(),
                    values: values_read.unwrap_or_default(),
                    span: Span { start: key.span.start, end: values.span.end },
                });
            }
        }
        // A condition that was written twice is lost once, so none of them counts.
        let is_twice = |fault: &Fault| matches!(fault.kind, FaultKind::DuplicateKey(_));
        if self.faults.iter().skip(before).any(is_twice) {
            conditions.clear();
        }
        conditions
    }

    fn values(&mut self, node: &Node) -> Option<Vec<String>> {
        let nodes = match &node.data {
            Data::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut values = Vec::new();
        for node in nodes {
            match &node.data {
                Data::Text(text) | Data::Number(text) => values.push(text.clone()),
                Data::Bool(flag) => values.push(flag.to_string()),
                Data::Null | Data::List(_) | Data::Map(_) => {
                    let what = "A condition's values are texts, numbers or booleans";
                    self.fault(FaultKind::WrongType(what), node.span);
                    return None;
                }
            }
        }
        Some(values)
    }
}

/// Whether an object has two members of this name.
fn is_twice(node: &Node, name: &str) -> bool {
    let Data::Map(members) = &node.data else { return false };
    members.iter().filter(|(member, _)| member.name == name).count() > 1
}
