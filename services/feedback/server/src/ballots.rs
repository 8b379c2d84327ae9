//! What keeps anonymous answers anonymous: the keys that sign their tokens, and the box that holds them back.
//!
//! Both live in one folder of one process and never on the log; `docs/anonymity.md` has the argument.

mod folder;
mod keyring;

use std::sync::Arc;

use khidma_edge::{Deps, StartError};

use crate::config::FeedbackConfig;

use folder::Folder;
pub(crate) use keyring::{BallotError, Keyring};

/// What this process has for anonymous rounds.
#[derive(Clone, Debug)]
pub(crate) struct Ballots {
    /// Their keys.
    pub keys: Keyring,
}

impl Ballots {
    /// Takes the folder that the configuration names.
    ///
    /// # Errors
    /// It cannot be used, or another process has it.
    pub(crate) fn open(deps: &Deps, config: &FeedbackConfig) -> Result<Self, StartError> {
        let path = config.ballots_in(&deps.config.data);
        let folder = Folder::open(&path).map_err(|error| StartError::Unusable {
            section: "services.feedback",
            reason: format!("ballots_folder {}: {error}", path.display()),
        })?;
        let keys = Keyring::new(Arc::new(folder), deps.tasks.clone());
        Ok(Self { keys })
    }
}
