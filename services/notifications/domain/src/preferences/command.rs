//! What somebody may want of a person's preferences. Facts from elsewhere travel with it.

use std::collections::BTreeSet;

use khidma_events::notifications::{Channel, MessageKind, Preferences};
use khidma_kernel::PersonId;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum PreferencesCommand {
    /// These are the preferences from now on: all of them.
    Set {
        /// Whose.
        person: PersonId,
        /// Fact: whether there is such a person and they have not left.
        known: bool,
        /// What they want.
        preferences: Preferences,
        /// Fact: of who is to stand in, if somebody is.
        stand_in: StandInFacts,
    },
    /// No more e-mail of a kind, as whoever holds a link out of such an e-mail may ask. By our own service only, which has
    /// checked the link.
    Unsubscribe {
        /// The kind.
        kind: MessageKind,
        /// Fact: the channels by which it comes where nothing is chosen.
        usual: BTreeSet<Channel>,
    },
}

/// What has to be known of who is to stand in for a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandInFacts {
    /// Whether there is such a person and they have not left.
    pub known: bool,
    /// Who stands in for them, who for those, and so on, as long as it holds.
    pub behind: Vec<PersonId>,
}
