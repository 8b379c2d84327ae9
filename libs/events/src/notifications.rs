//! What happens to messages: who is told what, by which channel, and whether it reached them.
//!
//! Several kinds of entity share the context `notifications`; an entity's name on the log says of which kind it is
//! ([`EntityKind::of`]) and so which vocabulary reads its events.

mod announcement;
mod delivery;
mod endpoint;
mod entity;
mod escalation;
mod message;
mod preferences;
mod silence;

pub use announcement::*;
pub use delivery::*;
pub use endpoint::*;
pub use entity::{
    EntityKind, OUTSET, announcement_entity, endpoint_entity, escalation_entity,
    preferences_entity, rhythm_entity, silence_entity,
};
pub use escalation::*;
pub use message::{Arg, Channel, Message, MessageKind};
pub use preferences::*;
pub use silence::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What happened to the service as a whole.
    pub enum OutsetEvent in "notifications" {
        NotificationsBegan = "notifications_began" v 1,
        RulesRevised = "rules_revised" v 1,
    }
}

/// From here on events become messages. What is before it on the log happened before there was anybody to tell of it, and
/// is told to nobody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationsBegan {}

/// From here on people are told by a newer version of the rules. What is before it on the log is told by the rules that were
/// in force there, also when it is read again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RulesRevised {
    /// Which version, from 2: the first came into force when notifications began.
    pub rules: u32,
}
