//! The credential report: one line of CSV for the root user and for each user.

use rusqlite::{Connection, OptionalExtension as _};

use super::call::Call;
use super::login_profiles::Profile;
use super::password_policy::Policy;
use super::users::User;
use super::{Entry, reads, writes};
use crate::json;
use crate::model::iam::Id;
use crate::sandbox::clock::{self, Seconds};
use crate::sandbox::fault::Fault;
use crate::sandbox::{account, arn};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] =
    &[writes(Id::GenerateCredentialReport, generate), reads(Id::GetCredentialReport, get)];

/// How long a report counts.
const LIFE: Seconds = 4 * 3600;

/// The report's place among the jobs.
const JOB: &str = "credential-report";

const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
    password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
    access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
    access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
    cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

const NONE: &str = "N/A";

/// Keys and certificates of one user that the report has room for.
const SHOWN: usize = 2;

/// When the stored report was made, and its text.
fn stored(db: &Connection) -> Result<Option<(Seconds, String)>, Fault> {
    let found = db.query_row("SELECT created, facts FROM job WHERE id = ?1", [JOB], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?))
    });
    let Some((created, facts)) = found.optional()? else { return Ok(None) };
    match json::read(&facts).map_err(Fault::internal)? {
        Value::String(text) => Ok(Some((created, text))),
        _ => Err(Fault::internal("the stored credential report is no text")),
    }
}

/// Makes a report where there is none of the last four hours.
fn generate(call: &Call<'_>) -> Result<Map, Fault> {
    let old = stored(call.db)?;
    if old.as_ref().is_some_and(|(created, _)| call.now - created <= LIFE) {
        return Ok(Map::from([("State".into(), "COMPLETE".into())]));
    }
    let mut facts = String::new();
    json::write(&mut facts, &report(call)?.into(), json::Style::COMPACT);
    call.db.execute(
        "INSERT OR REPLACE INTO job (id, kind, created, facts) VALUES (?1, ?1, ?2, ?3)",
        (JOB, call.now, facts),
    )?;
    let mut reply = Map::from([("State".into(), Value::from("STARTED"))]);
    if old.is_none() {
        let description = "No report exists. Starting a new report generation task";
        reply.insert("Description".into(), description.into());
    }
    Ok(reply)
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let (created, text) = stored(call.db)?.ok_or_else(|| {
        let message = "No credential report exists. Call GenerateCredentialReport first.";
        Fault::new("ReportNotPresent", 410, message)
    })?;
    if call.now - created > LIFE {
        return Err(Fault::new(
            "ReportExpired",
            410,
            "The credential report is older than four hours. Call GenerateCredentialReport for a new one.",
        ));
    }
    Ok(Map::from([
        ("Content".into(), Value::Bytes(text.into_bytes())),
        ("ReportFormat".into(), "text/csv".into()),
        ("GeneratedTime".into(), Value::Int(created)),
    ]))
}

fn report(call: &Call<'_>) -> Result<String, Fault> {
    let mut lines = vec![COLUMNS.to_owned(), root(call)?];
    let policy = Policy::of(call.db)?;
    let mut statement = call.db.prepare_cached("SELECT name FROM user ORDER BY key")?;
    for name in statement.query_map([], |row| row.get::<_, String>(0))? {
        lines.push(line(&user(call, &User::named(call, &name?)?, policy.as_ref())?));
    }
    Ok(lines.join("\n"))
}

/// The root user's password is no part of the store.
fn root(call: &Call<'_>) -> Result<String, Fault> {
    let created = account::setting(call.db, "created")?.and_then(|text| text.parse().ok());
    let mut fields = vec!["<root_account>".to_owned(), arn::root(call.account), time(created)];
    fields.extend(["not_supported", "no_information", "not_supported", "not_supported"].map(str::to_owned));
    fields.push(mfa(call.db, "")?);
    fields.extend(keys(call.db, None)?);
    fields.extend(certificates(call.db, "")?);
    Ok(line(&fields))
}

fn user(call: &Call<'_>, user: &User, policy: Option<&Policy>) -> Result<Vec<String>, Fault> {
    let mut fields = vec![user.name.clone(), user.arn(call.account), time(Some(user.created))];
    match Profile::find(call.db, user)? {
        None => fields.extend(["false", NONE, NONE, NONE].map(str::to_owned)),
        Some(profile) => fields.extend([
            "true".to_owned(),
            user.password_last_used.map_or_else(|| "no_information".to_owned(), clock::text),
            clock::text(profile.changed),
            time(policy.and_then(|policy| policy.expires(profile.changed))),
        ]),
    }
    fields.push(mfa(call.db, &user.key)?);
    fields.extend(keys(call.db, Some(&user.key))?);
    fields.extend(certificates(call.db, &user.key)?);
    Ok(fields)
}

fn mfa(db: &Connection, user: &str) -> Result<String, Fault> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM mfa_device WHERE user = ?1 AND enabled IS NOT NULL")?;
    Ok(statement.exists([user])?.to_string())
}

