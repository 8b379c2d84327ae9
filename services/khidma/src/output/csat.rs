//! How questions after requests look to people.

use comfy_table::Cell;
use khidma_proto::feedback::{Answer, Asking, AskingRule, Question, QuestionState};

use super::{Output, Table, Tone};
use crate::words::Word;

/// A line for each question: those that wait, or those that were answered.
pub fn questions_table(output: &Output, questions: &[Question], answered: bool) -> Table {
    if answered {
        return answers_table(output, questions);
    }
    let mut table = Table::new(["question", "asked", "until", "of", "what you asked for"]);
    for one in questions {
        table.add(vec![
            Cell::new(&one.id),
            Tone::Faint.cell(output.ago(one.asked_at)),
            Cell::new(output.when(one.expires_at)),
            Cell::new(&one.provider_id),
            Cell::new(&one.title),
        ]);
    }
    table
}

fn answers_table(output: &Output, questions: &[Question]) -> Table {
    let mut table = Table::new(["request", "answered", "score", "effort", "by", "comment"]);
    for one in questions {
        let answer = one.answer.clone().unwrap_or_default();
        table.add(vec![
            Cell::new(&one.service_request_id),
            Tone::Faint.cell(output.ago(answer.answered_at)),
            score_tone(answer.score).cell(answer.score.to_string()),
            Cell::new(effort(&answer)),
            Cell::new(whose(&one.person_id, &answer)),
            Cell::new(&answer.comment),
        ]);
    }
    table
}

/// The better, the greener: 4 and 5 are what CSAT counts.
fn score_tone(score: u32) -> Tone {
    match score {
        4.. => Tone::Good,
        3 => Tone::Care,
        _ => Tone::Bad,
    }
}

fn effort(answer: &Answer) -> String {
    match answer.effort {
        0 => String::new(),
        effort => effort.to_string(),
    }
}

/// Who said it; what nobody said is named so.
fn whose(person: &str, answer: &Answer) -> String {
    match answer.synthetic {
        true => "nobody (synthetic)".to_owned(),
        false => person.to_owned(),
    }
}

/// A question, a fact a line.
pub fn question_facts(output: &Output, question: &Question) -> Vec<(&'static str, String)> {
    let answer = question.answer.clone().unwrap_or_default();
    let answered = question.answer.is_some();
    let said = |text: String| if answered { text } else { String::new() };
    vec![
        ("question", question.id.clone()),
        ("about", question.title.clone()),
        ("done by", question.provider_id.clone()),
        ("asked of", question.person_id.clone()),
        ("state", QuestionState::word(question.state)),
        ("asked", output.when(question.asked_at)),
        ("until", output.when(question.expires_at)),
        ("score", said(answer.score.to_string())),
        ("effort", effort(&answer)),
        ("said by", said(whose(&question.person_id, &answer))),
        ("comment", answer.comment),
        ("link", question.link.clone()),
    ]
}

/// A rule of asking, a fact a line.
pub fn asking_facts(rule: &AskingRule, usual: bool) -> Vec<(&'static str, String)> {
    let days = |days: u32, none: &str| match days {
        0 => none.to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    let asks = match rule.asking() {
        Asking::Sampled => format!("after {} of 100 requests", rule.sampled_percent),
        Asking::Never => "after no request".to_owned(),
        Asking::Always | Asking::Unspecified => "after each request".to_owned(),
    };
    let peace = match rule.at_most_every_days {
        0 => "as often as they ask for something".to_owned(),
        every => format!("at most once in {}", days(every, "")),
    };
    let whose = if usual {
        "the usual one"
    } else {
        "the department's own"
    };
    vec![
        ("rule", whose.to_owned()),
        ("asks", asks),
        ("each person", peace),
        (
            "effort",
            if rule.effort {
                "asked, too"
            } else {
                "not asked"
            }
            .to_owned(),
        ),
        ("reminds after", days(rule.remind_after_days, "never")),
        ("takes answers for", days(rule.expires_after_days, "")),
    ]
}
