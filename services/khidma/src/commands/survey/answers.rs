//! `khidma survey answer`, and what came of answers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use khidma_proto::feedback as pb;
use pb::survey_item::Answer;
use pb::value::Value as Said;
use serde_json::Value;

use super::ballots;
use crate::ask;
use crate::cli::{AnswerArgs, AnswersCommand, CommentsArgs, FilterArgs, Options, ResultsArgs};
use crate::client::Api;
use crate::commands::done::Done;
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, Tone, answer_facts, answers_table, results};

pub(super) async fn run(
    options: &Options,
    api: &Api,
    command: AnswersCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        AnswersCommand::Answer(args) => answer(options, api, args, output).await,
        AnswersCommand::Results(args) => show(api, args, output).await,
        AnswersCommand::Comments(args) => comments(api, args, output).await,
        AnswersCommand::Answers { round, page } => {
            let question = pb::ListAnswersRequest {
                round_id: round,
                page_size: page.page_size,
                page_token: page.page_token,
                min_position: 0,
            };
            let answer = paged!(api, answers.list_answers, question, page.all, answers).await?;
            output.answer(&answer, |output| {
                output.table(answers_table(&answer.answers, output))?;
                pages::more(&answer.next_page_token, output)
            })
        }
        AnswersCommand::MyAnswer { round } => {
            let question = pb::GetMyAnswerRequest {
                round_id: round,
                min_position: 0,
            };
            let answer = ask!(api, answers.get_my_answer, question)?;
            output.answer(&answer, |output| match &answer.answer {
                Some(given) => answer_facts(given, output),
                None => Ok(()),
            })
        }
    }
}

async fn answer(
    options: &Options,
    api: &Api,
    args: AnswerArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let languages = args.language.clone().into_iter().collect();
    let question = pb::GetRoundFormRequest {
        id: args.round.clone(),
        languages,
        min_position: 0,
    };
    // What a word on the command line is, the item says that it answers.
    let asked = ask!(api, surveys.get_round_form, question)?;
    let form = asked.form.unwrap_or_default();
    let mut said = match &args.json_file {
        Some(file) => of_file(file)?,
        None => BTreeMap::new(),
    };
    for (key, text) in args.values {
        match said.get_mut(&key) {
            Some(Value::Array(several)) => several.push(text.into()),
            Some(one) => *one = Value::Array(vec![one.clone(), text.into()]),
            None => {
                said.insert(key, text.into());
            }
        }
    }
    let said = said.into_iter().map(|(key, said)| {
        let value = Some(value(&form, &key, &said)?);
        Ok((key, pb::Value { value }))
    });
    let values: BTreeMap<_, _> = said.collect::<Result<_, Failure>>()?;
    let round = asked.round.unwrap_or_default();
    if round.anonymity() == pb::Anonymity::Anonymous {
        let stated = !args.no_segment;
        return ballots::answer(options, api, (&args.round, values, stated), output).await;
    }
    let wish = pb::AnswerRequest {
        request_id: api.request_id(),
        round_id: args.round.clone(),
        language: asked.language,
        values,
    };
    let position = ask!(api, answers.answer, wish)?.position;
    let done = Done {
        what: "answered",
        id: args.round,
        position,
    };
    done.print(output)
}

