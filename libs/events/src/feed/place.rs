//! Which events go into the departments' feeds: one table over every event there is.

use crate::{Kind, kinds};

/// What an event may be to a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It goes out, unless its request as a whole is kept out.
    Public,
    /// It never goes out.
    Private,
    /// It goes out unless its data says that only the provider sees it.
    UnlessInternal,
    /// It goes out unless the other request that it names is an anonymous concern.
    NamesAnother,
    /// It goes out unless what it comes from leads to who spoke.
    NamesOrigin,
    /// It goes out unless it follows from history that was taken over.
    OfClock,
    /// As [`Place::OfClock`], and unless the breach lies before its clock was attached.
    Breach,
    /// Nothing of its commit goes out.
    Import,
}

/// The place of the events of this type, `khidma.requests.submitted.v1`; `None` for a type that this version does not
/// know: what nobody has looked at never goes out.
pub(super) fn place(type_name: &str) -> Option<Place> {
    let (context, event) = type_name.strip_prefix("khidma.")?.split_once('.')?;
    match context {
        "directory" => directory(event),
        "requests" => requests(event),
        "sla" => sla(event),
        "feedback" => feedback(event),
        // What is said to a person is theirs, not their department's.
        "notifications" => Some(Place::Private),
        _ => None,
    }
}

fn directory(event: &str) -> Option<Place> {
    Some(match event {
        "department_created.v1"
        | "department_renamed.v1"
        | "department_moved.v1"
        | "department_topics_set.v1"
        | "department_closed.v1"
        | "department_calendar_set.v1"
        | "person_registered.v1"
        | "person_updated.v1"
        | "department_joined.v1"
        | "department_left.v1"
        | "manager_set.v1"
        | "person_deactivated.v1"
        | "role_defined.v1"
        | "role_revised.v1"
        | "role_assigned.v1"
        | "role_unassigned.v1"
        | "role_confirmed.v1"
        | "on_duty_set.v1"
        | "calendar_put.v1"
        | "training_planned.v1"
        | "training_revised.v1"
        | "training_cancelled.v1"
        | "training_held.v1" => Place::Public,
        // Addresses, and when somebody wants to be left in peace.
        "profile_updated.v1"
        // What somebody can do, where they learned it, and how their work was judged.
        | "skill_set.v1"
        | "skill_withdrawn.v1"
        | "training_attended.v1"
        | "review_held.v1"
        | "themes_shared.v1"
        | "themes_taken_back.v1" => Place::Private,
        _ => return None,
    })
}

fn requests(event: &str) -> Option<Place> {
    Some(match event {
        "submitted.v1"
        | "receipt_issued.v1"
        | "acknowledged.v1"
        | "assigned.v1"
        | "started.v1"
        | "wait_began.v1"
        | "resumed.v1"
        | "replied.v1"
        | "priority_changed.v1"
        | "tags_changed.v1"
        | "transferred.v1"
        | "resolved.v1"
        | "confirmed.v1"
        | "reopened.v1"
        | "auto_closed.v1"
        | "declined.v1"
        | "cancelled.v1"
        | "watcher_added.v1"
        | "watcher_removed.v1"
        | "approvals_required.v1"
        | "approval_given.v1"
        | "approval_step_passed.v1"
        | "approved.v1"
        | "approval_rejected.v1"
        | "approval_timed_out.v1"
        | "tasks_planned.v1"
        | "tasks_begun.v1"
        | "task_progressed.v1"
        | "task_refused.v1"
        | "task_dropped.v1"
        | "released_from_plan.v1"
        | "outcome_published.v1"
        | "offering_published.v1"
        | "offering_retired.v1"
        | "offering_reinstated.v1"
        | "approvals_delegated.v1"
        | "delegation_ended.v1" => Place::Public,
        "note_added.v1" => Place::Private,
        "attached.v1" | "detached.v1" => Place::UnlessInternal,
        "linked.v1" | "unlinked.v1" | "merged.v1" | "merge_received.v1" | "outcome_shared.v1" => {
            Place::NamesAnother
        }
        "history_imported.v1" => Place::Import,
        _ => return None,
    })
}

