//! When services were last accessed, by whom a user, role, group or policy stands for.
//!
//! A report is a picture of the store at the time when it is asked for. Its
//! services are those in which the policies allow something, and those that
//! were used.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::OptionalExtension as _;

use super::call::Call;
use super::groups::Group;
use super::holder::Kind;
use super::policy_services::grants_access;
use super::roles::Role;
use super::users::User;
use super::{Entry, attachments, inline_policies, policies, reads, writes};
use crate::json;
use crate::model::iam::Id;
use crate::policy::{Document, DocumentKind, actions};
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::{arn, ids};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::GenerateServiceLastAccessedDetails, generate),
    reads(Id::GetServiceLastAccessedDetails, get),
    reads(Id::GetServiceLastAccessedDetailsWithEntities, get_with_entities),
];

const KIND: &str = "service-last-accessed";

/// A user or role that makes requests.
struct Entity {
    arn: String,
    /// `USER` or `ROLE`
    kind: &'static str,
    name: String,
    id: String,
    path: String,
}

/// One recorded access.
struct Access {
    arn: String,
    service: String,
    action: String,
    at: Seconds,
    region: String,
}

/// What a report is about.
enum Subject {
    /// A user, group or role, by its key.
    Entity(Kind, String),
    /// A managed policy, by its ARN.
    Policy(String),
}

fn generate(call: &Call<'_>) -> Result<Map, Fault> {
    let arn = call.needed("Arn")?;
    let subject = subject(call, arn)?;
    let entities = entities(call, &subject)?;
    let accesses = accesses(call, &entities)?;
    let mut services = services(call, &subject)?;
    services.extend(accesses.iter().map(|access| access.service.clone()));
    let granularity = call.text("Granularity").unwrap_or("SERVICE_LEVEL");
    let of = |service: &str| accesses.iter().filter(|access| access.service == service).collect::<Vec<_>>();
    let rows = services.iter().map(|service| {
        let row = [
            ("service".into(), row(service, &of(service), granularity == "ACTION_LEVEL").into()),
            ("entities".into(), details(&entities, &of(service)).into()),
        ];
        (service.clone().into(), Map::from(row).into())
    });
    let facts =
        [("granularity".into(), Value::from(granularity)), ("services".into(), rows.collect::<Map>().into())];
    let (id, mut text) = (ids::uuid()?, String::new());
    json::write(&mut text, &Map::from(facts).into(), json::Style::COMPACT);
    call.db.execute(
        "INSERT INTO job (id, kind, created, facts) VALUES (?1, ?2, ?3, ?4)",
        (&id, KIND, call.now, text),
    )?;
    Ok(Map::from([("JobId".into(), id.into())]))
}

/// The user, role, group or policy of this ARN.
fn subject(call: &Call<'_>, arn: &str) -> Result<Subject, Fault> {
    let name = attachments::name(arn);
    let entities = [
        User::find(call.db, name)?.map(|user| (user.arn(call.account), Kind::User, user.key)),
        Group::find(call.db, name)?.map(|group| (group.arn(call.account), Kind::Group, group.key)),
        Role::find(call.db, name)?.map(|role| (role.arn(call.account), Kind::Role, role.key)),
    ];
    if let Some((_, kind, key)) = entities.into_iter().flatten().find(|(found, ..)| found == arn) {
        return Ok(Subject::Entity(kind, key));
    }
    match policies::Policy::find(call, arn)? {
        Some(policy) => Ok(Subject::Policy(policy.arn)),
        None => Err(Fault::no_such_entity(format!("ARN {arn} cannot be found."))),
    }
}

