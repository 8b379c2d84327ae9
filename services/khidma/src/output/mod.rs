//! What people and scripts see: tables and colour for the ones, JSON for the others.

mod approvals;
mod catalogue;
mod concerns;
mod csat;
pub mod csv;
mod deliveries;
mod directory;
mod duration;
mod escalations;
mod file;
mod import;
mod json;
mod letters;
mod links;
mod moment;
mod money;
mod plans;
mod preferences;
mod requests;
mod results;
mod scorecard;
mod search;
mod skills;
mod sla_clocks;
mod sla_explain;
mod sla_policy;
mod sla_what_if;
mod surveys;
mod table;
mod tone;
mod trainings;
mod voice;

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use jiff::tz::TimeZone;
use khidma_kernel::Timestamp;
use khidma_runtime::Clock;
use prost::Name;
use serde_json::{Value, json};

pub use approvals::{approval_facts, approvals_table, delegations_table};
pub use catalogue::{approval_line, offerings_table, plan_table};
pub use concerns::outcomes_table;
pub use csat::{asking_facts, question_facts, questions_table};
pub use deliveries::{deliveries_table, delivery_facts, endpoints_table};
pub use directory::{holders_table, people_table};
pub use duration::{duration, duration_exact};
pub use escalations::{escalations_table, previewed_table, way_up_table};
pub use file::NewFile;
pub use import::{import_report, import_survey};
pub use json::{from_toml, from_value, to_value};
pub use letters::{inbox_line, inbox_table, inbox_text, letter, told_table};
pub use links::hanging_facts;
pub(crate) use moment::rfc3339;
pub use money::{money_in, money_out};
pub use plans::{progress_line, tasks_table};
pub use preferences::{preference_facts, silences_table, ways_table};
pub use requests::{entry_line, requests_table, state_cell, timeline_table, workload_table};
pub use results::{answer_facts, answers_table, results};
pub use scorecard::{figures_facts, figures_table, scorecard};
pub use search::found;
pub use skills::{cover_table, skilled_table, skills_table};
pub use sla_clocks::{
    breaches_table, clock_cells, clocks_table, outcome, recomputed_table, report_table,
};
pub use sla_explain::explanation;
pub use sla_policy::{policies_table, policy_facts, policy_match, policy_rule_table};
pub use sla_what_if::{
    changed_csv, changed_csv_header, changed_table, explained_clock, what_if_totals,
};
pub use surveys::{
    form_text, my_rounds_table, ready_table, round_facts, rounds_table, surveys_table,
    turnout_table,
};
pub use table::Table;
pub use tone::Tone;
pub use trainings::{training_facts, trainings_table};
pub use voice::{
    action_facts, actions_table, interview_facts, interviews_table, notes_table,
    participants_table, published_table, ranking_table, thanks_table,
};

use crate::failure::Failure;

/// Where answers go.
pub struct Output {
    sink: Box<dyn Write + Send>,
    json: bool,
    coloured: bool,
    terminal: bool,
    clock: Clock,
    zone: TimeZone,
}

impl Output {
    /// Standard output. Colour only on a terminal, and not where `NO_COLOR` says so.
    pub fn stdout(json: bool, clock: Clock) -> Self {
        let stdout = io::stdout();
        let coloured = AutoStream::choice(&stdout) != ColorChoice::Never;
        let terminal = stdout.is_terminal();
        Self {
            sink: Box::new(stdout),
            json,
            coloured,
            terminal,
            clock,
            zone: TimeZone::system(),
        }
    }

    /// Any sink, without colour, with times in UTC: for tests.
    pub fn plain(sink: impl Write + Send + 'static, json: bool, clock: Clock) -> Self {
        Self {
            sink: Box::new(sink),
            json,
            coloured: false,
            terminal: false,
            clock,
            zone: TimeZone::UTC,
        }
    }

    /// Whether JSON is wanted.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether a person looks on.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// An answer: as JSON, or as `human` tells it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn answer<M, F>(&mut self, message: &M, human: F) -> Result<(), Failure>
    where
        M: Name,
        F: FnOnce(&mut Self) -> Result<(), Failure>,
    {
        if self.json {
            self.value(&to_value(message)?)
        } else {
            human(self)
        }
    }

    /// One of many answers: one line of JSON, or as `human` tells it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn item<M, F>(&mut self, message: &M, human: F) -> Result<(), Failure>
    where
        M: Name,
        F: FnOnce(&mut Self) -> Result<(), Failure>,
    {
        if self.json {
            self.line(to_value(message)?)
        } else {
            human(self)
        }
    }

