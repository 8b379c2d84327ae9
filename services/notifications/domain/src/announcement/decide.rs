//! May it happen?

use std::collections::BTreeSet;

use khidma_events::notifications::{Announced, AnnouncementEvent, AnnouncementText};
use khidma_kernel::{Caller, Command, Role};
use oxilangtag::LanguageTag;

use super::{
    Announce, AnnouncementFacts, AnnouncementRefusal as Refusal, DEPARTMENTS, LANGUAGE, LANGUAGES,
    TEXT, TITLE,
};

pub(super) fn decide(
    announced: bool,
    command: &Command<Announce>,
) -> Result<Vec<AnnouncementEvent>, Refusal> {
    let Announce { content, facts } = &command.body;
    if announced {
        return Err(Refusal::AlreadyAnnounced);
    }
    allowed(&command.by, content, facts)?;
    departments(content, facts)?;
    texts(content)?;
    Ok(vec![content.clone().into()])
}

/// Who leads a department speaks to it and to those below it, urgently to its own members only.
fn allowed(caller: &Caller, content: &Announced, facts: &AnnouncementFacts) -> Result<(), Refusal> {
    if caller.is(Role::Admin) {
        return Ok(());
    }
    if !caller.leads(&content.department) {
        return Err(Refusal::NotAllowed);
    }
    if content.to.is_empty() || !content.to.is_subset(&facts.below) {
        return Err(Refusal::NotToOthers);
    }
    if content.urgent && content.to.iter().any(|to| *to != content.department) {
        return Err(Refusal::NotUrgentToOthers);
    }
    Ok(())
}

fn departments(content: &Announced, facts: &AnnouncementFacts) -> Result<(), Refusal> {
    let (from, to) = ("department_id", "to_department_ids");
    if !facts.open.contains(&content.department) {
        return Err(Refusal::UnknownDepartment { field: from });
    }
    if content.to.len() > DEPARTMENTS {
        return Err(too_many(to, DEPARTMENTS));
    }
    if !content.to.is_subset(&facts.open) {
        return Err(Refusal::UnknownDepartment { field: to });
    }
    Ok(())
}

fn texts(content: &Announced) -> Result<(), Refusal> {
    let Announced {
        texts, language, ..
    } = content;
    if texts.is_empty() {
        let field = "texts".to_owned();
        return Err(Refusal::Missing { field });
    }
    if texts.len() > LANGUAGES {
        return Err(too_many("texts", LANGUAGES));
    }
    for (language, text) in texts {
        if language.len() > LANGUAGE || LanguageTag::parse(language.as_str()).is_err() {
            let field = format!("texts.{language}");
            return Err(Refusal::InvalidLanguage { field });
        }
        self::text(language, text)?;
    }
    let each: BTreeSet<String> = texts.keys().map(|tag| tag.to_ascii_lowercase()).collect();
    if each.len() < texts.len() {
        return Err(Refusal::LanguageTwice);
    }
    match texts.contains_key(language) {
        true => Ok(()),
        false => Err(Refusal::LanguageWithoutText),
    }
}

fn text(language: &str, text: &AnnouncementText) -> Result<(), Refusal> {
    let parts = [("title", &text.title, TITLE), ("text", &text.text, TEXT)];
    for (name, text, limit) in parts {
        let field = format!("texts.{language}.{name}");
        if text.trim().is_empty() {
            return Err(Refusal::Missing { field });
        }
        if text.chars().count() > limit {
            return Err(Refusal::TooLong { field, limit });
        }
        // A title is one line, also of a letter's head.
        let breaks = |c: char| name == "text" && matches!(c, '\n' | '\r' | '\t');
        if text.chars().any(|c| c.is_control() && !breaks(c)) {
            return Err(Refusal::ControlCharacter { field });
        }
    }
    Ok(())
}

fn too_many(field: &str, limit: usize) -> Refusal {
    Refusal::TooMany {
        field: field.to_owned(),
        limit,
    }
}
