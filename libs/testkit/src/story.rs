//! Given/when/then for any entity that decides.
//!
//! ```
//! # use std::collections::BTreeSet;
//! # use khidma_kernel::{Command, Decider, DepartmentId, Recorded, Refusal};
//! # use khidma_testkit::Story;
//! # #[derive(Debug, thiserror::Error)]
//! # #[error("the door is shut already")]
//! # struct Shut;
//! # impl Refusal for Shut { fn code(&self) -> &'static str { "SHUT_ALREADY" } }
//! # #[derive(Debug, Clone, PartialEq)]
//! # enum DoorEvent { Closed }
//! # struct Door;
//! # impl Decider for Door {
//! #     type Body = ();
//! #     type Event = DoorEvent;
//! #     type State = bool;
//! #     type Refusal = Shut;
//! #     fn decide(shut: &bool, _: &Command<()>) -> Result<Vec<DoorEvent>, Shut> {
//! #         if *shut { Err(Shut) } else { Ok(vec![DoorEvent::Closed]) }
//! #     }
//! #     fn evolve(shut: &mut bool, recorded: &Recorded<DoorEvent>) {
//! #         match recorded.event { DoorEvent::Closed => *shut = true }
//! #     }
//! #     fn audience(_: &bool, _: &bool) -> BTreeSet<DepartmentId> { BTreeSet::new() }
//! # }
//! Story::<Door>::new().when(()).then([DoorEvent::Closed]).when(()).then_refused("SHUT_ALREADY");
//! ```

use std::fmt::Write;

use khidma_kernel::{Caller, Command, Decider, Recorded, Refusal, Timestamp, derived_id};

/// When stories begin: 2026-03-02T09:00:00Z, a Monday.
const BEGINNING: i64 = 1_772_442_000_000_000;

/// What has happened to one entity, and who acts next and when.
#[derive(Debug)]
pub struct Story<D: Decider> {
    history: Vec<Recorded<D::Event>>,
    state: D::State,
    at: Timestamp,
    by: Caller,
}

// By hand: a derived one would ask the decider itself to be `Clone`.
impl<D: Decider> Clone for Story<D> {
    fn clone(&self) -> Self {
        Self {
            history: self.history.clone(),
            state: self.state.clone(),
            at: self.at,
            by: self.by.clone(),
        }
    }
}

impl<D: Decider> Default for Story<D> {
    fn default() -> Self {
        Self::new()
    }
}

impl<D: Decider> Story<D> {
    /// Nothing has happened yet. It is 2026-03-02T09:00:00Z, and the service `story` acts.
    pub fn new() -> Self {
        Self {
            history: Vec::new(),
            state: D::State::default(),
            at: Timestamp::from_micros(BEGINNING),
            by: Caller::service("story"),
        }
    }

    /// All this has happened.
    pub fn given(events: impl IntoIterator<Item = D::Event>) -> Self {
        Self::new().and(events)
    }

    /// All this has happened too, by whom and when [`Story::by`] and [`Story::at`] last said.
    pub fn and(mut self, events: impl IntoIterator<Item = D::Event>) -> Self {
        for event in events {
            let number = (self.history.len() as u64).to_be_bytes();
            let id = derived_id(&[b"story", &number]);
            let recorded = Recorded {
                id,
                at: self.at,
                by: self.by.actor.clone(),
                event,
            };
            D::evolve(&mut self.state, &recorded);
            self.history.push(recorded);
        }
        self
    }

    /// What follows happens at `at`.
    pub fn at(mut self, at: Timestamp) -> Self {
        self.at = at;
        self
    }

    /// What follows happens `seconds` later.
    pub fn later(mut self, seconds: i64) -> Self {
        self.at = self.at.plus_seconds(seconds);
        self
    }

    /// What follows is done by `caller`.
    pub fn by(mut self, caller: Caller) -> Self {
        self.by = caller;
        self
    }

    /// What the history amounts to.
    pub fn state(&self) -> &D::State {
        &self.state
    }

    /// Somebody asks for something.
    pub fn when(self, body: impl Into<D::Body>) -> Outcome<D> {
        let command = Command {
            at: self.at,
            by: self.by.clone(),
            body: body.into(),
        };
        let result = D::decide(&self.state, &command);
        Outcome {
            story: self,
            command,
            result,
        }
    }
}

/// What became of a command.
#[derive(Debug)]
#[must_use = "say what should have followed"]
pub struct Outcome<D: Decider> {
    story: Story<D>,
    command: Command<D::Body>,
    result: Result<Vec<D::Event>, D::Refusal>,
}

impl<D: Decider> Outcome<D> {
    /// These events follow and no others. The story goes on after them.
    #[track_caller]
    pub fn then(self, expected: impl IntoIterator<Item = D::Event>) -> Story<D> {
        let expected: Vec<_> = expected.into_iter().collect();
        match &self.result {
            Ok(events) if *events == expected => self.story.and(expected),
            _ => self.fail(&format!("these events:{}", list(&expected))),
        }
    }

    /// Nothing follows, as all is so already.
    #[track_caller]
    pub fn then_nothing(self) -> Story<D> {
        self.then([])
    }

