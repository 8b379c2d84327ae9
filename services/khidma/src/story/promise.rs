//! Fourth chapter: a promise is measured. A clock pauses, warns and breaches, its ladder is climbed, and it explains itself.
//! It takes two days, which pass at once where the story can move the clock.

use std::time::{Duration, Instant};

use jiff::ToSpan;
use jiff::civil::time;
use jiff::tz::TimeZone;
use khidma_kernel::{Timestamp, derived_id};
use khidma_proto::directory::{
    Calendar, LocalInterval, PutCalendarRequest, WeekdayHours, WeeklyPattern,
};
use khidma_proto::requests::{
    AcknowledgeRequest, ConfirmRequest, ReplyRequest, ResolveRequest, StartRequest, SubmitRequest,
    WaitOnRequesterRequest,
};
use khidma_proto::sla::{
    ActivatePolicyRequest, Attach, BoardRequest, Clock, DraftPolicyRequest, ExplainRequest,
    ListClocksRequest, Metric, ValidatePolicyRequest, draft_policy_request,
};
use khidma_runtime::TimeMachine;
use tonic::Status;

use super::Narrator;
use super::ladder::Ladder;
use super::outcome::{Climbed, Promised};
use super::stage::Cast;
use crate::ask;
use crate::client::Api;
use crate::failure::Failure;

/// What IT promises.
const POLICY: &str = include_str!("promise.toml");
/// How long to wait for what follows by itself, and how often to look.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// Where the story's working hours are: here, so that they are shown as they are told.
fn zone() -> TimeZone {
    let here = TimeZone::system();
    let known = here.iana_name().and_then(khidma_calendar::time_zone);
    known.unwrap_or(TimeZone::UTC)
}

/// Monday of the week before last, 08:45 where the story plays; `None` only outside the years there are.
pub fn monday_before_last(now: Timestamp) -> Option<Timestamp> {
    let zone = zone();
    let today = jiff::Timestamp::from(now).to_zoned(zone.clone()).date();
    let back = i64::from(today.weekday().to_monday_zero_offset()) + 7;
    let monday = today.checked_sub(back.days()).ok()?;
    let morning = monday.to_datetime(time(8, 45, 0, 0)).to_zoned(zone).ok()?;
    Some(morning.timestamp().into())
}

/// A request whose promise is measured.
struct Measured<'a> {
    cast: &'a Cast,
    time: &'a TimeMachine,
    monday: jiff::Zoned,
    id: String,
    position: u64,
}

pub(super) async fn measure(
    cast: &Cast,
    (time, now): (&TimeMachine, Timestamp),
    narrator: &mut dyn Narrator,
) -> Result<Promised, Failure> {
    narrator.chapter("A promise, measured")?;
    let monday = jiff::Timestamp::from(now).to_zoned(zone());
    promise(cast, narrator).await?;
    let (id, position) = (String::new(), 0);
    let mut measured = Measured {
        cast,
        time,
        monday,
        id,
        position,
    };
    measured.ask(narrator).await?;
    measured.pause(narrator).await?;
    measured.run_out(narrator).await?;
    let climbed = measured.climb(narrator).await?;
    measured.explain(climbed, narrator).await
}

fn local(error: impl ToString) -> Failure {
    Failure::Local(error.to_string())
}

/// A key that is the same in every play, so that playing again changes nothing.
fn key(part: &str) -> String {
    derived_id(&[b"khidma story promise", part.as_bytes()]).to_string()
}