fn sla(event: &str) -> Option<Place> {
    Some(match event {
        "clock_started.v1"
        | "clock_paused.v1"
        | "clock_resumed.v1"
        | "clock_warned.v1"
        | "ladder_step_reached.v1"
        | "clock_stopped.v1"
        | "clock_continued.v1"
        | "clock_cancelled.v1"
        | "clock_rematched.v1"
        | "clock_handed_over.v1"
        | "clock_rescheduled.v1" => Place::OfClock,
        "clock_breached.v1" | "breach_retracted.v1" => Place::Breach,
        "policy_drafted.v1"
        | "policy_validated.v1"
        | "policy_activated.v1"
        | "policy_applied.v1"
        | "policy_retired.v1"
        | "calendar_adopted.v1" => Place::Public,
        _ => return None,
    })
}

fn feedback(event: &str) -> Option<Place> {
    Some(match event {
        "asking_rule_set.v1"
        | "question_answered.v1"
        | "question_expired.v1"
        | "question_withdrawn.v1"
        | "survey_defined.v1"
        | "survey_retired.v1"
        | "round_launched.v1"
        | "round_opened.v1"
        | "round_closed.v1"
        | "round_cancelled.v1"
        | "action_assigned.v1"
        | "action_started.v1"
        | "action_due_moved.v1"
        | "action_overdue.v1"
        | "action_done.v1"
        | "action_dropped.v1"
        | "figures_set.v1" => Place::Public,
        "action_opened.v1" | "action_published.v1" => Place::NamesOrigin,
        // Who is asked, what they said, whoever knows what may answer, and thanks that may be private: theirs.
        "asking_began.v1"
        | "question_asked.v1"
        | "question_reminded.v1"
        | "people_invited.v1"
        | "round_reminded.v1"
        | "answer_given.v1"
        | "token_issued.v1"
        | "answers_released.v1"
        | "box_emptied.v1"
        | "interview_planned.v1"
        | "interview_moved.v1"
        | "interview_held.v1"
        | "interview_cancelled.v1"
        | "consent_given.v1"
        | "consent_withdrawn.v1"
        | "interview_noted.v1"
        | "thanks_given.v1"
        | "thanks_withdrawn.v1" => Place::Private,
        // Taken over: nobody said it now.
        "answer_imported.v1" => Place::Import,
        _ => return None,
    })
}

/// Whether events of this type may stand in a feed at all.
pub fn is_public(type_name: &str) -> bool {
    match place(type_name) {
        Some(
            Place::Public
            | Place::UnlessInternal
            | Place::NamesAnother
            | Place::NamesOrigin
            | Place::OfClock
            | Place::Breach,
        ) => true,
        Some(Place::Private | Place::Import) | None => false,
    }
}

/// Every event that may stand in a feed: what subscribers have to reckon with.
pub fn public_kinds() -> impl Iterator<Item = &'static Kind> {
    kinds().filter(|kind| is_public(kind.type_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_there_is_has_a_place() {
        for kind in kinds() {
            assert!(
                place(kind.type_name).is_some(),
                "{}: decide whether it goes into the feeds",
                kind.type_name
            );
        }
    }

    #[test]
    fn what_is_not_known_or_meant_for_few_never_goes_out() {
        for kept in [
            "khidma.requests.note_added.v1",
            "khidma.requests.history_imported.v1",
            "khidma.directory.profile_updated.v1",
            "khidma.directory.skill_set.v1",
            "khidma.directory.training_attended.v1",
            "khidma.directory.review_held.v1",
            "khidma.requests.submitted.v2",
            "khidma.payroll.raised.v1",
            "submitted",
            "",
        ] {
            assert!(!is_public(kept), "{kept}");
        }
        let private = kinds().count() - public_kinds().count();
        assert!(private >= 3, "{private}");
    }
}
