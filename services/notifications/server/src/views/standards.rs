//! What departments promise with what they offer: the published standards, as their members are reminded of them.

use std::collections::BTreeMap;

use khidma_eventlog::Stored;
use khidma_events::requests::{EntityKind, OfferingEvent};
use khidma_kernel::language::choose;
use khidma_kernel::{DepartmentId, OfferingId};
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::known_events;
use crate::keys;

/// Lines of a reminder at the most.
const LINES: usize = 40;
/// Characters of a line at the most.
const LINE: usize = 300;

/// What a department promises, by offering.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PromisesRow(BTreeMap<OfferingId, Promise>);

/// What is promised with an offering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Promise {
    /// Whether it can be asked for.
    offered: bool,
    /// What it is called and promises, by language; of languages without a promise, nothing.
    texts: BTreeMap<String, (String, String)>,
    /// The language to fall back to.
    language: String,
}

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let Some(EntityKind::Offering(id)) = EntityKind::of(&commit.entity) else {
        return Ok(());
    };
    for event in known_events::<OfferingEvent>(commit)? {
        match event {
            OfferingEvent::OfferingPublished(event) => {
                let texts = event.texts.into_iter();
                let promised = texts.filter(|(_, text)| !text.standard.trim().is_empty());
                let promise = Promise {
                    offered: true,
                    texts: promised
                        .map(|(tag, text)| (tag, (text.name, text.standard)))
                        .collect(),
                    language: event.language,
                };
                rows.put(&keys::offered_by(&id), &event.provider)?;
                change(&event.provider, rows, |row| {
                    row.0.insert(id.clone(), promise);
                })?;
            }
            OfferingEvent::OfferingRetired(_) => offer(&id, false, rows)?,
            OfferingEvent::OfferingReinstated(_) => offer(&id, true, rows)?,
        }
    }
    Ok(())
}

fn offer(id: &OfferingId, offered: bool, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let Some(provider) = rows.get::<DepartmentId>(&keys::offered_by(id))? else {
        return Ok(());
    };
    change(&provider, rows, |row| {
        if let Some(promise) = row.0.get_mut(id) {
            promise.offered = offered;
        }
    })
}

fn change(
    department: &DepartmentId,
    rows: &mut Rows<'_>,
    change: impl FnOnce(&mut PromisesRow),
) -> Result<(), RowError> {
    let key = keys::promises(department);
    let mut row: PromisesRow = rows.get(&key)?.unwrap_or_default();
    change(&mut row);
    rows.put(&key, &row)
}

/// What a department promises; nothing if nothing was published.
pub(super) fn promises(
    department: &DepartmentId,
    rows: &Rows<'_>,
) -> Result<PromisesRow, RowError> {
    Ok(rows.get(&keys::promises(department))?.unwrap_or_default())
}

/// What is promised with an offering, in the language that somebody prefers.
pub(super) fn of(
    offering: &OfferingId,
    languages: &[String],
    rows: &Rows<'_>,
) -> Result<Option<String>, RowError> {
    let Some(provider) = rows.get::<DepartmentId>(&keys::offered_by(offering))? else {
        return Ok(None);
    };
    let row = promises(&provider, rows)?;
    let promise = row.0.get(offering);
    let text = promise.and_then(|promise| promise.read_by(languages));
    Ok(text.map(|(_, standard)| standard.clone()))
}

impl Promise {
    /// What it is called and promises, in the language that somebody prefers; `None` if it promises nothing.
    fn read_by(&self, languages: &[String]) -> Option<&(String, String)> {
        let there = self.texts.keys().map(String::as_str);
        // Where the language to fall back to promises nothing, any that does will do.
        let fallback = match self.texts.contains_key(&self.language) {
            true => self.language.as_str(),
            false => there.clone().next()?,
        };
        self.texts.get(choose(languages, there, fallback))
    }
}

impl PromisesRow {
    /// All of it in the languages that somebody prefers, an offering a line; empty if nothing is promised. What is long is
    /// cut: the catalogue has the rest.
    pub(super) fn read_by(&self, languages: &[String]) -> String {
        let offered = self.0.values().filter(|promise| promise.offered);
        let lines = offered.filter_map(|promise| {
            let (name, standard) = promise.read_by(languages)?;
            Some(cut(&format!("{name}: {standard}")))
        });
        let mut lines: Vec<String> = lines.take(LINES + 1).collect();
        if lines.len() > LINES {
            lines.truncate(LINES);
            lines.push("…".to_owned());
        }
        lines.join("\n")
    }
}

/// The text as one line, not too long.
fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LINE) {
        None => line,
        Some((end, _)) => format!("{}…", &line[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promise(texts: &[(&str, &str)], language: &str) -> Promise {
        let texts = texts.iter().map(|(tag, standard)| {
            let said = ("Laptop".to_owned(), (*standard).to_owned());
            ((*tag).to_owned(), said)
        });
        Promise {
            offered: true,
            texts: texts.collect(),
            language: language.to_owned(),
        }
    }

    fn row(promises: impl IntoIterator<Item = Promise>) -> PromisesRow {
        let promises = promises.into_iter().enumerate();
        let id = |n: usize| format!("o{n:04}").parse().unwrap();
        PromisesRow(promises.map(|(n, promise)| (id(n), promise)).collect())
    }

    #[test]
    fn each_reads_it_in_their_language_and_what_is_withdrawn_not_at_all() {
        let both = promise(&[("en", "In two days"), ("fa", "دو روزه")], "en");
        let withdrawn = Promise {
            offered: false,
            ..both.clone()
        };
        let row = row([
            both,
            withdrawn,
            promise(&[], "en"),
            promise(&[("ja", "三日")], "en"),
        ]);
        let persian = ["fa-IR".to_owned()];
        assert_eq!(row.read_by(&persian), "Laptop: دو روزه\nLaptop: 三日");
        assert_eq!(row.read_by(&[]), "Laptop: In two days\nLaptop: 三日");
        assert_eq!(PromisesRow::default().read_by(&persian), "");
    }

    #[test]
    fn what_is_long_is_cut() {
        let long = "ش".repeat(1000);
        let many = vec![promise(&[("fa", &long)], "fa"); LINES + 5];
        let text = row(many).read_by(&[]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), lines[LINES]), (LINES + 1, "…"));
        assert!(lines[0].ends_with("ش…") && lines[0].chars().count() == LINE + 1);
        let two = row([promise(&[("en", "One.\n\nTwo.")], "en")]);
        assert_eq!(two.read_by(&[]), "Laptop: One. Two.");
    }
}
