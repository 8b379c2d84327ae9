//! From the parts of a text to a policy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;

use khidma_edge::written::{Part, Written};
use khidma_events::requests::Priority;
use khidma_events::sla::{
    LadderAt, LadderStep, LifeState, Match, Metric, PolicySpec, Rule, Target, TimeKind,
};
use khidma_kernel::PolicyId;

use super::{PROBLEMS, Problem, words};

/// Reads, and collects what is wrong.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) problems: Vec<Problem>,
}

/// A part, and its path.
#[derive(Debug, Clone)]
struct At<'a> {
    path: String,
    written: &'a Written,
}

impl<'a> At<'a> {
    /// What stands under `name`, if anything does.
    fn get(&self, name: &str) -> Option<At<'a>> {
        let written = self.written.get(name)?;
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        };
        Some(At { path, written })
    }
}

impl Reader {
    fn wrong(&mut self, at: &At<'_>, text: impl Display) {
        if self.problems.len() < PROBLEMS {
            self.problems.push(Problem {
                line: at.written.line,
                field: at.path.clone(),
                text: text.to_string(),
            });
        }
    }

    /// Whether it is a table; names in it that are not among `known` are wrong.
    fn table(&mut self, at: &At<'_>, known: &[&str]) -> bool {
        let Part::Table(fields) = &at.written.part else {
            self.wrong(at, "this has to be a table");
            return false;
        };
        for (name, _) in fields.iter().filter(|(name, _)| !known.contains(&&**name)) {
            let shown: String = name.chars().take(60).collect();
            if let Some(field) = at.get(name) {
                let field = At {
                    path: field.path.replace(name, &shown),
                    ..field
                };
                let known = known.join(", ");
                self.wrong(
                    &field,
                    format!("nobody knows {shown:?} here; there is {known}"),
                );
            }
        }
        true
    }

    fn text(&mut self, at: &At<'_>) -> Option<String> {
        match &at.written.part {
            Part::Text(text) => Some(text.clone()),
            _ => {
                self.wrong(at, "this has to be a text in quotes");
                None
            }
        }
    }

    /// A text that means something.
    fn word<T>(&mut self, at: &At<'_>, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text(at)?;
        read(&text).map_err(|error| self.wrong(at, error)).ok()
    }

    fn id<T: FromStr<Err: Display>>(&mut self, at: &At<'_>) -> Option<T> {
        self.word(at, |text| {
            text.parse().map_err(|error: T::Err| error.to_string())
        })
    }