    /// A JSON document, laid out for reading.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn value(&mut self, value: &Value) -> Result<(), Failure> {
        self.line(format_args!("{value:#}"))
    }

    /// One line.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn line(&mut self, line: impl Display) -> Result<(), Failure> {
        Ok(writeln!(self.sink, "{line}")?)
    }

    /// Text as it is.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.sink.write_all(text.as_bytes())?)
    }

    /// A table; a faint "none" if it has no rows.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn table(&mut self, table: Table) -> Result<(), Failure> {
        if table.is_empty() {
            let none = self.paint(Tone::Faint, "none");
            return self.line(none);
        }
        let drawn = table.draw(self.coloured, self.terminal);
        self.line(drawn)
    }

    /// Names and values, one a line; what is empty is left out.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn facts(&mut self, facts: &[(&str, String)]) -> Result<(), Failure> {
        let width = facts
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or_default();
        for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
            let name = self.paint(Tone::Faint, format!("{name:width$}"));
            self.line(format_args!("  {name}  {value}"))?;
        }
        Ok(())
    }

    /// `text` in `tone`, where there is colour.
    pub fn paint(&self, tone: Tone, text: impl Display) -> String {
        let style = tone.style();
        if self.coloured {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }

    /// Tells how long ago things were by `clock` from now on.
    pub fn go_by(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// When something happened, as people say it here and now.
    pub fn when(&self, time: Option<prost_types::Timestamp>) -> String {
        moment::absolute(time, &self.zone)
    }

    /// When something happened, to the second.
    pub fn when_exactly(&self, time: Option<prost_types::Timestamp>) -> String {
        moment::exact(time, &self.zone)
    }

    /// A particular of an event; an instant as people say it.
    fn particular(&self, value: &str) -> String {
        let instant: Result<Timestamp, _> = value.parse();
        instant.map_or_else(
            |_| value.to_owned(),
            |instant| moment::absolute_at(instant, &self.zone),
        )
    }

    /// Day and time with seconds of an instant in RFC 3339; what is none stays as it is.
    pub fn to_the_second(&self, instant: &str) -> String {
        let parsed: Result<Timestamp, _> = instant.parse();
        parsed.map_or_else(
            |_| instant.to_owned(),
            |time| moment::to_the_second(time, &self.zone),
        )
    }

    /// How long ago something happened.
    pub fn ago(&self, time: Option<prost_types::Timestamp>) -> String {
        moment::relative(time, self.clock.now())
    }

    /// The time of day with seconds.
    pub fn time_of_day(&self, time: Option<prost_types::Timestamp>) -> String {
        moment::time_of_day(time, &self.zone)
    }

    /// The time of day, and the day where it was another than today.
    pub fn time_or_day(&self, time: Option<prost_types::Timestamp>) -> String {
        moment::time_or_day(time, self.clock.now(), &self.zone)
    }

    /// Writes out what is still held back.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Tells on standard error why a command failed.
///
/// # Errors
/// Standard error cannot be written.
pub fn explain(failure: &Failure, json: bool) -> io::Result<()> {
    if failure.exit() == crate::failure::Exit::Ok {
        return Ok(());
    }
    let mut stderr = io::stderr().lock();
    if json {
        return writeln!(stderr, "{}", failure_value(failure));
    }
    let coloured = AutoStream::choice(&stderr) != ColorChoice::Never;
    let tone = |tone: Tone| {
        if coloured {
            tone.style()
        } else {
            Tone::Plain.style()
        }
    };
    let (bad, faint) = (tone(Tone::Bad), tone(Tone::Faint));
    let word = match failure.report() {
        Some(_) => "refused",
        None => "error",
    };
    write!(stderr, "{bad}{word}:{bad:#} {failure}")?;
    if let Some(report) = failure.report() {
        write!(
            stderr,
            " [{}]",
            report.reason.as_deref().unwrap_or(code_name(report.code))
        )?;
        let fields: Vec<_> = report
            .violations
            .iter()
            .map(|violation| violation.field.as_str())
            // What is wrong with the whole has no field.
            .filter(|field| !field.is_empty())
            .collect();
        if !fields.is_empty() {
            write!(stderr, " (field: {})", fields.join(", "))?;
        }
        // Where several are wrong, the message does not say how.
        let message = &report.message;
        let more = report.violations.iter();
        for one in more.filter(|one| one.description != *message) {
            write!(stderr, "\n  {}: {}", one.field, one.description)?;
        }
    }
    writeln!(stderr)?;
    failure.hint().map_or(Ok(()), |hint| {
        writeln!(stderr, "{faint}hint: {hint}{faint:#}")
    })
}

/// The name of a gRPC code as the specification writes it.
fn code_name(code: tonic::Code) -> &'static str {
    use tonic::Code;
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// A failure as one JSON object, for scripts.
fn failure_value(failure: &Failure) -> Value {
    let mut error = json!({ "exit": failure.exit() as u8, "message": failure.to_string() });
    if let Some(report) = failure.report() {
        error["code"] = code_name(report.code).into();
        error["reason"] = report.reason.clone().into();
        error["fields"] = report
            .violations
            .iter()
            .map(|violation| json!({ "field": violation.field, "description": violation.description }))
            .collect();
        error["retry_after_seconds"] = report.retry_after.map(|after| after.as_secs_f64()).into();
        error["reference"] = report.reference.clone().into();
    }
    if let Some(hint) = failure.hint() {
        error["hint"] = hint.into();
    }
    json!({ "error": error })
}
