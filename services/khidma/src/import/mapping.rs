//! The mapping: what another system's lines mean here. Its file is TOML, described in docs/import.md.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::path::Path;

use khidma_kernel::DepartmentId;
use khidma_proto::directory::PersonKind;
use khidma_proto::requests::{Channel, HistoryCondition, HistorySide, HistoryVerb, Priority};
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use super::template::Template;
use crate::failure::Failure;
use crate::words::Word;

/// What the lines of a file mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The system it comes from.
    pub(super) source: String,
    pub(super) request: Request,
    pub(super) people: People,
    #[serde(default)]
    pub(super) directory: Directory,
    /// By what an event is called.
    #[serde(default)]
    pub(super) activities: BTreeMap<String, Activity>,
    /// What all other events mean.
    #[serde(default)]
    pub(super) otherwise: Activity,
    #[serde(default)]
    pub(super) xes: Xes,
    pub(super) csv: Option<Csv>,
}

/// How a case becomes a request. Templates see the first event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub provider: DepartmentId,
    #[serde(default = "Request::external_id")]
    pub external_id: Template,
    pub title: Template,
    #[serde(default = "Request::description")]
    pub description: Template,
    pub requester: Template,
    pub requester_name: Option<Template>,
    #[serde(default = "Request::kind", deserialize_with = "word")]
    pub requester_kind: PersonKind,
    pub requester_department: DepartmentId,
    #[serde(default = "Request::priority", deserialize_with = "word")]
    pub priority: Priority,
    #[serde(default = "Request::channel", deserialize_with = "word")]
    pub channel: Channel,
    #[serde(default)]
    pub tags: Vec<String>,
}

impl Request {
    fn external_id() -> Template {
        Template::attribute("case")
    }

    fn description() -> Template {
        Template::empty()
    }

    fn kind() -> PersonKind {
        PersonKind::Stakeholder
    }

    fn priority() -> Priority {
        Priority::Normal
    }

    fn channel() -> Channel {
        Channel::Api
    }
}

/// Who did what an event says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct People {
    pub id: Template,
    pub name: Option<Template>,
    #[serde(default = "People::kind", deserialize_with = "word")]
    pub kind: PersonKind,
    /// Their department, where they are to be registered; the provider, if it is not said.
    pub department: Option<DepartmentId>,
}

impl People {
    fn kind() -> PersonKind {
        PersonKind::Employee
    }
}

/// Whether departments and people that are not known are made known.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Directory {
    #[serde(default)]
    pub register: bool,
    /// Names of departments, where they are to be created.
    #[serde(default)]
    pub departments: BTreeMap<DepartmentId, String>,
}

/// What an event means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Activity {
    #[serde(default = "Activity::text")]
    pub text: Template,
    #[serde(rename = "do")]
    pub actions: Vec<Action>,
}

impl Activity {
    fn text() -> Template {
        Template::attribute("activity")
    }
}

impl Default for Activity {
    fn default() -> Self {
        let note = Action {
            verb: HistoryVerb::Note,
            when: Vec::new(),
            by: HistorySide::Unspecified,
            priority: Priority::Unspecified,
            tags: Vec::new(),
            to: None,
        };
        Self {
            text: Self::text(),
            actions: vec![note],
        }
    }
}

/// Something that an event means, if a condition holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Action {
    #[serde(rename = "do", deserialize_with = "word")]
    pub verb: HistoryVerb,
    #[serde(default, deserialize_with = "words")]
    pub when: Vec<HistoryCondition>,
    #[serde(default, deserialize_with = "word")]
    pub by: HistorySide,
    #[serde(default, deserialize_with = "word")]
    pub priority: Priority,
    #[serde(default)]
    pub tags: Vec<String>,
    pub to: Option<DepartmentId>,
}

/// How XES writes what we need.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Xes {
    pub case: String,
    pub activity: String,
    pub time: String,
}

impl Default for Xes {
    fn default() -> Self {
        Self {
            case: "concept:name".to_owned(),
            activity: "concept:name".to_owned(),
            time: "time:timestamp".to_owned(),
        }
    }
}

/// Which columns of a CSV file hold what we need.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Csv {
    pub case: String,
    pub activity: String,
    pub time: String,
    /// As strftime writes it; RFC 3339 if it is not said.
    pub time_format: Option<String>,
    /// The zone of times that say none.
    #[serde(default = "Csv::zone")]
    pub zone: String,
    #[serde(default = "Csv::delimiter")]
    pub delimiter: char,
    /// Columns by the names that templates call them.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

impl Csv {
    fn zone() -> String {
        "UTC".to_owned()
    }