async fn promise(cast: &Cast, narrator: &mut dyn Narrator) -> Result<(), Failure> {
    let days = ["mon", "tue", "wed", "thu", "fri"].map(|day| WeekdayHours {
        weekday: day.to_owned(),
        intervals: vec![LocalInterval {
            start: "09:00".to_owned(),
            end: "17:00".to_owned(),
        }],
    });
    let calendar = Calendar {
        id: "it-hours".to_owned(),
        name: "Hours of IT".to_owned(),
        time_zone: zone().iana_name().unwrap_or("UTC").to_owned(),
        weekly: vec![WeeklyPattern {
            valid_from: String::new(),
            days: days.into(),
        }],
        ..Calendar::default()
    };
    let request_id = key(&format!("calendar {}", calendar.time_zone));
    let calendar = Some(calendar);
    ask!(
        cast.admin,
        directory.put_calendar,
        PutCalendarRequest {
            request_id,
            calendar
        }
    )?;
    let policy = Some(draft_policy_request::Policy::Toml(POLICY.to_owned()));
    let draft = DraftPolicyRequest {
        request_id: key(POLICY),
        policy,
    };
    let drafted = ask!(cast.admin, policies.draft_policy, draft)?;
    let (id, version) = (drafted.id, drafted.version);
    let request_id = key(&format!("validate {version}"));
    let validate = ValidatePolicyRequest {
        request_id,
        id: id.clone(),
        version,
    };
    ask!(cast.admin, policies.validate_policy, validate)?;
    let request_id = key(&format!("activate {version}"));
    let attach = Attach::New.into();
    let activate = ActivatePolicyRequest {
        request_id,
        id,
        version,
        attach,
    };
    ask!(cast.admin, policies.activate_policy, activate)?;
    narrator
        .said("IT promises: seen within an hour, solved within four hours of its working time,")?;
    narrator.said("and what the requester is asked does not count. The promise is an event, too.")
}

