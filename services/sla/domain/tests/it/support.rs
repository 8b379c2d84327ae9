//! A tale of one request: what happens when, and what its clocks say to it.
//!
//! Times are written as `Mon 09:00`: in Rome, in the week of Monday 2 March 2026, or `Mon+ 09:00` for the week after. The
//! calendar `office` is open on weekdays from 09:00 to 17:00: a day has eight hours.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use khidma_calendar::{Calendar, CalendarSpec, Holiday, LocalInterval, WeeklyPattern};
use khidma_events::requests::Priority;
use khidma_events::sla::*;
use khidma_kernel::{Caller, Command, Decider, PolicyId, Position, Recorded, Timestamp};
use khidma_sla_domain::*;

const MONDAY: i64 = 1_772_406_000;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// `Mon 09:00`, or `Mon+ 09:00:30`.
pub(crate) fn on(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    let week = i64::try_from(day.matches('+').count()).unwrap();
    let day = DAYS
        .iter()
        .position(|name| *name == day.trim_end_matches('+'))
        .unwrap();
    let mut clock = time.split(':').map(|part| part.parse::<i64>().unwrap());
    let mut next = || clock.next().unwrap_or(0);
    let seconds = next() * 3600 + next() * 60 + next();
    Timestamp::from_micros(0)
        .plus_seconds(MONDAY + (week * 7 + i64::try_from(day).unwrap()) * 86_400 + seconds)
}

/// The inverse of [`on`].
pub(crate) fn shown(at: Timestamp) -> String {
    let micros = at.as_micros() - MONDAY * 1_000_000;
    let (seconds, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let week = "+".repeat(usize::try_from(day.div_euclid(7)).unwrap_or(0));
    let name = DAYS[usize::try_from(day.rem_euclid(7)).unwrap()];
    let mut text = format!("{name}{week} {:02}:{:02}", second / 3600, second / 60 % 60);
    if second % 60 != 0 || rest != 0 {
        text.push_str(&format!(":{:02}", second % 60));
    }
    if rest != 0 {
        text.push_str(&format!(".{rest:06}"));
    }
    text
}

/// `2h 30m`.
pub(crate) fn span(micros: u64) -> String {
    let seconds = micros / 1_000_000;
    let parts = [
        (seconds / 3600, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
        (micros % 1_000_000, "us"),
    ];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n}{unit}"))
        .collect();
    if parts.is_empty() {
        "0".into()
    } else {
        parts.join(" ")
    }
}

/// The calendar of the tales; closed on these dates.
pub(crate) fn office(holidays: &[&str]) -> Calendar {
    let hours = || {
        vec![LocalInterval {
            start: "09:00".into(),
            end: "17:00".into(),
        }]
    };
    let days = ["mon", "tue", "wed", "thu", "fri"].map(|day| (day.to_owned(), hours()));
    let holiday = |date: &&str| Holiday {
        date: (*date).to_owned(),
        name: String::new(),
    };
    Calendar::compile(&CalendarSpec {
        name: "Office".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: days.into(),
        }],
        holidays: holidays.iter().map(holiday).collect(),
        ..CalendarSpec::default()
    })
    .unwrap()
}

/// A target of so many hours of business time, of which nobody is warned.
pub(crate) fn hours(hours: u64) -> Target {
    Target {
        within_seconds: hours * 3600,
        warnings: Some(BTreeSet::new()),
        ..Target::default()
    }
}

/// The same of all time.
pub(crate) fn wall(hours_: u64) -> Target {
    Target {
        time: TimeKind::WallClock,
        ..hours(hours_)
    }
}

/// A rule for all requests.
pub(crate) fn rule(targets: impl IntoIterator<Item = (Metric, Target)>) -> Rule {
    Rule {
        name: "Rule".into(),
        when: Match::default(),
        targets: targets.into_iter().collect::<BTreeMap<_, _>>(),
    }
}

/// The same for one priority.
pub(crate) fn urgent(targets: impl IntoIterator<Item = (Metric, Target)>) -> Rule {
    let when = Match {
        priorities: [Priority::Urgent].into(),
        ..Match::default()
    };
    Rule {
        when,
        ..rule(targets)
    }
}

/// A policy of these rules in its first version.
pub(crate) fn policy(id: &str, rules: impl IntoIterator<Item = Rule>) -> PolicyVersion {
    PolicyVersion {
        policy: id.parse().unwrap(),
        version: 1,
        spec: PolicySpec {
            name: id.to_owned(),
            providers: BTreeSet::new(),
            calendar: Some("office".parse().unwrap()),
            rules: rules.into_iter().collect(),
        },
    }
}

/// A request asked of IT by HR.
pub(crate) fn profile() -> Profile {
    Profile {
        provider: "it".parse().unwrap(),
        requester: Some("hr".parse().unwrap()),
        offering: None,
        priority: Priority::Normal,
        tags: Vec::new(),
        task: false,
        concern: false,
    }
}