    fn items<'a>(&mut self, at: &At<'a>) -> Vec<At<'a>> {
        let Part::List(items) = &at.written.part else {
            self.wrong(at, "this has to be a list");
            return Vec::new();
        };
        let each = items.iter().enumerate().map(|(index, written)| At {
            path: format!("{}[{index}]", at.path),
            written,
        });
        each.collect()
    }

    /// What is listed under `name`, each once; nothing where it is not there.
    fn set<T: Ord>(
        &mut self,
        at: &At<'_>,
        name: &str,
        read: impl Fn(&mut Self, &At<'_>) -> Option<T>,
    ) -> BTreeSet<T> {
        let mut found = BTreeSet::new();
        for item in at
            .get(name)
            .map(|list| self.items(&list))
            .unwrap_or_default()
        {
            if let Some(one) = read(self, &item)
                && !found.insert(one)
            {
                self.wrong(&item, "this stands here twice");
            }
        }
        found
    }

    fn ids<T: Ord + FromStr<Err: Display>>(&mut self, at: &At<'_>, name: &str) -> BTreeSet<T> {
        self.set(at, name, Self::id)
    }

    pub(super) fn policy(&mut self, written: &Written) -> Option<(PolicyId, PolicySpec)> {
        let path = String::new();
        let at = At { path, written };
        self.table(&at, &["id", "name", "providers", "calendar", "rules"]);
        let id = match at.get("id") {
            Some(id) => self.id(&id),
            None => {
                let id = At {
                    path: "id".to_owned(),
                    ..at.clone()
                };
                self.wrong(&id, "a policy needs an id");
                None
            }
        };
        let name = at.get("name").and_then(|name| self.text(&name));
        let providers = self.ids(&at, "providers");
        let calendar = at.get("calendar").and_then(|calendar| self.id(&calendar));
        let rules = at.get("rules").map(|rules| self.items(&rules));
        let rules = rules.unwrap_or_default();
        let rules = rules.iter().map(|rule| self.rule(rule)).collect();
        let spec = PolicySpec {
            name: name.unwrap_or_default(),
            providers,
            calendar,
            rules,
        };
        Some((id?, spec))
    }

    fn rule(&mut self, at: &At<'_>) -> Rule {
        if !self.table(at, &["name", "when", "targets"]) {
            return Rule::default();
        }
        let name = at.get("name").and_then(|name| self.text(&name));
        let when = at.get("when").map(|when| self.when(&when));
        let targets = at.get("targets").map(|targets| self.targets(&targets));
        Rule {
            name: name.unwrap_or_default(),
            when: when.unwrap_or_default(),
            targets: targets.unwrap_or_default(),
        }
    }

    fn when(&mut self, at: &At<'_>) -> Match {
        let known = [
            "offerings",
            "providers",
            "requesters",
            "priorities",
            "tags",
            "tasks",
        ];
        if !self.table(at, &known) {
            return Match::default();
        }
        Match {
            offerings: self.ids(at, "offerings"),
            providers: self.ids(at, "providers"),
            requesters: self.ids(at, "requesters"),
            priorities: self.set(at, "priorities", |reader, item| reader.word(item, priority)),
            tags: self.set(at, "tags", Self::text),
            tasks: at.get("tasks").and_then(|tasks| match tasks.written.part {
                Part::Flag(flag) => Some(flag),
                _ => {
                    self.wrong(&tasks, "this has to be true or false");
                    None
                }
            }),
        }
    }

    fn targets(&mut self, at: &At<'_>) -> BTreeMap<Metric, Target> {
        let known = Metric::ALL.map(Metric::as_str);
        if !self.table(at, &known) {
            return BTreeMap::new();
        }
        let mut targets = BTreeMap::new();
        for metric in Metric::ALL {
            if let Some(target) = at.get(metric.as_str()) {
                targets.insert(metric, self.target(&target));
            }
        }
        targets
    }

    fn target(&mut self, at: &At<'_>) -> Target {
        let known = ["within", "time", "calendar", "pauses", "warnings", "ladder"];
        if !self.table(at, &known) {
            return Target::default();
        }
        let within_seconds = match at.get("within") {
            Some(within) => self.duration(&within),
            None => {
                self.wrong(
                    at,
                    "a target needs within = \"4h\", or how long it may take",
                );
                0
            }
        };
        let time = at.get("time").and_then(|time| self.word(&time, time_kind));
        let calendar = at.get("calendar").and_then(|calendar| self.id(&calendar));
        let pauses = at
            .get("pauses")
            .map(|_| self.set(at, "pauses", |reader, item| reader.word(item, state)));
        let warnings = at
            .get("warnings")
            .map(|_| self.set(at, "warnings", Self::warning));
        let ladder = at.get("ladder").map(|ladder| self.items(&ladder));
        let ladder = ladder.unwrap_or_default();
        Target {
            within_seconds,
            time: time.unwrap_or_default(),
            calendar,
            pauses,
            warnings,
            ladder: ladder.iter().filter_map(|step| self.step(step)).collect(),
        }
    }

    fn duration(&mut self, at: &At<'_>) -> u64 {
        self.word(at, words::duration).unwrap_or_default()
    }

    fn warning(&mut self, at: &At<'_>) -> Option<u16> {
        let percent = match &at.written.part {
            Part::Number(percent) => u16::try_from(*percent).ok(),
            Part::Text(text) => words::percent(text).ok(),
            _ => None,
        };
        if percent.is_none() {
            self.wrong(at, "a warning is a percentage of the target: write 75");
        }
        percent
    }

    fn step(&mut self, at: &At<'_>) -> Option<LadderStep> {
        if !self.table(at, &["at", "after_breach", "to"]) {
            return None;
        }
        let to = at.get("to").map(|to| self.items(&to)).unwrap_or_default();
        let to = to.iter().filter_map(|one| self.word(one, words::recipient));
        let to = to.collect();
        let at = match (at.get("at"), at.get("after_breach")) {
            (Some(percent), None) => LadderAt::Percent(self.word(&percent, words::percent)?),
            (None, Some(after)) => LadderAt::SecondsAfterBreach(self.duration(&after)),
            _ => {
                let text =
                    "a step says when it comes, in one way: at = \"75%\" or after_breach = \"2h\"";
                self.wrong(at, text);
                return None;
            }
        };
        Some(LadderStep { at, to })
    }
}

fn priority(text: &str) -> Result<Priority, String> {
    match text {
        "low" => Ok(Priority::Low),
        "normal" => Ok(Priority::Normal),
        "high" => Ok(Priority::High),
        "urgent" => Ok(Priority::Urgent),
        _ => Err("a priority is one of low, normal, high, urgent".to_owned()),
    }
}

fn time_kind(text: &str) -> Result<TimeKind, String> {
    match text {
        "business" => Ok(TimeKind::Business),
        "wall_clock" => Ok(TimeKind::WallClock),
        _ => Err("time is \"business\" or \"wall_clock\"".to_owned()),
    }
}

fn state(text: &str) -> Result<LifeState, String> {
    LifeState::parse(text).ok_or_else(|| {
        let known = LifeState::ALL.map(LifeState::as_str).join(", ");
        format!("a state is one of {known}")
    })
}