/// The users and roles that a subject stands for: itself, a group's members, those that a policy is attached to.
fn entities(call: &Call<'_>, subject: &Subject) -> Result<Vec<Entity>, Fault> {
    const NOBODY: &str = "SELECT ?1 WHERE FALSE";
    let (key, users, roles) = match subject {
        Subject::Entity(Kind::User, key) => (key, "?1", NOBODY),
        Subject::Entity(Kind::Role, key) => (key, NOBODY, "?1"),
        Subject::Entity(Kind::Group, key) => (key, "SELECT user FROM member WHERE \"group\" = ?1", NOBODY),
        Subject::Policy(arn) => (
            arn,
            "SELECT owner FROM attachment WHERE kind = 'user' AND arn = ?1 UNION SELECT member.user FROM member \
             JOIN attachment ON attachment.kind = 'group' AND owner = \"group\" AND arn = ?1",
            "SELECT owner FROM attachment WHERE kind = 'role' AND arn = ?1",
        ),
    };
    let mut all = Vec::new();
    for (table, kind, keys) in [("user", "USER", users), ("role", "ROLE", roles)] {
        let sql = format!("SELECT path, name, id FROM {table} WHERE key IN ({keys}) ORDER BY key");
        let mut statement = call.db.prepare_cached(&sql)?;
        let found = statement.query_map([key], |row| {
            let (path, name): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(Entity { arn: arn::iam(call.account, table, &path, &name), kind, name, id: row.get(2)?, path })
        })?;
        all.extend(found.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(all)
}

fn accesses(call: &Call<'_>, entities: &[Entity]) -> Result<Vec<Access>, Fault> {
    let mut statement = call.db.prepare_cached(
        "SELECT service, action, at, region FROM access WHERE arn = ?1 ORDER BY service, action",
    )?;
    let mut all = Vec::new();
    for entity in entities {
        let found = statement.query_map([&entity.arn], |row| {
            Ok(Access {
                arn: entity.arn.clone(),
                service: row.get(0)?,
                action: row.get(1)?,
                at: row.get(2)?,
                region: row.get(3)?,
            })
        })?;
        all.extend(found.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(all)
}

/// The services in which the subject's policies allow something.
fn services(call: &Call<'_>, subject: &Subject) -> Result<BTreeSet<String>, Fault> {
    let texts = documents(call, subject)?;
    let documents: Vec<_> = texts.iter().map(|text| Document::read(text, DocumentKind::Identity)).collect();
    let allowed = |service: &str| documents.iter().any(|document| grants_access(document, service));
    Ok(actions::services().into_iter().filter(|service| allowed(service)).map(str::to_owned).collect())
}

/// The policies of a subject: inline and attached ones, of a user also those of its groups.
fn documents(call: &Call<'_>, subject: &Subject) -> Result<Vec<String>, Fault> {
    let (kind, key) = match subject {
        Subject::Policy(arn) => {
            return Ok(policies::default_document(call.db, arn)?.into_iter().collect());
        }
        Subject::Entity(kind, key) => (*kind, key),
    };
    let mut holders = vec![(kind, key.clone())];
    if kind == Kind::User {
        holders.extend(Group::of_user(call.db, key)?.into_iter().map(|group| (Kind::Group, group.key)));
    }
    let mut texts = Vec::new();
    for (kind, key) in holders {
        texts.extend(inline_policies::of(call.db, kind, &key)?.into_iter().map(|(_, text)| text));
        for arn in attachments::of(call.db, kind, &key)? {
            texts.extend(policies::default_document(call.db, &arn)?);
        }
    }
    Ok(texts)
}

/// A service as the reply shows it.
fn row(service: &str, accesses: &[&Access], with_actions: bool) -> Map {
    let name = actions::service(service).map_or_else(|| service.to_owned(), |service| service.name);
    let mut map =
        Map::from([("ServiceName".into(), Value::from(name)), ("ServiceNamespace".into(), service.into())]);
    let names = ["LastAuthenticated", "LastAuthenticatedEntity", "LastAuthenticatedRegion"];
    last(&mut map, accesses, names);
    let entities: BTreeSet<&str> = accesses.iter().map(|access| access.arn.as_str()).collect();
    let count = i64::try_from(entities.len()).unwrap_or(i64::MAX);
    map.insert("TotalAuthenticatedEntities".into(), Value::Int(count));
    if with_actions {
        let mut actions = BTreeMap::<&str, Vec<&Access>>::new();
        for access in accesses {
            actions.entry(&access.action).or_default().push(access);
        }
        let shown = actions.iter().map(|(action, accesses)| {
            let mut map = Map::from([("ActionName".into(), Value::from(*action))]);
            last(&mut map, accesses, ["LastAccessedTime", "LastAccessedEntity", "LastAccessedRegion"]);
            Value::from(map)
        });
        map.insert("TrackedActionsLastAccessed".into(), shown.collect::<Vec<_>>().into());
    }
    map
}

/// Time, entity and region of the last access, under these names.
fn last(map: &mut Map, accesses: &[&Access], [at, entity, region]: [&'static str; 3]) {
    if let Some(last) = accesses.iter().max_by_key(|access| access.at) {
        map.insert(at.into(), Value::Int(last.at));
        map.insert(entity.into(), last.arn.as_str().into());
        map.insert(region.into(), last.region.as_str().into());
    }
}

/// All entities, with the time of their last access to a service.
fn details(entities: &[Entity], accesses: &[&Access]) -> Vec<Value> {
    let shown = entities.iter().map(|entity| {
        let info = Map::from([
            ("Arn".into(), Value::from(entity.arn.as_str())),
            ("Name".into(), entity.name.as_str().into()),
            ("Type".into(), entity.kind.into()),
            ("Id".into(), entity.id.as_str().into()),
            ("Path".into(), entity.path.as_str().into()),
        ]);
        let mut map = Map::from([("EntityInfo".into(), info.into())]);
        let own = accesses.iter().filter(|access| access.arn == entity.arn);
        if let Some(at) = own.map(|access| access.at).max() {
            map.insert("LastAuthenticated".into(), Value::Int(at));
        }
        map.into()
    });
    shown.collect()
}

/// The time of the job that a request names, and its facts.
fn job(call: &Call<'_>) -> Result<(Seconds, Value), Fault> {
    let id = call.needed("JobId")?;
    let found =
        call.db.query_row("SELECT created, facts FROM job WHERE id = ?1 AND kind = ?2", [id, KIND], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?))
        });
    let (created, facts) = found
        .optional()?
        .ok_or_else(|| Fault::no_such_entity(format!("The job with id {id} cannot be found.")))?;
    Ok((created, json::read(&facts).map_err(Fault::internal)?))
}

fn complete(reply: &mut Map, created: Seconds) {
    reply.insert("JobStatus".into(), "COMPLETED".into());
    reply.insert("JobCreationDate".into(), Value::Int(created));
    reply.insert("JobCompletionDate".into(), Value::Int(created));
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let (created, facts) = job(call)?;
    let services = facts.get("services").and_then(Value::as_map).into_iter().flatten();
    let rows = services.filter_map(|(name, one)| Some((name.to_string(), one.get("service")?.clone())));
    let mut reply = call.page()?.cut("ServicesLastAccessed", rows.collect());
    if let Some(granularity) = facts.get("granularity") {
        reply.insert("JobType".into(), granularity.clone());
    }
    complete(&mut reply, created);
    Ok(reply)
}

fn get_with_entities(call: &Call<'_>) -> Result<Map, Fault> {
    let (created, facts) = job(call)?;
    let service = call.needed("ServiceNamespace")?;
    let entities =
        facts.get("services").and_then(|services| services.get(service)?.get("entities")?.as_list());
    let entities = entities.ok_or_else(|| {
        Fault::invalid_input(format!("The report has no service with namespace {service}."))
    })?;
    let rows = entities.iter().filter_map(|one| {
        let arn = one.get("EntityInfo")?.get("Arn")?.as_str()?;
        Some((arn.to_owned(), one.clone()))
    });
    let mut reply = call.page()?.cut("EntityDetailsList", rows.collect());
    complete(&mut reply, created);
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, between};

    const ACCOUNT: &str = "arn:aws:iam::123456789012:";

    /// Users u and v in group g, a managed policy for the group, an inline one for u, and what they used.
    fn bench() -> Bench {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        bench.ok("CreateUser", "UserName=v&Path=/x/");
        let sql = format!(
            "INSERT INTO \"group\" VALUES ('g', 'g', '/', 'AGPA1', 0);
             INSERT INTO member VALUES ('g', 'u'), ('g', 'v');
             INSERT INTO policy VALUES ('{ACCOUNT}policy/p', 'p', 'p', '/', 'ANPA1', NULL, 0, 0, 1, 2);
             INSERT INTO policy_version VALUES ('{ACCOUNT}policy/p', 1, '{}', 0);
             INSERT INTO attachment VALUES ('group', 'g', '{ACCOUNT}policy/p');
             INSERT INTO inline_policy VALUES ('user', 'u', 'i', '{}');
             INSERT INTO access VALUES ('{ACCOUNT}user/u', 'iam', 'GetUser', 60, 'us-east-1'),
                 ('{ACCOUNT}user/u', 'iam', 'ListUsers', 120, 'eu-west-1'),
                 ('{ACCOUNT}user/x/v', 'iam', 'GetUser', 90, 'us-east-1');",
            r#"{"Statement":{"Effect":"Allow","Action":["S3:Get*"],"Resource":"*"}}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"},
                {"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}"#,
        );
        bench.account.connection.execute_batch(&sql).unwrap();
        bench
    }

    fn job(bench: &Bench, rest: &str) -> String {
        let made = bench.ok("GenerateServiceLastAccessedDetails", &format!("Arn={ACCOUNT}{rest}"));
        format!("JobId={}", between(&made, "<JobId>"))
    }

    fn namespaces(xml: &str) -> Vec<&str> {
        xml.split("<ServiceNamespace>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect()
    }

    #[test]
    fn a_users_report_has_what_it_may_and_what_it_did() {
        let bench = bench();
        let job = job(&bench, "user/u&Granularity=ACTION_LEVEL");
        bench.account.connection.execute("DELETE FROM access", []).unwrap();
        let report = bench.ok("GetServiceLastAccessedDetails", &job);
        assert_eq!(namespaces(&report), ["iam", "s3", "sqs"]);
        assert!(report.contains("<JobStatus>COMPLETED<") && report.contains("<JobType>ACTION_LEVEL<"));
        assert_eq!(between(&report, "<LastAuthenticated>"), "1970-01-01T00:02:00Z");
        assert_eq!(between(&report, "<LastAuthenticatedRegion>"), "eu-west-1");
        assert_eq!(report.matches("<ActionName>").count(), 2);
        let first = bench.ok("GetServiceLastAccessedDetails", &format!("{job}&MaxItems=1"));
        let marker = between(&first, "<Marker>");
        let rest = bench.ok("GetServiceLastAccessedDetails", &format!("{job}&Marker={marker}"));
        assert_eq!((namespaces(&first), namespaces(&rest)), (vec!["iam"], vec!["s3", "sqs"]));
    }

    #[test]
    fn groups_and_policies_stand_for_their_users() {
        let bench = bench();
        for subject in ["group/g", "policy/p"] {
            let job = job(&bench, subject);
            let report = bench.ok("GetServiceLastAccessedDetails", &job);
            assert_eq!(namespaces(&report), ["iam", "s3"], "{subject}");
            assert_eq!(between(&report, "<TotalAuthenticatedEntities>"), "2");
            assert_eq!(between(&report, "<LastAuthenticatedEntity>"), format!("{ACCOUNT}user/u"));
            assert!(!report.contains("ActionName"), "{report}");
            let form = format!("{job}&ServiceNamespace=iam");
            let entities = bench.ok("GetServiceLastAccessedDetailsWithEntities", &form);
            assert_eq!(entities.matches("<LastAuthenticated>").count(), 2);
            let form = format!("{job}&ServiceNamespace=s3");
            let entities = bench.ok("GetServiceLastAccessedDetailsWithEntities", &form);
            assert!(entities.contains("user/x/v") && !entities.contains("<LastAuthenticated>"), "{entities}");
            let form = format!("{job}&ServiceNamespace=ec2");
            assert_eq!(bench.fault("GetServiceLastAccessedDetailsWithEntities", &form).code, "InvalidInput");
        }
    }

    #[test]
    fn a_wildcard_stands_for_all_services_by_their_names() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        bench.ok("AttachUserPolicy", "UserName=u&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess");
        let job = job(&bench, "user/u");
        let all = bench.ok("GetServiceLastAccessedDetails", &format!("{job}&MaxItems=1000"));
        assert_eq!(namespaces(&all).len(), crate::policy::actions::services().len());
        assert!(all.contains("<ServiceName>Amazon S3<"));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let bench = bench();
        for rest in ["user/nobody", "user/v", "role/r", "policy/q"] {
            let fault = bench.fault("GenerateServiceLastAccessedDetails", &format!("Arn={ACCOUNT}{rest}"));
            assert_eq!(fault.code, "NoSuchEntity", "{rest}");
        }
        let job = "JobId=00000000-0000-0000-0000-000000000000";
        assert_eq!(bench.fault("GetServiceLastAccessedDetails", job).code, "NoSuchEntity");
    }
}
