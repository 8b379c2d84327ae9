//! Why the directory refuses a command.

use khidma_calendar::Problem;
use khidma_kernel::Refusal;

/// What the directory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the entity of that name")]
pub enum Thing {
    Department,
    Person,
    Role,
    Calendar,
    Offering,
    Training,
}

impl Thing {
    /// The thing, as messages name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::Person => "person",
            Self::Role => "role",
            Self::Calendar => "calendar",
            Self::Offering => "offering",
            Self::Training => "training",
        }
    }
}

/// Why not. Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DirectoryRefusal {
    /// The caller may not do this.
    #[error("{action} is for {whom}")]
    NotAllowed {
        /// What was asked.
        action: &'static str,
        /// Who may.
        whom: &'static str,
    },
    /// The id is taken.
    #[error("there is a {} with this id already", what.as_str())]
    AlreadyExists {
        /// What it would have been.
        what: Thing,
    },
    /// Nothing has that id.
    #[error("there is no {} with this id", what.as_str())]
    Unknown {
        /// What it should have been.
        what: Thing,
        /// The field that named it; `id` for the entity itself.
        field: &'static str,
    },
    /// A closed department takes nothing and nobody.
    #[error("the department is closed")]
    DepartmentClosed {
        /// The field that named it.
        field: &'static str,
    },
    /// Who has left takes part in nothing.
    #[error("the person has left")]
    PersonDeactivated {
        /// The field that named them.
        field: &'static str,
    },
    /// A department would stand under itself.
    #[error("a department cannot stand under itself or under one that is under it")]
    DepartmentCycle,
    /// The tree would become too deep.
    #[error("departments stand at most {limit} deep")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// Somebody would report to themselves.
    #[error("a person cannot report to themselves or to somebody who reports to them")]
    ReportingCycle,
    /// A department with members is not closed.
    #[error("the department still has {count} members")]
    HasMembers {
        /// How many.
        count: u32,
    },
    /// A department with departments under it is not closed.
    #[error("the department still has {count} departments under it")]
    HasChildren {
        /// How many.
        count: u32,
    },
    /// The person does not belong to the department.
    #[error("the person is no member of the department")]
    NotAMember {
        /// The field that named what does not fit.
        field: &'static str,
    },
    /// The person does not hold the role (in that department).
    #[error("the person does not hold this role there")]
    NotAHolder {
        /// The field that named what does not fit.
        field: &'static str,
    },
    /// Another description than the present one was read.
    #[error("the description is at revision {current}: that is the one to read and confirm")]
    RevisionNotCurrent {
        /// The present revision.
        current: u32,
    },
    /// A text that must say something says nothing.
    #[error("{field} must not be empty")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field} may have at most {limit} characters")]
    TooLong {
        /// The field.
        field: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A text holds what no text should.
    #[error("{field} must not hold control characters")]
    ControlCharacter {
        /// The field.
        field: &'static str,
    },
    /// A list is too long.
    #[error("{field} may have at most {limit} items")]
    TooMany {
        /// The field.
        field: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A list holds something twice.
    #[error("{field} holds something twice")]
    Duplicate {
        /// The field.
        field: &'static str,
    },
    /// No language tag.
    #[error("a language is a BCP 47 tag, such as fa or en-GB")]
    InvalidLanguage,
    /// No such zone.
    #[error("this is no IANA time zone")]
    InvalidTimeZone,
    /// No such time of day, or a stretch without extent.
    #[error("quiet hours go from one HH:MM to another")]
    InvalidTime {
        /// The field.
        field: &'static str,
    },
    /// An address that cannot be one on its channel.
    #[error("{rule}")]
    InvalidAddress {
        /// What an address on this channel is. The address itself is personal and stays out.
        rule: &'static str,
    },
    /// A calendar that makes no sense.
    #[error("the calendar makes no sense: {}", .problems.first().map(ToString::to_string).unwrap_or_default())]
    InvalidCalendar {
        /// Everything that is wrong with it, by place; never empty.
        problems: Vec<Problem>,
    },
    /// That somebody can do it alone, or teach it, is for others to say.
    #[error(
        "of oneself one says that one is learning it or can do it with help; more is for others to say"
    )]
    LevelNeedsAnother,
    /// A training gives a skill by attendance, and nobody by saying so.
    #[error("what a training gives, it gives to those who attended it: write down who did")]
    SourceIsTraining,
    /// The source said nothing of it.
    #[error("this source says nothing of it")]
    NothingSaid,
    /// What happened, did not happen tomorrow.
    #[error("{field} must not lie in the future")]
    DateInFuture {
        /// The field.
        field: &'static str,
    },
    /// It would lapse before it began.
    #[error("until must not be before since")]
    DatesOutOfOrder,
    /// A number is too small or too large.
    #[error("{field} is from {least} to {most}")]
    OutOfRange {
        /// The field.
        field: &'static str,
        /// The least it may be.
        least: u32,
        /// The most it may be.
        most: u32,
    },
    /// No such currency.
    #[error("a currency is a code of ISO 4217, such as EUR")]
    InvalidCurrency,
    /// A training that gives no skill is an awareness session.
    #[error("a skill training gives at least one skill; what gives none is an awareness session")]
    GivesNothing,
    /// An awareness session that gives skills is a training.
    #[error("an awareness session gives no skill; what gives one is a skill training")]
    AwarenessGivesSkills,
    /// The training was cancelled.
    #[error("the training was cancelled")]
    TrainingCancelled,
    /// The training was held.
    #[error("the training was held")]
    TrainingHeld,
    /// There was no review on that day.
    #[error("no review was held on that day")]
    NoSuchReview,
}

