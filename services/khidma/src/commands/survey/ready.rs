//! The surveys that come with this program.

use std::collections::BTreeMap;

use khidma_proto::feedback::SurveyDefinition;
use serde_json::json;

use crate::failure::Failure;
use crate::output::{Output, from_toml, ready_table};

/// By name, as they are written in `surveys/`.
const READY: [(&str, &str); 4] = [
    (
        "eight-qualities",
        include_str!("../../../surveys/eight-qualities.toml"),
    ),
    ("servqual", include_str!("../../../surveys/servqual.toml")),
    ("enps", include_str!("../../../surveys/enps.toml")),
    ("pulse", include_str!("../../../surveys/pulse.toml")),
];

pub(super) fn find(name: &str) -> Result<SurveyDefinition, Failure> {
    let found = READY.into_iter().find(|(known, _)| *known == name);
    let Some((_, text)) = found else {
        let names = READY.map(|(name, _)| name).join(", ");
        let message = format!("no survey {name:?} comes with this program; there are {names}");
        return Err(Failure::Usage(message));
    };
    from_toml(text)
}

pub(super) fn list(output: &mut Output) -> Result<(), Failure> {
    let mut all = BTreeMap::new();
    for (name, _) in READY {
        all.insert(name, find(name)?);
    }
    if output.is_json() {
        let each = all.iter().map(|(name, definition)| {
            let title = definition.title.get(&definition.language);
            let languages: Vec<_> = definition.title.keys().collect();
            json!({ "name": name, "title": title, "languages": languages })
        });
        return output.value(&json!({ "surveys": each.collect::<Vec<_>>() }));
    }
    output.table(ready_table(&all))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use khidma_proto::feedback::survey_item::Answer;

    use super::*;

    const LANGUAGES: [&str; 5] = ["ar", "en", "fa", "ja", "vi"];

    fn texts(definition: &SurveyDefinition) -> Vec<&BTreeMap<String, String>> {
        let mut texts = vec![&definition.title, &definition.intro];
        for section in &definition.sections {
            texts.push(&section.title);
            for item in &section.items {
                texts.push(&item.text);
                match &item.answer {
                    Some(Answer::Scale(scale)) => {
                        texts.extend(scale.labels.iter().map(|label| &label.text));
                    }
                    Some(Answer::Choice(choice)) => {
                        texts.extend(choice.options.iter().map(|option| &option.text));
                    }
                    Some(Answer::MultiChoice(choice)) => {
                        texts.extend(choice.options.iter().map(|option| &option.text));
                    }
                    Some(Answer::Number(_) | Answer::Words(_)) => {}
                    None => panic!("{} is not answered", item.key),
                }
            }
        }
        texts
    }

    #[test]
    fn every_text_is_there_in_the_five_languages_and_in_each_its_own() {
        for (name, _) in READY {
            let definition = find(name).unwrap();
            for texts in texts(&definition) {
                let languages: Vec<_> = texts.keys().map(String::as_str).collect();
                assert_eq!(languages, LANGUAGES, "{name}: {texts:?}");
                let different: BTreeSet<_> = texts.values().collect();
                assert_eq!(different.len(), 5, "{name}: {texts:?}");
            }
        }
    }

    #[test]
    fn no_text_of_one_language_stands_twice() {
        for (name, _) in READY {
            let definition = find(name).unwrap();
            let items = definition
                .sections
                .iter()
                .flat_map(|section| &section.items);
            for language in LANGUAGES {
                let questions: Vec<_> = items.clone().map(|item| &item.text[language]).collect();
                let different: BTreeSet<_> = questions.iter().collect();
                assert_eq!(different.len(), questions.len(), "{name} in {language}");
            }
        }
    }

    #[test]
    fn who_asks_for_another_hears_which_there_are() {
        let error = find("moods").unwrap_err().to_string();
        assert!(
            error.contains("eight-qualities, servqual, enps, pulse"),
            "{error}"
        );
    }
}
