//! A bench for handlers: an account in a temporary folder, called by its root user.

use bytes::Bytes;

use super::users::User;
use crate::model::{self, Operation, Service};
use crate::sandbox::account::Account;
use crate::sandbox::arn;
use crate::sandbox::caller::{Caller, Who};
use crate::sandbox::fault::Fault;
use crate::sandbox::name::Name;
use crate::sandbox::origin::Origin;
use crate::sandbox::wire::{self, Form};

/// A trust policy for machines.
pub(in crate::sandbox) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;

/// A policy that allows everything.
pub(in crate::sandbox) const ALLOW_ALL: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// An account and its folder.
pub(in crate::sandbox) struct Bench {
    pub(in crate::sandbox) account: Account,
    _folder: tempfile::TempDir,
}

impl Bench {
    /// A new account.
    pub(in crate::sandbox) fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let account = Account::open(folder.path(), &Name::default()).unwrap();
        Bench { account, _folder: folder }
    }

    /// A new account with a user, a group and a role, all named `e`: what policies can be given to.
    pub(in crate::sandbox) fn with_holders() -> Bench {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=e");
        bench.ok("CreateGroup", "GroupName=e");
        bench.ok("CreateRole", &format!("RoleName=e&AssumeRolePolicyDocument={TRUST}"));
        bench
    }

    /// The reply's XML.
    #[track_caller]
    pub(in crate::sandbox) fn ok(&self, operation: &str, form: &str) -> String {
        let body = self.call(operation, form).unwrap_or_else(|fault| panic!("{operation}: {fault:?}"));
        String::from_utf8(body.to_vec()).unwrap()
    }

    /// Why it is refused.
    #[track_caller]
    pub(in crate::sandbox) fn fault(&self, operation: &str, form: &str) -> Fault {
        self.call(operation, form).err().unwrap_or_else(|| panic!("{operation} has not failed"))
    }

    /// All pages of a list: the texts of an element, a list for each page.
    #[track_caller]
    pub(in crate::sandbox) fn pages(&self, operation: &str, form: &str, element: &str) -> Vec<Vec<String>> {
        let (mut pages, mut marker) = (Vec::new(), String::new());
        loop {
            let reply = self.ok(operation, &format!("{form}{marker}"));
            pages.push(texts(&reply, element));
            match texts(&reply, "Marker").first() {
                Some(next) => marker = format!("&Marker={next}"),
                None => return pages,
            }
        }
    }

    /// A new managed policy, by its ARN.
    #[track_caller]
    pub(in crate::sandbox) fn policy(&self, name: &str, path: &str) -> String {
        self.ok("CreatePolicy", &format!("PolicyName={name}&Path={path}&PolicyDocument={ALLOW_ALL}"));
        format!("arn:aws:iam::{}:policy{path}{name}", self.account.id())
    }

    /// The reply's XML to another caller than the root user.
    #[track_caller]
    pub(in crate::sandbox) fn ok_by(&self, caller: &Caller, operation: &str, form: &str) -> String {
        let body =
            self.call_by(caller, operation, form).unwrap_or_else(|fault| panic!("{operation}: {fault:?}"));
        String::from_utf8(body.to_vec()).unwrap()
    }

    /// Why another caller than the root user is refused.
    #[track_caller]
    pub(in crate::sandbox) fn fault_by(&self, caller: &Caller, operation: &str, form: &str) -> Fault {
        self.call_by(caller, operation, form).err().unwrap_or_else(|| panic!("{operation} has not failed"))
    }

    fn call(&self, name: &str, form: &str) -> Result<Bytes, Fault> {
        self.call_by(&self.root(), name, form)
    }

    fn call_by(&self, caller: &Caller, name: &str, form: &str) -> Result<Bytes, Fault> {
        let (service, operation) = find(name);
        let form = Form::parse(form.as_bytes())?;
        let result = self.account.perform(operation, &form, &Origin::default(), |_, _| Ok(caller.clone()))?;
        wire::success(service, operation, &result, "r").map(|reply| reply.body)
    }

    /// A user that exists, as one who calls and may do everything.
    #[track_caller]
    pub(in crate::sandbox) fn caller(&self, name: &str) -> Caller {
        let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
        self.ok("AttachUserPolicy", &format!("UserName={name}&PolicyArn={policy}"));
        let user = User::find(&self.account.connection, name).unwrap().unwrap();
        Caller {
            arn: user.arn(self.account.id()),
            who: Who::User(user.name),
            id: user.id,
            access_key: String::new(),
            session: None,
        }
    }

    /// The root user.
    pub(in crate::sandbox) fn root(&self) -> Caller {
        Caller {
            who: Who::Root,
            arn: arn::root(self.account.id()),
            id: self.account.id().to_string(),
            access_key: self.account.root_key().unwrap().id,
            session: None,
        }
    }
}

/// The texts of all elements of this name that have no elements in them.
pub(in crate::sandbox) fn texts(xml: &str, element: &str) -> Vec<String> {
    let open = format!("<{element}>");
    let parts = xml.split(&open).skip(1);
    let parts = parts.filter_map(|part| part.split_once('<').filter(|(_, rest)| rest.starts_with('/')));
    parts.map(|(text, _)| text.to_owned()).collect()
}

/// The operation of this name.
pub(super) fn find(name: &str) -> (&'static Service, &'static Operation) {
    let all = model::SERVICES.iter().flat_map(|service| service.operations.iter().map(|one| (*service, one)));
    all.into_iter().find(|(_, operation)| operation.name == name).unwrap()
}

/// The text that follows a tag, up to the next one.
#[track_caller]
pub(in crate::sandbox) fn between<'x>(xml: &'x str, tag: &str) -> &'x str {
    let rest = xml.split_once(tag).unwrap_or_else(|| panic!("no {tag} in {xml}")).1;
    rest.split('<').next().unwrap()
}

/// A form's value, percent-encoded.
pub(in crate::sandbox) fn encoded(text: &str) -> String {
    crate::percent::encode(text)
}
