//! The entities that policies belong to: users, groups and roles.

use super::call::Call;
use super::groups::Group;
use super::roles::Role;
use super::users::User;
use crate::sandbox::fault::Fault;

/// The kinds of entities that have policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Kind {
    User,
    Group,
    Role,
}

impl Kind {
    /// The kind in the store and in messages.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Group => "group",
            Kind::Role => "role",
        }
    }

    /// The kind in members and in the names of quotas: `User`.
    pub(super) fn title(self) -> &'static str {
        match self {
            Kind::User => "User",
            Kind::Group => "Group",
            Kind::Role => "Role",
        }
    }
}

/// An entity that policies belong to.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    pub(super) kind: Kind,
    pub(super) key: String,
    pub(super) name: String,
}

impl Holder {
    /// The entity that the request names.
    pub(super) fn named(call: &Call<'_>, kind: Kind) -> Result<Holder, Fault> {
        let (key, name) = match kind {
            Kind::User => User::named(call, call.needed("UserName")?).map(|user| (user.key, user.name)),
            Kind::Group => Group::named(call, call.needed("GroupName")?).map(|group| (group.key, group.name)),
            Kind::Role => Role::named(call, call.needed("RoleName")?).map(|role| (role.key, role.name)),
        }?;
        Ok(Holder { kind, key, name })
    }

    /// The same, to change its policies.
    ///
    /// # Errors
    /// It is a service-linked role.
    pub(super) fn to_change(call: &Call<'_>, kind: Kind) -> Result<Holder, Fault> {
        if kind == Kind::Role {
            Role::to_change(call, call.needed("RoleName")?)?;
        }
        Holder::named(call, kind)
    }
}