/// One request, and its clocks.
#[derive(Clone)]
pub(crate) struct Tale {
    pub(crate) clocks: Clocks,
    pub(crate) facts: Vec<Fact>,
    pub(crate) activations: Vec<Activation>,
    pub(crate) almanac: Almanac,
    pub(crate) historic: Position,
    pub(crate) now: Timestamp,
    pub(crate) position: u64,
    told: Vec<String>,
    looking: bool,
}

/// A tale under one policy of these rules.
pub(crate) fn tale(rules: impl IntoIterator<Item = Rule>) -> Tale {
    let mut tale = bare();
    tale.activations.push(Activation {
        position: Position(2),
        policy: "desk".parse().unwrap(),
        holds: Some(Arc::new(policy("desk", rules))),
    });
    tale
}

/// A tale under no policy.
pub(crate) fn bare() -> Tale {
    let mut almanac = Almanac::default();
    let calendar = Arc::new(office(&[]));
    almanac.add(
        "office".parse().unwrap(),
        Revision {
            position: Position(1),
            revision: 1,
            calendar,
        },
    );
    Tale {
        clocks: Clocks::default(),
        facts: Vec::new(),
        activations: Vec::new(),
        almanac,
        historic: Position::START,
        now: on("Mon 09:00"),
        position: 10,
        told: Vec::new(),
        looking: true,
    }
}

impl Tale {
    pub(crate) fn terms(&self) -> Terms {
        Terms {
            book: Arc::new(Book::new(self.activations.clone())),
            almanac: Arc::new(self.almanac.clone()),
        }
    }

    /// It is then.
    pub(crate) fn at(mut self, text: &str) -> Self {
        self.now = on(text);
        self
    }

    /// What follows happens, but the clocks do not hear of it yet.
    pub(crate) fn unseen(mut self) -> Self {
        self.looking = false;
        self
    }

    /// The clocks hear of all that happened.
    pub(crate) fn seen(mut self) -> Self {
        self.looking = true;
        self.look(None)
    }

    /// Something happens to the request.
    pub(crate) fn when(mut self, deed: Deed) -> Self {
        self.position += 1;
        self.facts.push(Fact {
            at: self.now,
            position: Position(self.position),
            index: 0,
            deed,
        });
        if self.looking { self.look(None) } else { self }
    }

    pub(crate) fn submitted(self) -> Self {
        self.when(Deed::Submitted(Box::new(profile())))
    }

    /// A policy is activated, or retired.
    pub(crate) fn activated(mut self, policy: PolicyVersion) -> Self {
        self.position += 1;
        let (position, id) = (Position(self.position), policy.policy.clone());
        self.activations.push(Activation {
            position,
            policy: id,
            holds: Some(Arc::new(policy)),
        });
        self
    }

    pub(crate) fn retired(mut self, policy: &str) -> Self {
        self.position += 1;
        let policy = policy.parse().unwrap();
        self.activations.push(Activation {
            position: Position(self.position),
            policy,
            holds: None,
        });
        self
    }

    /// The last policy that was activated is applied.
    pub(crate) fn attached(self, all: bool) -> Self {
        let last = self.activations.last().unwrap();
        let policy: (PolicyId, Position) = (last.policy.clone(), last.position);
        let (facts, historic, terms) = (self.facts.clone().into(), self.historic, self.terms());
        self.decide(Body::Attach {
            facts,
            historic,
            policy,
            all,
            terms,
        })
    }

    /// The calendar is revised, and running clocks are moved.
    pub(crate) fn revised(mut self, calendar: Calendar, reason: &str) -> Self {
        self.position += 1;
        let id: khidma_kernel::CalendarId = "office".parse().unwrap();
        let revision = self.almanac.latest(&id).unwrap().revision + 1;
        let (position, calendar) = (Position(self.position), Arc::new(calendar));
        self.almanac.add(
            id.clone(),
            Revision {
                position,
                revision,
                calendar,
            },
        );
        let (reason, terms) = (reason.to_owned(), self.terms());
        self.decide(Body::Reschedule {
            calendar: id,
            reason,
            terms,
        })
    }

    /// Time has passed until now.
    pub(crate) fn passed(self) -> Self {
        let until = Some(self.now);
        self.look(until)
    }

    pub(crate) fn look(self, until: Option<Timestamp>) -> Self {
        let (facts, historic, terms) = (self.facts.clone().into(), self.historic, self.terms());
        self.decide(Body::Look {
            facts,
            historic,
            until,
            terms,
        })
    }

    pub(crate) fn decide(mut self, body: Body) -> Self {
        let command = Command {
            at: self.now,
            by: Caller::service("sla"),
            body,
        };
        let events = ClocksDecider::decide(&self.clocks, &command).unwrap();
        for event in events {
            self.told.push(said(&event));
            take_in(&mut self.clocks, event);
        }
        self
    }

    /// This was said since it was last asked, and nothing else.
    #[track_caller]
    pub(crate) fn then<const N: usize>(mut self, expected: [&str; N]) -> Self {
        let told = self.take();
        assert!(
            told == expected,
            "told\n  {}\nexpected\n  {}\n",
            told.join("\n  "),
            expected.join("\n  ")
        );
        self
    }

