//! A target: how long, by which calendar, when it pauses, who hears of it.

use khidma_events::sla::{LadderAt, LadderStep, LifeState, Metric, Recipient, Target, TimeKind};

use super::super::PolicyDefect as Defect;
use super::{Check, limits};

impl Check<'_> {
    pub(super) fn target(&mut self, path: &str, metric: Metric, target: &Target) {
        let field = |name: &str| format!("{path}.{name}");
        if target.within_seconds == 0 {
            self.add(field("within"), Defect::ZeroTarget);
        } else if target.within_seconds > limits::TARGET_SECONDS {
            self.add(field("within"), Defect::TooFar);
        }
        match (&target.calendar, target.time) {
            (Some(calendar), _) => self.calendar(field("calendar"), calendar),
            (None, TimeKind::Business) if self.spec.calendar.is_none() => {
                self.add(field("calendar"), Defect::NoCalendar);
            }
            (None, TimeKind::Business | TimeKind::WallClock) => {}
        }
        self.pauses(field("pauses"), metric, target);
        let warnings = target.warnings.iter().flatten();
        self.at_most(
            field("warnings"),
            warnings.clone().count(),
            limits::WARNINGS,
        );
        for percent in warnings.filter(|percent| !(1..=100).contains(*percent)) {
            let percent = *percent;
            self.add(field("warnings"), Defect::WarningOutside { percent });
        }
        self.ladder(&field("ladder"), target);
    }

    fn pauses(&mut self, field: String, metric: Metric, target: &Target) {
        let Some(pauses) = &target.pauses else {
            return;
        };
        let counting = counting(metric);
        if counting.iter().all(|state| pauses.contains(state)) {
            let states: Vec<_> = counting.iter().map(|state| state.as_str()).collect();
            let states = states.join(", ");
            self.add(field, Defect::PausesForEver { states });
        }
    }

    fn ladder(&mut self, path: &str, target: &Target) {
        self.at_most(path, target.ladder.len(), limits::STEPS);
        let mut before = None;
        for (number, step) in target.ladder.iter().take(limits::STEPS).enumerate() {
            let path = format!("{path}[{number}]");
            self.step(&path, step);
            let height = height(step.at, target.within_seconds);
            if before.is_some_and(|before| height <= before) {
                self.add(format!("{path}.{}", place(step.at)), Defect::StepOrder);
            }
            before = Some(height);
        }
    }

    fn step(&mut self, path: &str, step: &LadderStep) {
        let at = format!("{path}.{}", place(step.at));
        match step.at {
            LadderAt::Percent(percent) if !(1..=limits::STEP_PERCENT).contains(&percent) => {
                self.add(at, Defect::StepOutside { percent });
            }
            LadderAt::SecondsAfterBreach(seconds) if seconds > limits::TARGET_SECONDS => {
                self.add(at, Defect::TooFar);
            }
            LadderAt::Percent(_) | LadderAt::SecondsAfterBreach(_) => {}
        }
        if step.to.is_empty() {
            self.add(format!("{path}.to"), Defect::NobodyHears);
        }
        self.at_most(format!("{path}.to"), step.to.len(), limits::RECIPIENTS);
        for (place, recipient) in step.to.iter().take(limits::RECIPIENTS).enumerate() {
            let field = format!("{path}.to[{place}]");
            if step.to[..place].contains(recipient) {
                self.add(&field, Defect::HearsTwice);
            }
            self.recipient(&field, recipient);
        }
    }

    fn recipient(&mut self, field: &str, recipient: &Recipient) {
        match recipient {
            Recipient::Role { role, department } => {
                if !self.facts.roles.contains(role) {
                    let id = role.clone();
                    self.add(field, Defect::UnknownRole { id });
                }
                if let Some(department) = department {
                    self.department(field, department);
                }
            }
            Recipient::Person(person) if !self.facts.people.contains(person) => {
                let id = person.clone();
                self.add(field, Defect::UnknownPerson { id });
            }
            Recipient::Person(_)
            | Recipient::Assignee
            | Recipient::ManagerOfAssignee
            | Recipient::ManagersOfProvider
            | Recipient::Provider
            | Recipient::Requester => {}
        }
    }
}

/// In which states a clock of the metric can count at all while the provider has the request. It has it not while its
/// approvers are asked: a clock that counts then only would measure them.
fn counting(metric: Metric) -> &'static [LifeState] {
    match metric {
        // An acknowledgement ends both.
        Metric::Acknowledge | Metric::FirstResponse => {
            &[LifeState::Submitted, LifeState::InProgress]
        }
        Metric::Update | Metric::Resolve | Metric::Ownership => &[
            LifeState::Submitted,
            LifeState::Acknowledged,
            LifeState::InProgress,
            LifeState::Waiting,
        ],
        Metric::NextResponse | Metric::Confirm => &[
            LifeState::Submitted,
            LifeState::Acknowledged,
            LifeState::InProgress,
            LifeState::Waiting,
            LifeState::Resolved,
        ],
    }
}

/// How much of the target a step stands for, in hundredths of a second: exact for both kinds of step.
fn height(at: LadderAt, target: u64) -> u128 {
    let target = u128::from(target);
    match at {
        LadderAt::Percent(percent) => target * u128::from(percent),
        LadderAt::SecondsAfterBreach(seconds) => (target + u128::from(seconds)) * 100,
    }
}

/// The field that says when a step comes.
fn place(at: LadderAt) -> &'static str {
    match at {
        LadderAt::Percent(_) => "at",
        LadderAt::SecondsAfterBreach(_) => "after_breach",
    }
}
