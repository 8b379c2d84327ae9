//! The page as a whole: its frame, what it is of, what there is at a glance, what is promised, how to read it.

use khidma_proto::feedback as pb;
use khidma_proto::sla::Metric;

use crate::html::{Table, element, name, paragraph, text};
use crate::words::Words;
use crate::{PageError, deeds, promises, satisfaction, surveys, trend};

/// The scorecard as a page for a reader of `locale`, a BCP 47 tag; in English where there are no words for it.
///
/// # Errors
/// The words cannot be used; see [`PageError`].
pub fn page(card: &pb::GetScorecardResponse, locale: &str) -> Result<String, PageError> {
    let words = Words::of(locale)?;
    let period = card.periods.first().cloned().unwrap_or_default();
    let title = words.with("title", &[("department", shown_name(card))]);
    let mut body = head(&words, card, &period);
    body += &glance(&words, &period);
    body += &promises::section(&words, &period);
    body += &satisfaction::section(&words, &period);
    body += &satisfaction::joined(&words, &period);
    body += &surveys::section(&words, &card.surveys);
    body += &trend::section(&words, &card.periods);
    body += &deeds::section(&words, &period);
    body += &deeds::people(&words, period.people.as_ref());
    body += &standards(&words, card);
    body += &method(&words);
    let direction = if words.is_right_to_left() {
        "rtl"
    } else {
        "ltr"
    };
    Ok(format!(
        "<!doctype html>\n<html lang=\"{}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        words.language,
        text(&title),
        include_str!("page.css"),
    ))
}

/// What stands under a heading of its own.
pub(crate) fn section(id: &str, heading: &str, inner: &str) -> String {
    let heading = element("h2", &format!(" id=\"{id}\""), &text(heading));
    let attributes = format!(" aria-labelledby=\"{id}\"");
    element("section", &attributes, &(heading + inner))
}

/// What is known of the period, or a dash.
pub(crate) fn or_dash(words: &Words, shown: Option<String>) -> String {
    shown.unwrap_or_else(|| words.say("unknown"))
}

/// A share and how sure it is, as a cell; a dash where there is none.
pub(crate) fn share_cell(words: &Words, share: Option<&pb::Estimate>) -> String {
    estimate_cell(words, share, |value| words.percent(value))
}

/// A difference of shares and how sure it is, as a cell; a dash where there is none.
pub(crate) fn difference_cell(words: &Words, difference: Option<&pb::Estimate>) -> String {
    estimate_cell(words, difference, |value| words.points(value))
}

/// A number and how sure it is, as a cell; a dash where there is none.
pub(crate) fn estimate_cell(
    words: &Words,
    estimate: Option<&pb::Estimate>,
    write: impl Fn(f64) -> String,
) -> String {
    let cell = estimate.map(|estimate| {
        let value = text(&write(estimate.value));
        match estimate.method.is_empty() {
            true => value,
            false => {
                let range = words.range(&write(estimate.low), &write(estimate.high));
                format!("{value} <span class=\"sure\">{}</span>", text(&range))
            }
        }
    });
    or_dash(words, cell)
}

fn shown_name(card: &pb::GetScorecardResponse) -> &str {
    match card.department.as_str() {
        "" => &card.department_id,
        name => name,
    }
}

/// The days of a period, both ends in it.
pub(crate) fn days(words: &Words, period: &pb::ScorecardPeriod) -> String {
    let (from, to) = (words.day(&period.from), words.day_before(&period.to));
    words.with("period", &[("from", &from), ("to", &to)])
}

