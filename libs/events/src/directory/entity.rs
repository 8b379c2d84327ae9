//! How the entities of the directory are called on the log.

use khidma_kernel::{CalendarId, DepartmentId, PersonId, RoleId, TrainingId};

/// An entity of the directory, as its name on the log says it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// Its events are [`super::DepartmentEvent`]s.
    Department(DepartmentId),
    /// Its events are [`super::PersonEvent`]s.
    Person(PersonId),
    /// Its events are [`super::RoleEvent`]s.
    Role(RoleId),
    /// Its events are [`super::CalendarEvent`]s.
    Calendar(CalendarId),
    /// What a person can do: its events are [`super::SkillEvent`]s.
    Skills(PersonId),
    /// Its events are [`super::TrainingEvent`]s.
    Training(TrainingId),
    /// That a person's performance was reviewed: its events are [`super::ReviewEvent`]s.
    Reviews(PersonId),
}

impl EntityKind {
    /// Which entity of the directory is called so on the log; `None` if none can be.
    pub fn of(entity: &str) -> Option<Self> {
        let (kind, slug) = entity.split_once('-')?;
        match kind {
            "department" => slug.parse().ok().map(Self::Department),
            "person" => slug.parse().ok().map(Self::Person),
            "role" => slug.parse().ok().map(Self::Role),
            "calendar" => slug.parse().ok().map(Self::Calendar),
            "skills" => slug.parse().ok().map(Self::Skills),
            "training" => slug.parse().ok().map(Self::Training),
            "reviews" => slug.parse().ok().map(Self::Reviews),
            _ => None,
        }
    }

    /// Its name on the log.
    pub fn entity(&self) -> String {
        match self {
            Self::Department(id) => department_entity(id),
            Self::Person(id) => person_entity(id),
            Self::Role(id) => role_entity(id),
            Self::Calendar(id) => calendar_entity(id),
            Self::Skills(id) => skills_entity(id),
            Self::Training(id) => training_entity(id),
            Self::Reviews(id) => reviews_entity(id),
        }
    }
}

/// A department's name on the log: `department-it`.
pub fn department_entity(id: &DepartmentId) -> String {
    format!("department-{id}")
}

/// A person's name on the log: `person-amina`.
pub fn person_entity(id: &PersonId) -> String {
    format!("person-{id}")
}

/// A role's name on the log: `role-service-desk`.
pub fn role_entity(id: &RoleId) -> String {
    format!("role-{id}")
}

/// A calendar's name on the log: `calendar-office`.
pub fn calendar_entity(id: &CalendarId) -> String {
    format!("calendar-{id}")
}

/// The name on the log of what a person can do: `skills-amina`.
pub fn skills_entity(id: &PersonId) -> String {
    format!("skills-{id}")
}

/// A training's name on the log: `training-first-aid`.
pub fn training_entity(id: &TrainingId) -> String {
    format!("training-{id}")
}

/// The name on the log of a person's performance reviews: `reviews-amina`.
pub fn reviews_entity(id: &PersonId) -> String {
    format!("reviews-{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_of_the_directory_says_its_kind() {
        for entity in [
            "department-it",
            "person-amina-2",
            "role-service-desk",
            "calendar-office",
            "skills-amina",
            "training-first-aid",
            "reviews-amina-2",
        ] {
            let kind = EntityKind::of(entity).unwrap();
            assert_eq!(kind.entity(), entity);
        }
        assert_eq!(
            EntityKind::of("department-it"),
            Some(EntityKind::Department("it".parse().unwrap()))
        );
    }

    #[test]
    fn what_is_no_entity_of_the_directory_has_no_kind() {
        for entity in [
            "",
            "it",
            "department",
            "department-",
            "department-IT",
            "team-it",
            "01890000-0000-7000-8000-000000000001",
        ] {
            assert_eq!(EntityKind::of(entity), None, "{entity}");
        }
    }
}
