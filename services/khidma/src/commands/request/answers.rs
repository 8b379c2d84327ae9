//! Answers to an offering's form, as the command line gives them.

use std::path::Path;

use khidma_proto::requests::CheckAnswersRequest;
use prost_types::Struct;
use serde_json::{Map, Value, json};

use crate::commands::catalogue::read;
use crate::failure::Failure;
use crate::output::from_value;

/// The answers in `file`, and over them those of the form `name=value`; `None` if there are none.
pub(super) async fn answers(
    file: Option<&Path>,
    answers: &[String],
) -> Result<Option<Struct>, Failure> {
    let mut all = match file {
        Some(file) => match read(file).await? {
            Value::Object(answers) => answers,
            _ => {
                let message = format!("{}: answers are names and values", file.display());
                return Err(Failure::Usage(message));
            }
        },
        None => Map::new(),
    };
    for answer in answers {
        let (name, value) = answer
            .split_once('=')
            .ok_or_else(|| Failure::Usage(format!("write --answer NAME=VALUE, not {answer:?}")))?;
        all.insert(name.to_owned(), value_of(value));
    }
    if all.is_empty() {
        return Ok(None);
    }
    // A message that holds answers reads them as it would any.
    let holder: CheckAnswersRequest = from_value(json!({ "answers": all }))?;
    Ok(holder.answers)
}

/// JSON where it is some, else the text itself: `14`, `true`, `["a"]`, and `2026-04-01`, which is text.
fn value_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use prost_types::value::Kind;

    use super::*;

    #[tokio::test]
    async fn answers_are_what_they_look_like() {
        let given = [
            "name=سارا",
            "inches=14",
            "day=2026-04-01",
            "code=\"42\"",
            "x=a=b",
        ]
        .map(str::to_owned);
        let answers = answers(None, &given).await.unwrap().unwrap();
        let kind = |name: &str| answers.fields[name].kind.clone().unwrap();
        assert_eq!(kind("name"), Kind::StringValue("سارا".into()));
        assert_eq!(kind("inches"), Kind::NumberValue(14.0));
        assert_eq!(kind("day"), Kind::StringValue("2026-04-01".into()));
        assert_eq!(kind("code"), Kind::StringValue("42".into()));
        assert_eq!(kind("x"), Kind::StringValue("a=b".into()));
    }

    #[tokio::test]
    async fn none_is_none_and_nonsense_is_said() {
        assert_eq!(answers(None, &[]).await.unwrap(), None);
        assert!(answers(None, &["name".to_owned()]).await.is_err());
    }
}