impl Refusal for DirectoryRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed { .. } => "NOT_ALLOWED",
            Self::AlreadyExists { what } => match what {
                Thing::Department => "DEPARTMENT_EXISTS",
                Thing::Person => "PERSON_EXISTS",
                Thing::Role => "ROLE_EXISTS",
                Thing::Calendar => "CALENDAR_EXISTS",
                Thing::Offering => "OFFERING_EXISTS",
                Thing::Training => "TRAINING_EXISTS",
            },
            Self::Unknown { what, .. } => match what {
                Thing::Department => "UNKNOWN_DEPARTMENT",
                Thing::Person => "UNKNOWN_PERSON",
                Thing::Role => "UNKNOWN_ROLE",
                Thing::Calendar => "UNKNOWN_CALENDAR",
                Thing::Offering => "UNKNOWN_OFFERING",
                Thing::Training => "UNKNOWN_TRAINING",
            },
            Self::DepartmentClosed { .. } => "DEPARTMENT_CLOSED",
            Self::PersonDeactivated { .. } => "PERSON_DEACTIVATED",
            Self::DepartmentCycle => "DEPARTMENT_CYCLE",
            Self::TooDeep { .. } => "TOO_DEEP",
            Self::ReportingCycle => "REPORTING_CYCLE",
            Self::HasMembers { .. } => "DEPARTMENT_HAS_MEMBERS",
            Self::HasChildren { .. } => "DEPARTMENT_HAS_CHILDREN",
            Self::NotAMember { .. } => "NOT_A_MEMBER",
            Self::NotAHolder { .. } => "NOT_A_HOLDER",
            Self::RevisionNotCurrent { .. } => "REVISION_NOT_CURRENT",
            Self::Missing { .. } => "MISSING_FIELD",
            Self::TooLong { .. } => "TOO_LONG",
            Self::ControlCharacter { .. } => "CONTROL_CHARACTER",
            Self::TooMany { .. } => "TOO_MANY",
            Self::Duplicate { .. } => "DUPLICATE",
            Self::InvalidLanguage => "INVALID_LANGUAGE",
            Self::InvalidTimeZone => "INVALID_TIME_ZONE",
            Self::InvalidTime { .. } => "INVALID_TIME",
            Self::InvalidAddress { .. } => "INVALID_ADDRESS",
            Self::InvalidCalendar { .. } => "INVALID_CALENDAR",
            Self::LevelNeedsAnother => "LEVEL_NEEDS_ANOTHER",
            Self::SourceIsTraining => "SOURCE_IS_TRAINING",
            Self::NothingSaid => "NOTHING_SAID",
            Self::DateInFuture { .. } => "DATE_IN_FUTURE",
            Self::DatesOutOfOrder => "DATES_OUT_OF_ORDER",
            Self::OutOfRange { .. } => "OUT_OF_RANGE",
            Self::InvalidCurrency => "INVALID_CURRENCY",
            Self::GivesNothing => "TRAINING_GIVES_NOTHING",
            Self::AwarenessGivesSkills => "AWARENESS_GIVES_SKILLS",
            Self::TrainingCancelled => "TRAINING_CANCELLED",
            Self::TrainingHeld => "TRAINING_HELD",
            Self::NoSuchReview => "NO_SUCH_REVIEW",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotAllowed { .. } | Self::HasMembers { .. } | Self::HasChildren { .. } => None,
            Self::AlreadyExists { .. } => Some("id"),
            Self::DepartmentCycle | Self::TooDeep { .. } => Some("parent_id"),
            Self::ReportingCycle => Some("manager_id"),
            Self::RevisionNotCurrent { .. } => Some("revision"),
            Self::Unknown { field, .. }
            | Self::DepartmentClosed { field }
            | Self::PersonDeactivated { field }
            | Self::NotAMember { field }
            | Self::NotAHolder { field }
            | Self::Missing { field }
            | Self::TooLong { field, .. }
            | Self::ControlCharacter { field }
            | Self::TooMany { field, .. }
            | Self::Duplicate { field }
            | Self::InvalidTime { field }
            | Self::DateInFuture { field }
            | Self::OutOfRange { field, .. } => Some(field),
            Self::InvalidLanguage => Some("profile.languages"),
            Self::InvalidTimeZone => Some("profile.quiet_hours.time_zone"),
            Self::InvalidAddress { .. } => Some("profile.channels"),
            Self::InvalidCalendar { .. } => Some("calendar"),
            Self::LevelNeedsAnother => Some("level"),
            Self::SourceIsTraining | Self::NothingSaid => Some("source"),
            Self::DatesOutOfOrder => Some("until"),
            Self::InvalidCurrency => Some("plan.cost.currency"),
            Self::GivesNothing | Self::AwarenessGivesSkills => Some("plan.gives"),
            Self::TrainingCancelled | Self::TrainingHeld => Some("id"),
            Self::NoSuchReview => Some("on"),
        }
    }
}
