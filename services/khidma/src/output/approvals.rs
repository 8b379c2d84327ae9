//! How approvals look to people.

use comfy_table::Cell;
use khidma_proto::requests::asked_approver::Kind;
use khidma_proto::requests::{ApprovalProgress, AskedApprover, AwaitedApproval, Delegation};

use super::{Output, Table, Tone};

/// A line for each request that waits for one's word.
pub fn approvals_table(output: &Output, approvals: &[AwaitedApproval]) -> Table {
    let mut table = Table::new(["id", "step", "as", "asked by", "waits", "title"])
        .without_if_narrow(&[4, 3, 1]);
    for one in approvals {
        let request = one.request.clone().unwrap_or_default();
        let progress = request.approval.unwrap_or_default();
        let asked = one.approver.as_ref().map(asked).unwrap_or_default();
        let voice = match one.on_behalf_of_id.as_str() {
            "" => asked,
            person => format!("{asked}, for {person}"),
        };
        table.add(vec![
            Tone::Faint.cell(&request.id),
            Cell::new(step(&progress)),
            Cell::new(voice),
            Cell::new(&request.requester_id),
            Cell::new(output.ago(progress.since_time)),
            Tone::Strong.cell(&request.title),
        ]);
    }
    table
}

/// Who approves in whose place, and for which time.
pub fn delegations_table<'a>(
    output: &Output,
    delegations: impl IntoIterator<Item = &'a Delegation>,
) -> Table {
    let mut table = Table::new(["approvals of", "given by", "from", "until"]);
    for one in delegations {
        table.add(vec![
            Cell::new(&one.person_id),
            Tone::Strong.cell(&one.to_id),
            Cell::new(output.when(one.from_time)),
            Cell::new(output.when(one.until_time)),
        ]);
    }
    table
}

/// What a request's approval says of itself: a name and a value for each line; empty values where there is none.
pub fn approval_facts(
    output: &Output,
    progress: Option<&ApprovalProgress>,
) -> [(&'static str, String); 4] {
    let Some(progress) = progress else {
        return [
            "approval",
            "waits for",
            "agreed already",
            "nobody decides by",
        ]
        .map(|name| (name, String::new()));
    };
    let mut waits: Vec<_> = progress.waiting_for.iter().map(named).collect();
    if let Some(last) = waits.last_mut().filter(|_| progress.escalated) {
        last.push_str(", whose word is enough");
    }
    let together = if progress.all { " and " } else { " or " };
    [
        ("approval", step(progress)),
        ("waits for", waits.join(together)),
        ("agreed already", progress.given_ids.join(", ")),
        ("times out", output.when(progress.due_time)),
    ]
}

fn step(progress: &ApprovalProgress) -> String {
    let ApprovalProgress {
        step, steps, name, ..
    } = progress;
    format!("{step} of {steps}: {name}")
}

/// Who is asked, and who that is at present.
fn named(approver: &AskedApprover) -> String {
    let asked = asked(approver);
    let present = approver.present_ids.join(", ");
    if present.is_empty() || present == asked {
        asked
    } else {
        format!("{asked} ({present})")
    }
}

fn asked(approver: &AskedApprover) -> String {
    match &approver.kind {
        Some(Kind::PersonId(person)) => person.clone(),
        Some(Kind::ManagerOfId(person)) => format!("manager of {person}"),
        Some(Kind::Role(role)) if role.department_id.is_empty() => role.role_id.clone(),
        Some(Kind::Role(role)) => format!("{} of {}", role.role_id, role.department_id),
        None => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use khidma_proto::requests::AskedRole;
    use khidma_runtime::Clock;

    use super::*;

    fn asked_role(present: &[&str]) -> AskedApprover {
        let role = AskedRole {
            role_id: "lawyer".into(),
            department_id: "legal".into(),
        };
        AskedApprover {
            kind: Some(Kind::Role(role)),
            present_ids: present.iter().map(|person| (*person).to_owned()).collect(),
        }
    }

    #[test]
    fn who_is_waited_for_is_told_with_who_that_is_at_present() {
        let output = Output::plain(std::io::sink(), false, Clock::system());
        let person = AskedApprover {
            kind: Some(Kind::PersonId("linh".into())),
            present_ids: vec!["linh".into()],
        };
        let progress = ApprovalProgress {
            step: 1,
            steps: 2,
            name: "Contract".into(),
            waiting_for: vec![asked_role(&["omar"]), person],
            all: true,
            ..ApprovalProgress::default()
        };
        let facts = approval_facts(&output, Some(&progress));
        assert_eq!(facts[0].1, "1 of 2: Contract");
        assert_eq!(facts[1].1, "lawyer of legal (omar) and linh");
        let none = approval_facts(&output, None);
        assert!(none.iter().all(|(_, value)| value.is_empty()));
    }
}
