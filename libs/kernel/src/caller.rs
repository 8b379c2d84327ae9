//! Who acts.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{DepartmentId, InvalidId, PersonId};

/// Who caused an event. Written `person:amina` or `service:requests`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// A person.
    Person(PersonId),
    /// One of our own services, by itself.
    Service(Cow<'static, str>),
}

impl Actor {
    /// The person, where it is one.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Service(_) => None,
        }
    }
}

/// A text that names no actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidActor {
    /// Neither `person:` nor `service:` before it.
    #[error("an actor is written person:ID or service:NAME")]
    Kind,
    /// What follows is no id.
    #[error(transparent)]
    Id(#[from] InvalidId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Service(name) => write!(f, "service:{name}"),
        }
    }
}

impl FromStr for Actor {
    type Err = InvalidActor;

    fn from_str(text: &str) -> Result<Self, InvalidActor> {
        match text.split_once(':') {
            Some(("person", id)) => Ok(Self::Person(id.parse()?)),
            Some(("service", name)) => Ok(Self::Service(name.to_owned().into())),
            _ => Err(InvalidActor::Kind),
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = InvalidActor;

    fn try_from(text: String) -> Result<Self, InvalidActor> {
        text.parse()
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> String {
        actor.to_string()
    }
}

/// What a caller is allowed beyond being a member of a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Leads the department named in the token.
    Manager,
    /// Keeps the directory and may operate the services.
    Admin,
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "manager" => Ok(Self::Manager),
            "admin" => Ok(Self::Admin),
            _ => Err(()),
        }
    }
}

impl Role {
    /// The role as a token writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }
}

/// Who asks, as their verified token says, or one of our services acting by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who is written into the events.
    pub actor: Actor,
    /// The department they belong to; a service has none.
    pub department: Option<DepartmentId>,
    /// What else they are allowed.
    pub roles: BTreeSet<Role>,
}

impl Caller {
    /// One of our services, acting by itself (a timer, a reaction).
    pub fn service(name: &'static str) -> Self {
        Self {
            actor: Actor::Service(name.into()),
            department: None,
            roles: BTreeSet::new(),
        }
    }

    /// A person of a department.
    pub fn person(
        person: PersonId,
        department: DepartmentId,
        roles: impl IntoIterator<Item = Role>,
    ) -> Self {
        Self {
            actor: Actor::Person(person),
            department: Some(department),
            roles: roles.into_iter().collect(),
        }
    }

    /// Whether they hold `role`.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether they belong to `department`.
    pub fn belongs_to(&self, department: &DepartmentId) -> bool {
        self.department.as_ref() == Some(department)
    }

    /// Whether they lead `department`.
    pub fn leads(&self, department: &DepartmentId) -> bool {
        self.is(Role::Manager) && self.belongs_to(department)
    }

    /// Whether this is one of our own services.
    pub fn is_service(&self) -> bool {
        matches!(self.actor, Actor::Service(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_as_it_is_written_and_there_are_no_others() {
        for role in [Role::Manager, Role::Admin] {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        for text in ["import", "Admin", ""] {
            assert_eq!(text.parse::<Role>(), Err(()), "{text:?}");
        }
    }
}