fn of_file(file: &Path) -> Result<BTreeMap<String, Value>, Failure> {
    let wrong =
        |reason: &dyn std::fmt::Display| Failure::Usage(format!("{}: {reason}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| wrong(&error))?;
    serde_json::from_str(&text).map_err(|error| wrong(&error))
}

/// What was said to an item, as it takes it.
fn value(form: &pb::SurveyDefinition, key: &str, said: &Value) -> Result<Said, Failure> {
    let mut items = form.sections.iter().flat_map(|section| &section.items);
    let item = items.find(|item| item.key == key);
    let wrong = |what: &str| Failure::Usage(format!("{key}: {what}"));
    let kind = item.and_then(|item| item.answer.as_ref());
    let kind = kind.ok_or_else(|| wrong("this round asks nothing by this key"))?;
    let one = match said {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match (kind, one) {
        (Answer::Scale(_), Some(one)) => one
            .parse()
            .map(Said::Scale)
            .map_err(|_| wrong("write a whole number")),
        (Answer::Number(_), Some(one)) => one
            .parse()
            .map(Said::Number)
            .map_err(|_| wrong("write a number, such as 1.5")),
        (Answer::Choice(_), Some(one)) => Ok(Said::Choice(one)),
        (Answer::Words(_), Some(one)) => Ok(Said::Text(one)),
        (Answer::MultiChoice(_), one) => {
            let several = match said {
                Value::Array(several) => several.iter().map(Value::as_str).collect(),
                _ => Some(vec![one.as_deref().unwrap_or_default()]),
            };
            let several = several.ok_or_else(|| wrong("write the keys of choices"))?;
            let keys = several.into_iter().map(str::to_owned).collect();
            Ok(Said::Choices(pb::Choices { keys }))
        }
        (_, None) => Err(wrong("this has one answer")),
    }
}

fn filter(args: FilterArgs) -> Option<pb::ResultsFilter> {
    Some(pb::ResultsFilter {
        department_ids: args.departments,
        kinds: args.kinds.into_iter().map(Into::into).collect(),
        languages: args.languages,
        from_day: args.from_day,
        until_day: args.until_day,
    })
}

async fn show(api: &Api, args: ResultsArgs, output: &mut Output) -> Result<(), Failure> {
    let question = pb::GetResultsRequest {
        round_id: args.round,
        filter: filter(args.filter),
        language: args.language,
        min_position: 0,
    };
    let answer = ask!(api, answers.get_results, question)?;
    output.answer(&answer, |output| results(&answer, output))
}

async fn comments(api: &Api, args: CommentsArgs, output: &mut Output) -> Result<(), Failure> {
    let question = pb::ListCommentsRequest {
        round_id: args.round,
        item_key: args.item,
        filter: filter(args.filter),
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let answer = paged!(
        api,
        answers.list_comments,
        question,
        args.page.all,
        comments
    )
    .await?;
    output.answer(&answer, |output| {
        for comment in &answer.comments {
            output.line(format_args!("– {}", comment.replace('\n', "\n  ")))?;
        }
        if answer.left_out {
            let line = output.paint(
                Tone::Care,
                "not all: others were not asked for, or are too few",
            );
            output.line(line)?;
        }
        pages::more(&answer.next_page_token, output)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_taken_as_its_item_asks() {
        let item = |key: &str, answer: Answer| pb::SurveyItem {
            key: key.into(),
            answer: Some(answer),
            ..Default::default()
        };
        let form = pb::SurveyDefinition {
            sections: vec![pb::SurveySection {
                items: vec![
                    item("content", Answer::Scale(Default::default())),
                    item("hours", Answer::Number(Default::default())),
                    item("channels", Answer::MultiChoice(Default::default())),
                    item("words", Answer::Words(Default::default())),
                ],
                ..Default::default()
            }],
            ..Default::default()
        };
        let taken = |key, said: Value| value(&form, key, &said).ok();
        assert_eq!(taken("content", "4".into()), Some(Said::Scale(4)));
        assert_eq!(taken("content", 4.into()), Some(Said::Scale(4)));
        assert_eq!(taken("content", "4.5".into()), None);
        assert_eq!(taken("hours", "2".into()), Some(Said::Number(2.0)));
        assert_eq!(taken("words", "4".into()), Some(Said::Text("4".into())));
        let keys = vec!["mail".to_owned()];
        let mail = Some(Said::Choices(pb::Choices { keys }));
        assert_eq!(taken("channels", "mail".into()), mail);
        assert_eq!(taken("channels", vec!["mail"].into()), mail);
        assert_eq!(taken("colour", "red".into()), None);
        assert_eq!(taken("words", Value::Null), None);
    }
}