    /// The events that follow are looked at by `check`. The story goes on after them.
    #[track_caller]
    pub fn then_events(self, check: impl FnOnce(&[D::Event])) -> Story<D> {
        match self.result {
            Ok(events) => {
                check(&events);
                self.story.and(events)
            }
            Err(_) => self.fail("some events"),
        }
    }

    /// It is refused with this code. The story goes on as if it had not been asked.
    #[track_caller]
    pub fn then_refused(self, code: &str) -> Story<D> {
        match &self.result {
            Err(refusal) if refusal.code() == code => self.story,
            _ => self.fail(&format!("the refusal {code}")),
        }
    }

    /// It is refused with this code, and the refusal names this field.
    #[track_caller]
    pub fn then_refused_at(self, code: &str, field: &str) -> Story<D> {
        let names_it = |refusal: &D::Refusal| {
            let violations = refusal.violations();
            violations.iter().any(|(named, _)| named == field)
        };
        match &self.result {
            Err(refusal) if refusal.code() == code && names_it(refusal) => self.story,
            _ => self.fail(&format!("the refusal {code} of the field {field}")),
        }
    }

    /// The code of the refusal, `None` if it was not refused: for tables of who may do what.
    pub fn code(&self) -> Option<&'static str> {
        self.result.as_ref().err().map(Refusal::code)
    }

    #[track_caller]
    #[expect(clippy::panic, reason = "this is how a test fails")]
    fn fail<T>(&self, expected: &str) -> T {
        let history: Vec<_> = self
            .story
            .history
            .iter()
            .map(|recorded| &recorded.event)
            .collect();
        let actual = match &self.result {
            Ok(events) => format!("these events:{}", list(events)),
            Err(refusal) => format!(
                "the refusal {} (field {:?}): {refusal}",
                refusal.code(),
                refusal.field()
            ),
        };
        panic!(
            "\ngiven:{}\nwhen {} asks at {}:\n  {:?}\nthen expected {expected}\nbut got {actual}\n",
            list(&history),
            self.command.by.actor,
            self.command.at,
            self.command.body,
        );
    }
}

/// One item a line, or a word that says there is none.
fn list<T: std::fmt::Debug>(items: &[T]) -> String {
    if items.is_empty() {
        return " nothing".to_owned();
    }
    items.iter().fold(String::new(), |mut text, item| {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {item:?}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use khidma_kernel::DepartmentId;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the purse holds {held} only")]
    struct TooLittle {
        held: u32,
    }

    impl Refusal for TooLittle {
        fn code(&self) -> &'static str {
            "TOO_LITTLE"
        }

        fn field(&self) -> Option<&'static str> {
            Some("coins")
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    enum Coins {
        Put(u32),
        Taken(u32),
    }

    struct Purse;

    impl Decider for Purse {
        type Body = u32;
        type Event = Coins;
        type State = u32;
        type Refusal = TooLittle;

        fn decide(held: &u32, command: &Command<u32>) -> Result<Vec<Coins>, TooLittle> {
            match command.body {
                0 => Ok(Vec::new()),
                coins if coins <= *held => Ok(vec![Coins::Taken(coins)]),
                _ => Err(TooLittle { held: *held }),
            }
        }

        fn evolve(held: &mut u32, recorded: &Recorded<Coins>) {
            match recorded.event {
                Coins::Put(coins) => *held += coins,
                Coins::Taken(coins) => *held -= coins,
            }
        }

        fn audience(_: &u32, _: &u32) -> BTreeSet<DepartmentId> {
            BTreeSet::new()
        }
    }

    fn message(test: impl FnOnce()) -> String {
        let payload = catch_unwind(AssertUnwindSafe(test))
            .expect_err("the story held although it should not");
        payload
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_default()
    }

    #[test]
    fn a_story_goes_on_after_each_outcome() {
        let story = Story::<Purse>::given([Coins::Put(5)])
            .when(3_u32)
            .then([Coins::Taken(3)])
            .when(3_u32)
            .then_refused_at("TOO_LITTLE", "coins")
            .later(60)
            .when(0_u32)
            .then_nothing();
        assert_eq!(*story.state(), 2);
        assert_eq!(story.at.to_string(), "2026-03-02T09:01:00.000000Z");
    }

    #[test]
    fn what_did_not_follow_is_told_with_the_whole_story() {
        let text = message(|| {
            drop(
                Story::<Purse>::given([Coins::Put(5)])
                    .when(9_u32)
                    .then([Coins::Taken(9)]),
            )
        });
        for part in [
            "Put(5)",
            "service:story asks at 2026-03-02T09:00:00",
            "Taken(9)",
            "the refusal TOO_LITTLE",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        let text = message(|| {
            drop(
                Story::<Purse>::given([Coins::Put(5)])
                    .when(1_u32)
                    .then_refused("TOO_LITTLE"),
            )
        });
        assert!(text.contains("but got these events:\n  Taken(1)"), "{text}");
        let text = message(|| {
            drop(
                Story::<Purse>::new()
                    .when(1_u32)
                    .then_refused_at("TOO_LITTLE", "purse"),
            )
        });
        assert!(text.contains("of the field purse"), "{text}");
    }
}
