//! How an entity decides.

use std::collections::BTreeSet;
use std::fmt::Debug;

use crate::{Caller, DepartmentId, Recorded, Timestamp};

/// What somebody wants an entity to do, with all it may know: the time and who asks travel inside.
#[derive(Debug, Clone, PartialEq)]
pub struct Command<B> {
    /// When it happens. For imported history, when it happened.
    pub at: Timestamp,
    /// Who asks.
    pub by: Caller,
    /// What is asked, with any facts from elsewhere that the decision needs.
    pub body: B,
}

/// A refused command. Nothing was written.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// A stable, upper-snake-case code that callers may match on; it never changes its meaning.
    fn code(&self) -> &'static str;

    /// The field of the request that is at fault, where it is one field.
    fn field(&self) -> Option<&'static str> {
        None
    }

    /// Every field at fault, by its path, and what is wrong with it; what [`Refusal::field`] says unless there are more,
    /// or their paths depend on what was asked.
    fn violations(&self) -> Vec<(String, String)> {
        let field = self.field().into_iter();
        field
            .map(|field| (field.to_owned(), self.to_string()))
            .collect()
    }
}

/// The events of one kind of entity.
pub trait EntityEvent: Clone + Debug + PartialEq + Send + Sync + 'static {}

impl<T: Clone + Debug + PartialEq + Send + Sync + 'static> EntityEvent for T {}

/// One kind of entity (an aggregate): what may happen to it and what that means.
///
/// Both functions are pure: the same history and the same command always give the same events.
pub trait Decider: Send + Sync + 'static {
    /// What is asked.
    type Body: Clone + Debug + Send + Sync + 'static;
    /// What happened.
    type Event: EntityEvent;
    /// What later decisions need to know of the past. The default is "does not exist yet".
    type State: Clone + Debug + Default + PartialEq + Send + Sync + 'static;
    /// Why not.
    type Refusal: Refusal;

    /// May it happen? The events that follow, none if all is so already, or the refusal.
    ///
    /// # Errors
    /// The refusal, which names the rule or field.
    fn decide(
        state: &Self::State,
        command: &Command<Self::Body>,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// What does it mean? Total and infallible: what happened, happened.
    fn evolve(state: &mut Self::State, recorded: &Recorded<Self::Event>);

    /// Whether the service does this by itself, although somebody's command led to it: then it, and not they, is the
    /// event's actor.
    fn by_itself(_: &Self::Event) -> bool {
        false
    }

    /// The departments whom a change from `before` to `after` affects.
    fn audience(before: &Self::State, after: &Self::State) -> BTreeSet<DepartmentId>;
}
