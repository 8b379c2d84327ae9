//! Who acts.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{DepartmentId, InvalidId, PersonId};

/// Who caused an event. Written `person:amina`, `service:requests` or `anonymous`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// A person.
    Person(PersonId),
    /// One of our own services, by itself.
    Service(Cow<'static, str>),
    /// Somebody who was let in and whom nothing that is kept identifies.
    Anonymous,
}

impl Actor {
    /// The person, where it is one.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Service(_) | Self::Anonymous => None,
        }
    }
}

/// A text that names no actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidActor {
    /// Neither `anonymous`, nor `person:` or `service:` before it.
    #[error("an actor is written person:ID, service:NAME or anonymous")]
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
            Self::Anonymous => f.write_str("anonymous"),
        }
    }
}

impl FromStr for Actor {
    type Err = InvalidActor;

    fn from_str(text: &str) -> Result<Self, InvalidActor> {
        match text.split_once(':') {
            Some(("person", id)) => Ok(Self::Person(id.parse()?)),
            Some(("service", name)) => Ok(Self::Service(name.to_owned().into())),
            None if text == "anonymous" => Ok(Self::Anonymous),
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
    /// May write down history with its original times.
    Import,
    /// May read the feed of the department named in the token, for the systems of that department.
    Feed,
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "manager" => Ok(Self::Manager),
            "admin" => Ok(Self::Admin),
            "import" => Ok(Self::Import),
            "feed" => Ok(Self::Feed),
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
            Self::Import => "import",
            Self::Feed => "feed",
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

    /// Somebody whom nothing that is kept shall identify.
    pub fn anonymous() -> Self {
        Self {
            actor: Actor::Anonymous,
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
    fn an_actor_is_read_as_it_is_written() {
        for text in ["person:amina", "service:requests", "anonymous"] {
            let actor: Actor = text.parse().unwrap();
            assert_eq!(actor.to_string(), text);
        }
        assert!("anonymous:amina".parse::<Actor>().is_err() && "amina".parse::<Actor>().is_err());
    }

    #[test]
    fn a_role_is_read_as_it_is_written_and_there_are_no_others() {
        for role in [Role::Manager, Role::Admin, Role::Import, Role::Feed] {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        for text in ["owner", "Admin", ""] {
            assert_eq!(text.parse::<Role>(), Err(()), "{text:?}");
        }
    }
}
