//! Where the story is played, and by whom.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use khidma_edge::identity::LocalAuthority;
use khidma_kernel::{InvalidId, Role};
use khidma_runtime::{Clock, TimeMachine};

use crate::client::{Api, Endpoints};
use crate::failure::Failure;

/// How long a player's token is good.
const TOKEN_LIFETIME: Duration = Duration::from_secs(3600);
/// The same where the story takes days.
const LONG_LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

/// Where the story is played.
#[derive(Clone)]
pub struct Stage {
    /// Where the services are.
    pub endpoints: Endpoints,
    /// Who issues the players' tokens: the authority whose keys the services believe.
    pub authority: Arc<LocalAuthority>,
    /// The time of tokens and idempotency keys.
    pub clock: Clock,
    /// What moves that clock on, where the services go by it too: then the story can tell of days.
    pub time: Option<TimeMachine>,
    /// How long each answer may take.
    pub patience: Duration,
}

/// The players, each with a connection and a token of their own.
pub(super) struct Cast {
    /// Keeps the directory.
    pub(super) admin: Api,
    /// Of HR: asks.
    pub(super) amina: Api,
    /// Leads HR: follows.
    pub(super) linh: Api,
    /// Of IT: does.
    pub(super) daniel: Api,
    /// Leads IT: looks after the queue.
    pub(super) mei: Api,
    /// Of Finance: does.
    pub(super) farid: Api,
    /// Leads the company: is told when nobody below takes care.
    pub(super) nour: Api,
}

impl Cast {
    /// A player by their id.
    pub(super) fn by_name(&self, person: &str) -> Result<&Api, Failure> {
        let players = [
            ("amina", &self.amina),
            ("linh", &self.linh),
            ("daniel", &self.daniel),
            ("mei", &self.mei),
            ("farid", &self.farid),
            ("nour", &self.nour),
        ];
        let found = players.into_iter().find(|(name, _)| *name == person);
        let unknown = || Failure::Local(format!("{person} does not play"));
        found.map(|(_, api)| api).ok_or_else(unknown)
    }
}

impl Stage {
    pub(super) fn cast(&self) -> Result<Cast, Failure> {
        Ok(Cast {
            admin: self.player("admin", "company", &[Role::Admin])?,
            amina: self.player("amina", "hr", &[])?,
            linh: self.player("linh", "hr", &[Role::Manager])?,
            daniel: self.player("daniel", "it", &[])?,
            mei: self.player("mei", "it", &[Role::Manager])?,
            farid: self.player("farid", "finance", &[])?,
            nour: self.player("nour", "company", &[])?,
        })
    }

    fn player(&self, person: &str, department: &str, roles: &[Role]) -> Result<Api, Failure> {
        let wrong = |error: InvalidId| Failure::Local(error.to_string());
        let (person, department) = (
            person.parse().map_err(wrong)?,
            department.parse().map_err(wrong)?,
        );
        let roles = BTreeSet::from_iter(roles.iter().copied());
        let lifetime = if self.time.is_some() {
            LONG_LIFETIME
        } else {
            TOKEN_LIFETIME
        };
        let now = self.clock.now();
        let token = self
            .authority
            .issue(&person, &department, &roles, lifetime, now)?;
        Ok(Api::new(
            self.endpoints.clone(),
            Some(token),
            self.patience,
            self.clock.clone(),
        ))
    }
}
