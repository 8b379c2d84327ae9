//! Which events of a feed a subscriber wants.

use std::collections::BTreeSet;

use khidma_edge::status::invalid_field;
use khidma_events::feed;
use khidma_kernel::{DepartmentId, Position};
use khidma_proto::feeds as pb;
use tonic::Status;

/// The longest name of an entity on the log, in bytes.
const MAX_SUBJECT: usize = 255;

/// Whose feed a subscriber reads, and what of it.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// The department.
    pub(super) department: DepartmentId,
    /// Which events.
    pub(super) filter: Filter,
}

/// What a subscriber wants. An empty list leaves nothing out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    sources: BTreeSet<String>,
    types: BTreeSet<String>,
    subjects: BTreeSet<String>,
}

impl Filter {
    /// What `request` asks for.
    ///
    /// # Errors
    /// INVALID_ARGUMENT, by field: a list is too long, or names what no feed ever holds.
    pub(super) fn of(request: &pb::SubscribeRequest) -> Result<Self, Status> {
        if request.from_now && request.after_position > 0 {
            let message = "after_position has to be 0 where from_now is set";
            return Err(invalid_field("after_position", "FROM_NOW", message));
        }
        let contexts: BTreeSet<_> = feed::public_kinds()
            .filter_map(|kind| kind.type_name.split('.').nth(1))
            .collect();
        let is_context = |name: &str| contexts.contains(name);
        let is_subject = |name: &str| {
            (1..=MAX_SUBJECT).contains(&name.len()) && name.bytes().all(|c| c.is_ascii_graphic())
        };
        let contexts = named("contexts", &request.contexts, 16, is_context)?;
        Ok(Self {
            sources: contexts
                .iter()
                .map(|context| format!("/khidma/{context}"))
                .collect(),
            types: named("types", &request.types, 128, feed::is_public)?,
            subjects: named("subjects", &request.subjects, 256, is_subject)?,
        })
    }

    /// Whether `event` is wanted.
    pub(super) fn wants(&self, event: &pb::FeedEvent) -> bool {
        let wants = |list: &BTreeSet<String>, one| list.is_empty() || list.contains(one);
        wants(&self.sources, &event.source)
            && wants(&self.types, &event.r#type)
            && wants(&self.subjects, &event.subject)
    }
}

/// The names in a list, if they all can be.
fn named(
    field: &'static str,
    names: &[String],
    most: usize,
    can_be: impl Fn(&str) -> bool,
) -> Result<BTreeSet<String>, Status> {
    if names.len() > most {
        let message = format!("{field} has {} entries, at most {most} fit", names.len());
        return Err(invalid_field(field, "TOO_MANY", message));
    }
    match (0..).zip(names).find(|(_, name)| !can_be(name)) {
        Some((index, name)) => {
            let name: String = name.chars().take(80).collect();
            let message = format!("{name:?} stands in no feed");
            let field = format!("{field}[{index}]");
            Err(invalid_field(&field, "UNKNOWN_NAME", message))
        }
        None => Ok(names.iter().cloned().collect()),
    }
}

/// The department asked for.
///
/// # Errors
/// INVALID_ARGUMENT: it is no id.
pub(super) fn department(request: &pb::SubscribeRequest) -> Result<DepartmentId, Status> {
    request
        .department_id
        .parse()
        .map_err(|error: khidma_kernel::InvalidId| {
            invalid_field("department_id", "INVALID_ID", error.to_string())
        })
}

/// Refuses a position that the log has not reached: whoever names it has read another log.
///
/// # Errors
/// INVALID_ARGUMENT.
pub(super) fn reached(after: Position, head: Position) -> Result<(), Status> {
    if after > head {
        let message = format!("the log has not reached position {after} yet; it is at {head}");
        return Err(invalid_field("after_position", "POSITION_AHEAD", message));
    }
    Ok(())
}
