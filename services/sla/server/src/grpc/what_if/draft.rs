//! The drafts: refused as when they are drafted, with all that is wrong.

use std::sync::Arc;

use khidma_calendar::Calendar;
use khidma_edge::command::id;
use khidma_edge::query;
use khidma_edge::status::{self, Violation};
use khidma_events::sla::PolicySpec;
use khidma_kernel::{CalendarId, PolicyId, Timestamp};
use khidma_projection::Reader;
use khidma_proto::sla::draft_policy_request::Policy as Drafted;
use khidma_proto::{directory, sla as pb};
use khidma_sla_domain::policy::check;
use khidma_sla_domain::{Terms, Trial};
use tonic::Status;

use super::convert::calendar_in;
use crate::facts;
use crate::grpc::policies;
use crate::policy_file::Places;

/// The most calendars that are tried out at once.
const CALENDARS: usize = 50;

type Named = (CalendarId, Arc<Calendar>);

/// What is tried out.
pub(super) struct Drafts {
    /// On what there is.
    pub trial: Trial,
    /// What is strange about it.
    pub warnings: Vec<pb::PolicyWarning>,
}

impl Drafts {
    /// Reads and checks the drafts of a request, as they stand to what there is `now`.
    pub(super) fn read(
        message: pb::SimulateRequest,
        reader: &Reader,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Self, Status> {
        let calendars = calendars(message.calendars)?;
        let drafted = match (message.policy_toml.is_empty(), message.policy) {
            (true, None) if calendars.is_empty() => {
                return Err(status::invalid_field(
                    "policy_toml",
                    "MISSING_FIELD",
                    "there is nothing to try out: give a policy, calendars, or both",
                ));
            }
            (true, None) => {
                let trial = Trial::new(terms, None, calendars, now);
                return Ok(Self {
                    trial,
                    warnings: Vec::new(),
                });
            }
            (true, Some(structured)) => Drafted::Structured(structured),
            (false, None) => Drafted::Toml(message.policy_toml),
            (false, Some(_)) => {
                return Err(status::invalid_field(
                    "policy",
                    "TWO_POLICIES",
                    "the policy is given as TOML or as data, not as both",
                ));
            }
        };
        // What a draft of a policy names may itself be a draft.
        let with_drafts = Trial::new(terms, None, calendars.clone(), now);
        let known = Terms {
            book: terms.book.clone(),
            almanac: with_drafts.terms().almanac.clone(),
        };
        let (draft, warnings) = policy(drafted, reader, &known, now)?;
        Ok(Self {
            trial: Trial::new(terms, Some(draft), calendars, now),
            warnings,
        })
    }
}

/// The policy, refused where drafting it would be.
fn policy(
    drafted: Drafted,
    reader: &Reader,
    terms: &Terms,
    now: Timestamp,
) -> Result<((PolicyId, PolicySpec), Vec<pb::PolicyWarning>), Status> {
    let message = pb::DraftPolicyRequest {
        request_id: String::new(),
        policy: Some(drafted),
    };
    let policies::Draft { id, spec, text } = policies::Draft::of(&message)?;
    let facts = facts::policy_facts(reader, terms, &id, &spec).map_err(query::unreadable)?;
    let checked = check(&spec, &facts, now);
    if !checked.problems.is_empty() {
        return Err(policies::invalid(checked.problems, text));
    }
    let places = Places::of(text);
    let warnings = checked.warnings.into_iter();
    let warnings = warnings.map(|warning| policies::convert::warning_out(warning, &places));
    Ok(((id, spec), warnings.collect()))
}

/// The calendars, with all that is wrong with them.
fn calendars(messages: Vec<directory::Calendar>) -> Result<Vec<Named>, Status> {
    if messages.len() > CALENDARS {
        let message = format!("at most {CALENDARS} calendars are tried out at once");
        return Err(status::invalid_field("calendars", "TOO_MANY", message));
    }
    let mut named: Vec<Named> = Vec::new();
    let mut violations = Vec::new();
    for (number, message) in messages.into_iter().enumerate() {
        let at = |path: &str| format!("calendars[{number}].{path}");
        let read: CalendarId = id("calendars.id", &message.id)?;
        if named.iter().any(|(other, _)| *other == read) {
            let description = format!("{read} is given twice");
            violations.push(Violation {
                field: at("id"),
                description,
            });
        }
        match Calendar::compile(&calendar_in(message)) {
            Ok(calendar) => named.push((read, Arc::new(calendar))),
            Err(problems) => violations.extend(problems.into_iter().map(|problem| Violation {
                field: at(&problem.path),
                description: problem.defect.to_string(),
            })),
        }
    }
    match violations.first() {
        None => Ok(named),
        Some(first) => {
            let message = format!("{}: {}", first.field, first.description);
            Err(status::invalid_fields(
                "INVALID_CALENDAR",
                message,
                violations,
            ))
        }
    }
}