fn head(words: &Words, card: &pb::GetScorecardResponse, period: &pb::ScorecardPeriod) -> String {
    // Fluent sets what it is given apart from what stands around it, as <bdi> does.
    let title = words.with("title", &[("department", shown_name(card))]);
    let mut head = element("h1", "", &text(&title));
    head += &paragraph("period", &days(words, period));
    if card.department_ids.len() > 1 {
        let departments = card.department_ids.join(", ");
        head += &paragraph(
            "quiet",
            &words.with("with-below", &[("departments", &departments)]),
        );
    }
    let as_of = card.as_of.and_then(|at| {
        let at = jiff::Timestamp::from_second(at.seconds).ok()?;
        let day = at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        Some(words.with("as-of", &[("day", &words.day(&day))]))
    });
    head + &as_of.map_or_else(String::new, |said| paragraph("quiet", &said))
}

/// A figure of the first glance: what it is, how much, and how sure or of how many.
fn figure(label: &str, value: &str, sure: &str) -> String {
    let inner = format!(
        "<dt>{}</dt><dd><span class=\"value\">{}</span> <span class=\"sure\">{}</span></dd>",
        text(label),
        text(value),
        text(sure)
    );
    element("div", "", &inner)
}

fn share_figure(words: &Words, key: &str, share: Option<&pb::Estimate>) -> String {
    let value = or_dash(words, share.map(|share| words.percent(share.value)));
    let sure = share.map(|share| words.with("of-count", &[("count", &words.count(share.count))]));
    figure(&words.say(key), &value, &sure.unwrap_or_default())
}

fn glance(words: &Words, period: &pb::ScorecardPeriod) -> String {
    let mut attainment = period.attainment.iter();
    let resolved = attainment.find(|one| one.metric() == Metric::Resolve);
    let heard = period.satisfaction.iter().find(|said| !said.synthetic);
    let responses = period.responses.as_ref();
    let concerns = period.concerns.unwrap_or_default();
    let actions = period.actions.as_ref();
    let people = period.people.as_ref();
    let completed = words.count(period.completed);
    let mut figures = figure(
        &words.say("requests"),
        &words.count(period.submitted),
        &words.with("completed-of", &[("completed", &completed)]),
    );
    let resolved = resolved.and_then(|one| one.kept.as_ref());
    figures += &share_figure(words, "resolved-as-promised", resolved);
    figures += &share_figure(
        words,
        "satisfied",
        heard.and_then(|said| said.csat.as_ref()),
    );
    figures += &share_figure(
        words,
        "answered",
        responses.and_then(|one| one.rate.as_ref()),
    );
    figures += &figure(
        &words.say("open-concerns"),
        &words.count(concerns.open),
        &words.with("of-count", &[("count", &words.count(concerns.raised))]),
    );
    figures += &share_figure(
        words,
        "done-in-time",
        actions.and_then(|one| one.punctual.as_ref()),
    );
    figures += &figure(&words.say("thanks"), &words.count(period.thanks), "");
    let stayed = people.and_then(|people| people.retention);
    let stayed = or_dash(words, stayed.map(|stayed| words.percent(stayed)));
    figures += &figure(&words.say("retention"), &stayed, "");
    let figures = element("dl", " class=\"glance\"", &figures);
    section("glance", &words.say("at-a-glance"), &figures)
}

fn standards(words: &Words, card: &pb::GetScorecardResponse) -> String {
    let heading = words.say("standards");
    let said = card.standards.iter().filter_map(|standard| {
        let texts = &standard.texts;
        let text = texts
            .get(words.language)
            .or_else(|| texts.get(&standard.language))?;
        (!text.standard.is_empty()).then_some(text)
    });
    let said: Vec<_> = said.collect();
    if said.is_empty() {
        let none = paragraph("quiet", &words.say("no-standards"));
        return section("standards", &heading, &none);
    }
    let columns = ["offering", "standard"].map(|key| words.say(key));
    let mut table = Table::new(&heading, &columns);
    for text in said {
        table.row(&name(&text.name), &[name(&text.standard)]);
    }
    section("standards", &heading, &table.end())
}

fn method(words: &Words) -> String {
    let confidence = words.with("percent", &[("number", &words.count(95))]);
    let note = words.with("method-note", &[("confidence", &confidence)]);
    section("method", &words.say("method"), &paragraph("quiet", &note))
}
