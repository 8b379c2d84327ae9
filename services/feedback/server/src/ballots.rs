//! What keeps anonymous answers anonymous: the keys that sign their tokens, and the boxes that hold them back.
//!
//! Both live in one folder of one process and never on the log; `docs/anonymity.md` has the argument. `keyring` makes keys and
//! signs with them; `held` is one box in memory and `boxes` all of them on disk; `release` lets answers go, as `commit`s.

mod boxes;
mod commit;
mod folder;
mod held;
mod keyring;
mod release;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use khidma_edge::{Deps, StartError};
use khidma_projection::Projection;

use crate::config::FeedbackConfig;
use crate::facts;

use boxes::Boxes;
pub(crate) use commit::text_of;
use folder::Folder;
pub(crate) use held::{Held, Put, digest_of};
pub(crate) use keyring::{BallotError, Keyring, SIGNED, is_signed};

/// What this process has for anonymous rounds. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Ballots {
    /// Their keys.
    pub keys: Keyring,
    /// Their answers.
    pub boxes: Boxes,
}

impl Ballots {
    /// Takes the folder that the configuration names, and begins to let answers go.
    ///
    /// # Errors
    /// It cannot be used, or another process has it.
    pub(crate) fn start(
        deps: &Deps,
        projection: &Projection,
        config: &FeedbackConfig,
    ) -> Result<Self, StartError> {
        let path = config.ballots_in(&deps.config.data);
        let folder = Folder::open(&path).map_err(|error| StartError::Unusable {
            section: "services.feedback",
            reason: format!("ballots_folder {}: {error}", path.display()),
        })?;
        let folder = Arc::new(folder);
        let rows = projection.clone();
        let spent = move |round, token: &str| facts::spent(&rows.reader(), round, token);
        let ballots = Self {
            keys: Keyring::new(folder.clone(), deps.tasks.clone()),
            boxes: Boxes::new(folder, Arc::new(spent), deps.tasks.clone()),
        };
        release::start(deps, projection, &ballots);
        Ok(ballots)
    }
}