fn keys(db: &Connection, user: Option<&str>) -> Result<Vec<String>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT active, created, last_used, last_region, last_service FROM access_key WHERE user IS ?1 \
         ORDER BY id",
    )?;
    let found = statement.query_map([user], |row| {
        let text = |text: Option<String>| text.unwrap_or_else(|| NONE.to_owned());
        Ok([
            row.get::<_, bool>(0)?.to_string(),
            time(row.get(1)?),
            time(row.get(2)?),
            text(row.get(3)?),
            text(row.get(4)?),
        ])
    })?;
    let mut all = found.collect::<Result<Vec<_>, _>>()?;
    all.resize(SHOWN, ["false", NONE, NONE, NONE, NONE].map(str::to_owned));
    Ok(all.concat())
}

fn certificates(db: &Connection, user: &str) -> Result<Vec<String>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT active, uploaded FROM signing_certificate WHERE user = ?1 ORDER BY active, id",
    )?;
    let found =
        statement.query_map([user], |row| Ok([row.get::<_, bool>(0)?.to_string(), time(row.get(1)?)]))?;
    let mut all = found.collect::<Result<Vec<_>, _>>()?;
    all.resize(SHOWN, ["false", NONE].map(str::to_owned));
    Ok(all.concat())
}

fn time(at: Option<Seconds>) -> String {
    at.map_or_else(|| NONE.to_owned(), clock::text)
}

/// A line of CSV (RFC 4180): names may hold commas, paths quotation marks.
fn line(fields: &[String]) -> String {
    let quoted = |field: &String| match field.contains([',', '"']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.clone(),
    };
    fields.iter().map(quoted).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::super::testing::{Bench, between, encoded};
    use crate::sandbox::certificate::samples;

    fn content(bench: &Bench) -> String {
        let report = bench.ok("GetCredentialReport", "");
        String::from_utf8(STANDARD.decode(between(&report, "<Content>")).unwrap()).unwrap()
    }

    #[test]
    fn a_report_is_made_once_in_four_hours() {
        let bench = Bench::new();
        let absent = bench.fault("GetCredentialReport", "");
        assert_eq!((absent.code, absent.status), ("ReportNotPresent", 410));
        let started = bench.ok("GenerateCredentialReport", "");
        assert!(started.contains("<State>STARTED<") && started.contains("No report exists."), "{started}");
        bench.ok("CreateUser", "UserName=late");
        assert!(bench.ok("GenerateCredentialReport", "").contains("<State>COMPLETE<"));
        assert!(!content(&bench).contains("late"));
        bench.account.connection.execute("UPDATE job SET created = created - 14410", []).unwrap();
        assert_eq!(bench.fault("GetCredentialReport", "").code, "ReportExpired");
        assert!(bench.ok("GenerateCredentialReport", "").contains("<State>STARTED<"));
        assert!(content(&bench).contains("late"));
    }

    #[test]
    fn every_value_is_the_stores() {
        let bench = Bench::new();
        bench.ok("UpdateAccountPasswordPolicy", "MaxPasswordAge=1");
        for name in ["b,c", "A"] {
            bench.ok("CreateUser", &format!("UserName={}", encoded(name)));
        }
        bench.ok("CreateLoginProfile", "UserName=A&Password=Secr3t-word");
        let made = bench.ok("CreateAccessKey", "UserName=A");
        let id = between(&made, "<AccessKeyId>");
        bench.ok("UpdateAccessKey", &format!("UserName=A&AccessKeyId={id}&Status=Inactive"));
        let body = encoded(&samples::self_signed("x").0);
        bench.ok("UploadSigningCertificate", &format!("UserName=A&CertificateBody={body}"));
        let db = &bench.account.connection;
        db.execute("UPDATE user SET created = 0", []).unwrap();
        db.execute("UPDATE login_profile SET changed = 0", []).unwrap();
        db.execute("UPDATE access_key SET created = 60 WHERE user = 'a'", []).unwrap();
        db.execute("UPDATE signing_certificate SET uploaded = 120", []).unwrap();
        let used = "UPDATE access_key SET last_used = 180, last_region = 'us-east-1', last_service = 's3'";
        db.execute(&format!("{used} WHERE user = 'a'"), []).unwrap();
        bench.ok("GenerateCredentialReport", "");
        let text = content(&bench);
        let lines: Vec<_> = text.split('\n').collect();
        assert_eq!(lines[0].split(',').count(), 22);
        assert!(lines[1].starts_with("<root_account>,arn:aws:iam::123456789012:root,20"), "{}", lines[1]);
        assert_eq!(lines[1].split(',').count(), 22);
        assert_eq!(
            lines[2],
            "A,arn:aws:iam::123456789012:user/A,1970-01-01T00:00:00Z,true,no_information,1970-01-01T00:00:00Z,\
             1970-01-02T00:00:00Z,false,false,1970-01-01T00:01:00Z,1970-01-01T00:03:00Z,us-east-1,s3,false,N/A,N/A,\
             N/A,N/A,true,1970-01-01T00:02:00Z,false,N/A"
        );
        assert_eq!(
            lines[3],
            "\"b,c\",\"arn:aws:iam::123456789012:user/b,c\",1970-01-01T00:00:00Z,false,N/A,N/A,N/A,false,false,N/A,\
             N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
        );
        assert_eq!(lines.len(), 4);
    }
}
