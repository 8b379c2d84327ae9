//! How the catalogue looks to people.

use comfy_table::Cell;
use khidma_proto::requests::offering_approval_timeout::Then;
use khidma_proto::requests::offering_approver::Kind;
use khidma_proto::requests::{
    OfferingApproval, OfferingApprovalTimeout, OfferingApprover, OfferingSummary, OfferingTask,
};

use super::{Table, Tone};

/// A line an offering.
pub fn offerings_table(offerings: &[OfferingSummary]) -> Table {
    let mut table = Table::new(["offering", "name", "offered by", "version", ""]);
    for one in offerings {
        let retired = if one.retired { "retired" } else { "" };
        table.add(vec![
            Cell::new(&one.id),
            Tone::Strong.cell(&one.name),
            Cell::new(&one.provider_id),
            Cell::new(one.latest_version),
            Tone::Faint.cell(retired),
        ]);
    }
    table
}

/// A line a task.
pub fn plan_table(tasks: &[OfferingTask]) -> Table {
    let mut table = Table::new(["task", "title", "asked of", "after"]);
    for one in tasks {
        table.add(vec![
            Cell::new(&one.key),
            Tone::Strong.cell(&one.title),
            Cell::new(&one.provider_id),
            Cell::new(one.needs.join(", ")),
        ]);
    }
    table
}

/// A step of approval in words.
pub fn approval_line(step: &OfferingApproval) -> String {
    let approvers: Vec<_> = step.approvers.iter().map(approver).collect();
    let how = if step.all { " and " } else { " or " };
    let timeout = step.timeout.as_ref().map(timeout).unwrap_or_default();
    format!("{}: {}{timeout}", step.name, approvers.join(how))
}

fn approver(approver: &OfferingApprover) -> String {
    match &approver.kind {
        Some(Kind::Person(person)) => person.id.clone(),
        Some(Kind::Role(role)) if role.department_id.is_empty() => format!("a {}", role.id),
        Some(Kind::Role(role)) => format!("a {} of {}", role.id, role.department_id),
        Some(Kind::ManagerOfRequester(_)) => "the requester's manager".to_owned(),
        None => String::new(),
    }
}

fn timeout(timeout: &OfferingApprovalTimeout) -> String {
    let then = match &timeout.then {
        Some(Then::Approve(_)) => "it is approved".to_owned(),
        Some(Then::Reject(_)) => "it is rejected".to_owned(),
        Some(Then::EscalateTo(other)) => format!("{} is asked", approver(other)),
        None => String::new(),
    };
    format!(", after {} s {then}", timeout.seconds)
}