    /// What was said since it was last asked.
    pub(crate) fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.told)
    }

    /// Whatever was said since.
    pub(crate) fn whatever(mut self) -> Self {
        self.told.clear();
        self
    }

    /// The last clock of a metric.
    #[track_caller]
    pub(crate) fn clock(&self, metric: Metric) -> &Clock {
        self.clocks.last(metric).unwrap()
    }

    /// The stretches of a clock: what it does, whose time it is, what it counted.
    pub(crate) fn segments(&self, metric: Metric) -> Vec<String> {
        let clock = self.clock(metric);
        let owner = |segment: &Segment| self.clocks.owner_of(segment).unwrap().to_string();
        let kind = |segment: &Segment| match segment.kind {
            SegmentKind::Running => "runs".to_owned(),
            SegmentKind::Paused(state) => state.as_str().to_owned(),
            SegmentKind::Stopped => "stopped".to_owned(),
        };
        clock
            .segments
            .iter()
            .map(|one| {
                format!(
                    "{} {} {} {}",
                    shown(one.from),
                    owner(one),
                    kind(one),
                    span(one.counted)
                )
            })
            .collect()
    }
}

/// Takes in an event as if it were read from the log.
pub(crate) fn take_in(clocks: &mut Clocks, event: ClockEvent) {
    let by = khidma_kernel::Actor::Service("sla".into());
    let recorded = Recorded {
        id: uuid::Uuid::nil(),
        at: on("Mon 09:00"),
        by,
        event,
    };
    ClocksDecider::evolve(clocks, &recorded);
}

fn name(clock: ClockRef) -> String {
    match clock.number {
        1 => clock.metric.as_str().to_owned(),
        number => format!("{} {number}", clock.metric.as_str()),
    }
}

fn due(outlook: &Outlook) -> String {
    outlook
        .due
        .map_or(String::new(), |due| format!(", due {}", shown(due)))
}

fn paused(state: Option<LifeState>) -> String {
    state.map_or(String::new(), |state| {
        format!(", paused as {}", state.as_str())
    })
}

/// An event in one line.
#[expect(clippy::too_many_lines, reason = "one match over every event")]
pub(crate) fn said(event: &ClockEvent) -> String {
    match event {
        ClockEvent::ClockStarted(e) => {
            format!(
                "{} from {}{}{}",
                name(e.clock),
                shown(e.from),
                due(&e.outlook),
                paused(e.paused)
            )
        }
        ClockEvent::ClockPaused(e) => {
            format!(
                "{} paused {} as {} after {}",
                name(e.clock),
                shown(e.at),
                e.state.as_str(),
                span(e.elapsed_micros)
            )
        }
        ClockEvent::ClockResumed(e) => format!(
            "{} resumed {}{}",
            name(e.clock),
            shown(e.at),
            due(&e.outlook)
        ),
        ClockEvent::ClockWarned(e) => {
            format!("{} warned {}% {}", name(e.clock), e.percent, shown(e.at))
        }
        ClockEvent::ClockBreached(e) => {
            format!("{} breached {} by {}", name(e.clock), shown(e.at), e.owner)
        }
        ClockEvent::BreachRetracted(e) => {
            format!(
                "{} not breached {} as {}",
                name(e.clock),
                shown(e.breached_at),
                e.cause.event
            )
        }
        ClockEvent::LadderStepReached(e) => {
            format!("{} step {} {}", name(e.clock), e.step, shown(e.at))
        }
        ClockEvent::ClockStopped(e) => {
            format!(
                "{} {} {} after {}",
                name(e.clock),
                e.verdict.as_str(),
                shown(e.at),
                span(e.elapsed_micros)
            )
        }
        ClockEvent::ClockContinued(e) => {
            format!(
                "{} goes on {}{}{}",
                name(e.clock),
                shown(e.at),
                due(&e.outlook),
                paused(e.paused)
            )
        }
        ClockEvent::ClockCancelled(e) => {
            let how = if e.withdrawn { "withdrawn" } else { "over" };
            format!(
                "{} {how} {} after {}",
                name(e.clock),
                shown(e.at),
                span(e.elapsed_micros)
            )
        }
        ClockEvent::ClockRematched(e) => {
            let before = e.due_before.map_or("-".to_owned(), shown);
            format!(
                "{} rematched {} after {}, was due {before}{}{}",
                name(e.clock),
                shown(e.at),
                span(e.elapsed_micros),
                due(&e.outlook),
                paused(e.paused)
            )
        }
        ClockEvent::ClockHandedOver(e) => {
            format!(
                "{} handed to {} {} after {}",
                name(e.clock),
                e.owner,
                shown(e.at),
                span(e.elapsed_micros)
            )
        }
        ClockEvent::ClockRescheduled(e) => {
            let before = e.due_before.map_or("-".to_owned(), shown);
            format!(
                "{} rescheduled to {}, was due {before}{}: {}",
                name(e.clock),
                e.calendar.revision,
                due(&e.outlook),
                e.reason
            )
        }
    }
}
