//! A chore as a row of named steps: each says its name and time, the first failure ends the row.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::command::Failure;

/// Says one line to whoever runs the chore.
pub(crate) fn say(line: &str) {
    // When nobody listens any more (a closed pipe) there is nobody to tell.
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// How a step ended that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was done.
    Done,
    /// It was left out, for the reason given.
    Skipped(String),
}

/// The steps of one chore, in their order.
pub(crate) struct Steps {
    chore: &'static str,
    begun: Instant,
    done: usize,
    skipped: Vec<&'static str>,
}

impl Steps {
    /// A chore about to begin.
    pub(crate) fn of(chore: &'static str) -> Self {
        Self {
            chore,
            begun: Instant::now(),
            done: 0,
            skipped: Vec::new(),
        }
    }

    /// Does one step that cannot be left out.
    pub(crate) fn step(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.optional(name, || work().map(|()| Outcome::Done))
    }

    /// Does one step that may leave itself out.
    pub(crate) fn optional(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<Outcome, Failure>,
    ) -> Result<(), Failure> {
        say(&format!("==> {name}"));
        let begun = Instant::now();
        let outcome =
            work().map_err(|failure| Failure::Wrong(format!("step '{name}': {failure}")))?;
        match outcome {
            Outcome::Done => self.done += 1,
            Outcome::Skipped(reason) => {
                say(&format!("    skipped: {reason}"));
                self.skipped.push(name);
            }
        }
        say(&format!("    {name}: {}", seconds(begun.elapsed())));
        Ok(())
    }

    /// Says how it went.
    pub(crate) fn close(self) {
        say(&self.closing());
    }

    fn closing(&self) -> String {
        let skipped = match self.skipped.as_slice() {
            [] => String::new(),
            names => format!(", NOT RUN: {}", names.join(", ")),
        };
        format!(
            "{}: {} steps done in {}{skipped}",
            self.chore,
            self.done,
            seconds(self.begun.elapsed())
        )
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_its_step() {
        let failure = Steps::of("test")
            .step("lints", || Err(Failure::Wrong("no".into())))
            .unwrap_err();
        assert_eq!(failure.to_string(), "step 'lints': no");
    }

    #[test]
    fn what_was_left_out_is_said_at_the_end() {
        let mut steps = Steps::of("test");
        steps.step("format", || Ok(())).unwrap();
        steps
            .optional("protobuf", || Ok(Outcome::Skipped("no npm".into())))
            .unwrap();
        let closing = steps.closing();
        assert!(closing.starts_with("test: 1 steps done in "), "{closing}");
        assert!(closing.ends_with(", NOT RUN: protobuf"), "{closing}");
    }
}
