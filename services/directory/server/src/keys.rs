//! Every key of the read model. Ids and topics hold no 0 byte, so one ends a part without ambiguity.
//!
//! | key | row |
//! |---|---|
//! | `e/department-<id>` | [`crate::views::DepartmentRow`] (the prefix is the engine's) |
//! | `e/person-<id>` | [`crate::views::PersonRow`] |
//! | `e/role-<id>` | [`crate::views::RoleRow`] |
//! | `e/calendar-<id>` | [`crate::views::CalendarRow`] |
//! | `e/skills-<person>` | [`crate::views::SkillsRow`] |
//! | `e/training-<id>` | [`crate::views::TrainingRow`] |
//! | `e/reviews-<person>` | [`crate::views::ReviewsRow`] |
//! | `c/<parent> <child>` | an open department under another; the parent is empty at the top |
//! | `m/<department> <person>` | a member of a department |
//! | `t/<topic> <department> <role>` | [`crate::views::TopicRow`]; the topic in normal form |
//! | `g/<person>` | [`crate::views::GivenRow`]: what trainings gave them |
//! | `k/<subject> <person>` | somebody of whom something is said about it |
//! | `l/<subject> <training>` | a training whose plan gives it |
//! | `o/<offering>` | [`crate::views::OfferingRow`] |

use khidma_engine::entity_key;
use khidma_events::directory::{
    SkillSubject, calendar_entity, department_entity, person_entity, reviews_entity, role_entity,
    skills_entity, training_entity,
};
use khidma_kernel::{CalendarId, DepartmentId, OfferingId, PersonId, RoleId, TrainingId};

/// All departments.
pub(crate) const DEPARTMENTS: &[u8] = b"e/department-";
/// All people.
pub(crate) const PEOPLE: &[u8] = b"e/person-";
/// All roles.
pub(crate) const ROLES: &[u8] = b"e/role-";
/// All calendars.
pub(crate) const CALENDARS: &[u8] = b"e/calendar-";
/// All topics.
pub(crate) const TOPICS: &[u8] = b"t/";

/// All trainings.
pub(crate) const TRAININGS: &[u8] = b"e/training-";
/// All offerings.
pub(crate) const OFFERINGS: &[u8] = b"o/";

fn parts(kind: &[u8], parts: &[&str]) -> Vec<u8> {
    [kind, parts.join("\0").as_bytes()].concat()
}

pub(crate) fn department(id: &DepartmentId) -> Vec<u8> {
    entity_key(&department_entity(id))
}

pub(crate) fn person(id: &PersonId) -> Vec<u8> {
    entity_key(&person_entity(id))
}

/// As [`person`], for an id that was read out of a key.
pub(crate) fn person_named(id: &str) -> Vec<u8> {
    [PEOPLE, id.as_bytes()].concat()
}

pub(crate) fn role(id: &RoleId) -> Vec<u8> {
    entity_key(&role_entity(id))
}

pub(crate) fn calendar(id: &CalendarId) -> Vec<u8> {
    entity_key(&calendar_entity(id))
}

pub(crate) fn skills(person: &PersonId) -> Vec<u8> {
    entity_key(&skills_entity(person))
}

pub(crate) fn training(id: &TrainingId) -> Vec<u8> {
    entity_key(&training_entity(id))
}

/// As [`training`], for an id that was read out of a key.
pub(crate) fn training_named(id: &str) -> Vec<u8> {
    [TRAININGS, id.as_bytes()].concat()
}

pub(crate) fn reviews(person: &PersonId) -> Vec<u8> {
    entity_key(&reviews_entity(person))
}

pub(crate) fn given(person: &PersonId) -> Vec<u8> {
    parts(b"g/", &[person.as_str()])
}

pub(crate) fn offering(id: &OfferingId) -> Vec<u8> {
    parts(OFFERINGS, &[id.as_str()])
}

/// Neither an id nor a topic begins with what the other does here.
fn about(subject: &SkillSubject) -> String {
    match subject {
        SkillSubject::Offering(id) => format!("o:{id}"),
        SkillSubject::Topic(topic) => format!("t:{topic}"),
    }
}

pub(crate) fn skilled(subject: &SkillSubject, person: &PersonId) -> Vec<u8> {
    parts(b"k/", &[&about(subject), person.as_str()])
}

/// Everybody of whom something is said about `subject`.
pub(crate) fn all_skilled(subject: &SkillSubject) -> Vec<u8> {
    parts(b"k/", &[&about(subject), ""])
}

pub(crate) fn lesson(subject: &SkillSubject, training: &TrainingId) -> Vec<u8> {
    parts(b"l/", &[&about(subject), training.as_str()])
}

/// All trainings that give `subject`.
pub(crate) fn lessons(subject: &SkillSubject) -> Vec<u8> {
    parts(b"l/", &[&about(subject), ""])
}

fn above(parent: Option<&DepartmentId>) -> &str {
    parent.map_or("", DepartmentId::as_str)
}

pub(crate) fn child(parent: Option<&DepartmentId>, child: &DepartmentId) -> Vec<u8> {
    parts(b"c/", &[above(parent), child.as_str()])
}

pub(crate) fn children(parent: Option<&DepartmentId>) -> Vec<u8> {
    parts(b"c/", &[above(parent), ""])
}

pub(crate) fn member(department: &DepartmentId, person: &PersonId) -> Vec<u8> {
    parts(b"m/", &[department.as_str(), person.as_str()])
}

pub(crate) fn members(department: &DepartmentId) -> Vec<u8> {
    parts(b"m/", &[department.as_str(), ""])
}

pub(crate) fn topic(normal: &str, department: &DepartmentId, role: Option<&RoleId>) -> Vec<u8> {
    parts(
        b"t/",
        &[normal, department.as_str(), role.map_or("", RoleId::as_str)],
    )
}

/// All that stands under one topic, which is in normal form.
pub(crate) fn topics(normal: &str) -> Vec<u8> {
    parts(b"t/", &[normal, ""])
}

/// The topic of a key that [`topic`] made, in normal form.
pub(crate) fn topic_of(key: &[u8]) -> &str {
    let text = key.strip_prefix(TOPICS).unwrap_or_default();
    let end = text
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(text.len());
    std::str::from_utf8(&text[..end]).unwrap_or_default()
}

/// The last part of a key: the child, the member.
pub(crate) fn last_part(key: &[u8]) -> &str {
    let start = key
        .iter()
        .rposition(|byte| *byte == 0)
        .map_or(0, |zero| zero + 1);
    std::str::from_utf8(&key[start..]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_of_a_department_are_not_those_of_one_with_a_longer_name() {
        let (it, desk): (DepartmentId, DepartmentId) =
            ("it".parse().unwrap(), "it-desk".parse().unwrap());
        let amina: PersonId = "amina".parse().unwrap();
        assert!(member(&it, &amina).starts_with(&members(&it)));
        assert!(!member(&desk, &amina).starts_with(&members(&it)));
        assert!(
            !child(Some(&it), &desk).starts_with(&children(None)),
            "the top has only its own"
        );
        assert_eq!(last_part(&member(&desk, &amina)), "amina");
    }

    #[test]
    fn a_topic_comes_back_out_of_its_key() {
        let (it, desk): (DepartmentId, RoleId) = ("it".parse().unwrap(), "desk".parse().unwrap());
        let key = topic("new laptop", &it, Some(&desk));
        assert_eq!(topic_of(&key), "new laptop");
        assert!(key.starts_with(&topics("new laptop")) && !key.starts_with(&topics("new")));
    }
}
