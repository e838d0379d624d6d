//! A bench for handlers: an account in a temporary folder, called by its root user.

use bytes::Bytes;

use crate::model::{self, Operation, Service};
use crate::sandbox::account::Account;
use crate::sandbox::arn;
use crate::sandbox::caller::{Caller, Who};
use crate::sandbox::fault::Fault;
use crate::sandbox::name::Name;
use crate::sandbox::wire::{self, Form};

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

    fn call(&self, name: &str, form: &str) -> Result<Bytes, Fault> {
        let (service, operation) = find(name);
        let form = Form::parse(form.as_bytes())?;
        let result = self.account.perform(operation, &form, &self.root())?;
        wire::success(service, operation, &result, "r").map(|reply| reply.body)
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

fn find(name: &str) -> (&'static Service, &'static Operation) {
    let all = model::SERVICES.iter().flat_map(|service| service.operations.iter().map(|one| (*service, one)));
    all.into_iter().find(|(_, operation)| operation.name == name).unwrap()
}