    fn delimiter() -> char {
        ','
    }
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// The file cannot be read or makes no sense, with the line.
    pub fn load(file: &Path) -> Result<Self, Failure> {
        let wrong = |error: &dyn Display| Failure::Usage(format!("{}: {error}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
        Self::parse(&text).map_err(|error| wrong(&error.trim_end()))
    }

    /// Reads a mapping's text.
    ///
    /// # Errors
    /// It makes no sense, with the line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mapping: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        mapping.check()?;
        Ok(mapping)
    }

    /// What a type alone does not say.
    fn check(&self) -> Result<(), String> {
        if self.source.trim().is_empty() {
            return Err("source must not be empty".to_owned());
        }
        let named = self
            .activities
            .iter()
            .map(|(name, one)| (name.as_str(), one));
        for (name, activity) in named.chain([("otherwise", &self.otherwise)]) {
            for action in &activity.actions {
                let wrong = match action.verb {
                    HistoryVerb::Transfer if action.to.is_none() => {
                        "transfer needs to = \"department\""
                    }
                    HistoryVerb::Priority if action.priority == Priority::Unspecified => {
                        "priority needs priority = \"…\""
                    }
                    _ => continue,
                };
                return Err(format!("{name}: {wrong}"));
            }
        }
        Ok(())
    }

    /// What the event called `name` means.
    pub(super) fn activity(&self, name: &str) -> &Activity {
        self.activities.get(name).unwrap_or(&self.otherwise)
    }

    /// Every attribute that a template names.
    pub(super) fn attributes(&self) -> HashSet<String> {
        let Request {
            external_id,
            title,
            description,
            requester,
            requester_name,
            ..
        } = &self.request;
        let texts = self
            .activities
            .values()
            .chain([&self.otherwise])
            .map(|one| &one.text);
        [external_id, title, description, requester, &self.people.id]
            .into_iter()
            .chain(requester_name)
            .chain(&self.people.name)
            .chain(texts)
            .flat_map(Template::attributes)
            .map(str::to_owned)
            .collect()
    }
}

fn read_word<W: Word, E: Error>(word: &str) -> Result<W, E> {
    let known = || W::WORDS.join(", ");
    let found = W::WORDS
        .contains(&word)
        .then(|| W::from_word(word))
        .flatten();
    found.ok_or_else(|| E::custom(format!("{word:?} is not one of {}", known())))
}

fn word<'de, D: Deserializer<'de>, W: Word>(deserializer: D) -> Result<W, D::Error> {
    read_word(&String::deserialize(deserializer)?)
}

fn words<'de, D: Deserializer<'de>, W: Word>(deserializer: D) -> Result<Vec<W>, D::Error> {
    let words = Vec::<String>::deserialize(deserializer)?;
    words.iter().map(|word| read_word(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "source = 'x'\n[request]\nprovider = 'it'\ntitle = '{case}'\nrequester = '{customer}'\nrequester_department = 'hr'\n[people]\nid = '{org:resource}'\n";

    #[test]
    fn what_is_not_said_means_a_note() {
        let mapping = Mapping::parse(LEAST).unwrap();
        assert_eq!(
            mapping.activity("Closed").actions[0].verb,
            HistoryVerb::Note
        );
        let named = ["case", "customer", "org:resource", "activity"].map(str::to_owned);
        assert_eq!(mapping.attributes(), named.into());
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_place() {
        let wrong = [
            (
                "[activities.A]\ndo = [{ do = 'fly' }]",
                "\"fly\" is not one of acknowledge",
            ),
            (
                "[activities.A]\ndo = [{ do = 'wait', when = ['sunny'] }]",
                "\"sunny\" is not one of submitted",
            ),
            (
                "[activities.A]\ndo = [{ do = 'transfer' }]",
                "transfer needs to",
            ),
            (
                "[activities.A]\ndo = [{ do = 'priority' }]",
                "priority needs",
            ),
            ("[activities.A]\ndo = []\ntext = '{'", "brace"),
            ("[activity.A]\ndo = []", "unknown field `activity`"),
            ("[people2]", "unknown field"),
        ];
        for (more, expected) in wrong {
            let error = Mapping::parse(&format!("{LEAST}{more}")).unwrap_err();
            assert!(error.contains(expected), "{more}: {error}");
        }
    }

    #[test]
    fn the_mapping_that_is_shipped_is_one() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../deploy/examples/helpdesk-mapping.toml");
        let mapping = Mapping::load(&file).unwrap();
        assert_eq!(mapping.activities.len(), 6);
    }
}
