//! How skills, and what is missing of them, look to people.

use comfy_table::Cell;
use khidma_proto::directory::skill_subject::Kind;
use khidma_proto::directory::{
    CoverCandidate, CoverClosing, CoverGap, CoverUnclosed, GetCoverResponse, Skill, SkillLevel,
    SkillSource, SkillStatement, SkillSubject, SkilledPerson,
};

use super::{Table, Tone, money_out};
use crate::words::Word;

/// What something is about: an offering by its id, a topic in quotation marks.
pub(super) fn subject(subject: Option<&SkillSubject>) -> String {
    match subject.and_then(|subject| subject.kind.as_ref()) {
        Some(Kind::OfferingId(id)) => id.clone(),
        Some(Kind::Topic(topic)) => format!("\u{201c}{topic}\u{201d}"),
        None => String::new(),
    }
}

/// How well; nothing where it is not at all.
pub(super) fn level(level: i32) -> String {
    if level == i32::from(SkillLevel::Unspecified) {
        return String::new();
    }
    SkillLevel::word(level)
}

/// A line a skill.
pub fn skills_table(skills: &[Skill]) -> Table {
    let mut table = Table::new(["about", "can do it", "until", "who says so"]);
    for one in skills {
        let said: Vec<_> = one.statements.iter().map(statement).collect();
        let can = level(one.level);
        table.add(vec![
            Tone::Strong.cell(subject(one.subject.as_ref())),
            if can.is_empty() {
                Tone::Care.cell("no longer")
            } else {
                Cell::new(can)
            },
            Cell::new(&one.until),
            Cell::new(said.join("; ")),
        ]);
    }
    table
}

fn statement(one: &SkillStatement) -> String {
    let source = SkillSource::word(one.source);
    let source = if one.training_id.is_empty() {
        source
    } else {
        format!("{source} {}", one.training_id)
    };
    let until = if one.until.is_empty() {
        String::new()
    } else {
        format!(" to {}", one.until)
    };
    format!("{source}: {} from {}{until}", level(one.level), one.since)
}

/// A line a person.
pub fn skilled_table(people: &[SkilledPerson]) -> Table {
    let mut table = Table::new(["person", "name", "can do it", "until", "departments"]);
    for one in people {
        table.add(vec![
            Tone::Strong.cell(&one.person_id),
            Cell::new(&one.display_name),
            Cell::new(level(one.level)),
            Cell::new(&one.until),
            Cell::new(one.department_ids.join(", ")),
        ]);
    }
    table
}

/// A line a gap.
pub fn cover_table(cover: &GetCoverResponse) -> Table {
    let columns = [
        "offering",
        "of",
        "can serve",
        "missing",
        "closest",
        "cheapest way",
    ];
    let mut table = Table::new(columns).without_if_narrow(&[1]);
    for gap in &cover.gaps {
        // Who is furthest away says little.
        let closest: Vec<_> = gap.closest.iter().take(3).map(candidate).collect();
        table.add(vec![
            Tone::Strong.cell(&gap.offering_id),
            Cell::new(&gap.provider_id),
            if gap.able_ids.is_empty() {
                Tone::Bad.cell("nobody")
            } else {
                Cell::new(gap.able_ids.join(", "))
            },
            Cell::new(gap.missing),
            Cell::new(closest.join("\n")),
            way(gap),
        ]);
    }
    table
}

fn candidate(one: &CoverCandidate) -> String {
    match (level(one.level), level(one.lapsed)) {
        (now, _) if !now.is_empty() => format!("{} ({now})", one.person_id),
        (_, once) if !once.is_empty() => format!("{} (once {once})", one.person_id),
        _ => one.person_id.clone(),
    }
}

fn way(gap: &CoverGap) -> Cell {
    let ways: Vec<_> = gap.closings.iter().map(closing).collect();
    if !ways.is_empty() {
        return Cell::new(ways.join("\nor "));
    }
    Tone::Care.cell(match gap.unclosed() {
        CoverUnclosed::Unspecified => "",
        CoverUnclosed::TooFewPeople => "none: too few people to train",
        CoverUnclosed::NoTraining => "none: no training gives it",
        CoverUnclosed::TooFewPlaces => "none: too few places in what is planned",
    })
}

fn closing(closing: &CoverClosing) -> String {
    let places = closing.places.iter().map(|place| {
        let when = if place.again {
            "given again".to_owned()
        } else {
            place.on.clone()
        };
        format!("{} to {} ({when})", place.person_id, place.training_id)
    });
    let places: Vec<_> = places.collect();
    let cost = closing.cost.iter().map(|money| money_out(Some(money)));
    let cost: Vec<_> = cost.collect();
    let cost = if cost.is_empty() {
        "free".to_owned()
    } else {
        cost.join(" and ")
    };
    format!("{}: {cost}", places.join(", "))
}