impl Measured<'_> {
    /// Lets the time pass until that hour of the story's Monday, or of the day after.
    fn forward(&self, tomorrow: bool, (hour, minute): (i8, i8)) -> Result<(), Failure> {
        let date = if tomorrow {
            self.monday.date().tomorrow()
        } else {
            Ok(self.monday.date())
        };
        let there = date
            .map_err(local)?
            .to_datetime(time(hour, minute, 0, 0))
            .to_zoned(zone());
        self.time
            .forward_to(there.map_err(local)?.timestamp().into());
        Ok(())
    }

    async fn ask(&mut self, narrator: &mut dyn Narrator) -> Result<(), Failure> {
        self.forward(false, (9, 0))?;
        narrator.said(
            "\n  Monday, 09:00. Amina's screen flickers, and she asks IT. The clocks start:",
        )?;
        let amina = &self.cast.amina;
        let submit = SubmitRequest {
            request_id: amina.request_id(),
            provider_id: "it".to_owned(),
            title: "My screen flickers".to_owned(),
            ..SubmitRequest::default()
        };
        let done = ask!(*amina, requests.submit, submit)?;
        (self.id, self.position) = (done.id, done.position);
        self.wait_for(|clocks| clocks.len() == 2, narrator).await?;

        self.forward(false, (9, 20))?;
        narrator.said("09:20. Daniel has seen it and begins: the first promise is kept.")?;
        let daniel = &self.cast.daniel;
        let (request_id, id) = (daniel.request_id(), self.id.clone());
        let seen = AcknowledgeRequest {
            request_id,
            id,
            note: String::new(),
        };
        ask!(*daniel, requests.acknowledge, seen)?;
        let (request_id, id) = (daniel.request_id(), self.id.clone());
        self.position = ask!(*daniel, requests.start, StartRequest { request_id, id })?.position;
        let kept = |clocks: &[Clock]| clocks.iter().any(|clock| clock.ended.is_some());
        self.wait_for(kept, narrator).await
    }

    async fn pause(&mut self, narrator: &mut dyn Narrator) -> Result<(), Failure> {
        self.forward(false, (10, 0))?;
        narrator.said("10:00. Daniel has a question. From now on it is not IT's time:")?;
        let (daniel, id) = (&self.cast.daniel, self.id.clone());
        let question = "Which cable is it, the grey or the black one?".to_owned();
        let wait = WaitOnRequesterRequest {
            request_id: daniel.request_id(),
            id,
            question,
        };
        self.position = ask!(*daniel, requests.wait_on_requester, wait)?.position;
        let paused = khidma_proto::sla::ClockState::Paused;
        self.wait_for(
            |clocks| resolve(clocks).is_some_and(|one| one.state() == paused),
            narrator,
        )
        .await?;

        self.forward(false, (15, 0))?;
        narrator.said(
            "15:00. Amina answers. One hour was counted, three are left: two today, one tomorrow.",
        )?;
        let (amina, id) = (&self.cast.amina, self.id.clone());
        let reply = ReplyRequest {
            request_id: amina.request_id(),
            id,
            text: "The grey one.".to_owned(),
        };
        self.position = ask!(*amina, requests.reply, reply)?.position;
        let running = khidma_proto::sla::ClockState::Running;
        self.wait_for(
            |clocks| resolve(clocks).is_some_and(|one| one.state() == running),
            narrator,
        )
        .await
    }

    async fn run_out(&mut self, narrator: &mut dyn Narrator) -> Result<(), Failure> {
        self.forward(true, (9, 30))?;
        narrator.said("Tuesday, 09:30. At yesterday's closing three quarters were used up: the clock has warned.")?;
        let warned =
            |clocks: &[Clock]| resolve(clocks).is_some_and(|one| !one.warned_percents.is_empty());
        self.wait_for(warned, narrator).await?;
        narrator.said("Mei's board says what is due next:")?;
        let board = BoardRequest {
            department_ids: vec!["it".to_owned()],
            min_position: self.position,
            ..BoardRequest::default()
        };
        narrator.clocks(&ask!(self.cast.mei, clocks.board, board)?.clocks)?;

        self.forward(true, (10, 5))?;
        narrator.said("10:05. The promise is broken since 10:00. Operations sees a trace:")?;
        self.wait_for(
            |clocks| resolve(clocks).is_some_and(|one| one.breached.is_some()),
            narrator,
        )
        .await
    }

    /// Nobody acknowledges for half an hour, so it is told to whom Mei reports.
    async fn climb(&self, narrator: &mut dyn Narrator) -> Result<Climbed, Failure> {
        let mut ladder = Ladder::of(self.cast, &self.id);
        narrator.said("Mei leads IT, and the ladder names her:")?;
        ladder.reaches("mei", narrator).await?;
        self.forward(true, (10, 40))?;
        narrator.said(
            "10:40. She has not acknowledged for half an hour. Nour, to whom she reports, is told:",
        )?;
        ladder.reaches("nour", narrator).await?;
        narrator.said("Nour takes care of it, and it goes no further up:")?;
        ladder.acknowledged(narrator).await
    }

    async fn explain(
        &mut self,
        climbed: Climbed,
        narrator: &mut dyn Narrator,
    ) -> Result<Promised, Failure> {
        self.forward(true, (10, 45))?;
        narrator.said(
            "10:45. Daniel brings another cable, Amina confirms. The clock explains itself:",
        )?;
        let (daniel, amina) = (&self.cast.daniel, &self.cast.amina);
        let (request_id, id) = (daniel.request_id(), self.id.clone());
        let outcome = "A new cable.".to_owned();
        ask!(
            *daniel,
            requests.resolve,
            ResolveRequest {
                request_id,
                id,
                outcome
            }
        )?;
        let (request_id, id) = (amina.request_id(), self.id.clone());
        let confirm = ConfirmRequest {
            request_id,
            id,
            comment: String::new(),
        };
        self.position = ask!(*amina, requests.confirm, confirm)?.position;
        self.look_until(|clocks| clocks.iter().all(|clock| clock.ended.is_some()))
            .await?;
        let question = ExplainRequest {
            service_request_id: self.id.clone(),
            metric: Metric::Resolve.into(),
            number: 1,
            min_position: self.position,
            ..ExplainRequest::default()
        };
        let explained = ask!(*daniel, clocks.explain, question)?;
        narrator.explained(&explained)?;
        Ok(Promised {
            id: self.id.clone(),
            clocks: self.look(daniel).await?,
            climbed,
        })
    }

    /// Waits until the clocks are so, and shows them.
    async fn wait_for(
        &self,
        met: impl Fn(&[Clock]) -> bool,
        narrator: &mut dyn Narrator,
    ) -> Result<(), Failure> {
        narrator.clocks(&self.look_until(met).await?)
    }

    /// What follows by itself follows soon, but not at once: looks until it has.
    async fn look_until(&self, met: impl Fn(&[Clock]) -> bool) -> Result<Vec<Clock>, Failure> {
        let until = Instant::now() + PATIENCE;
        loop {
            let clocks = self.look(&self.cast.daniel).await?;
            if met(&clocks) {
                return Ok(clocks);
            }
            if Instant::now() > until {
                let message = format!("the clocks of {} do not go on", self.id);
                return Err(Status::deadline_exceeded(message).into());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn look(&self, api: &Api) -> Result<Vec<Clock>, Failure> {
        let question = ListClocksRequest {
            service_request_id: self.id.clone(),
            min_position: self.position,
            ..ListClocksRequest::default()
        };
        Ok(ask!(*api, clocks.list_clocks, question)?.clocks)
    }
}

fn resolve(clocks: &[Clock]) -> Option<&Clock> {
    clocks
        .iter()
        .find(|clock| clock.metric() == Metric::Resolve)
}
