//! `khidma catalogue`.

use std::path::Path;

use khidma_proto::requests::{
    GetOfferingRequest, ListOfferingsRequest, Offering, OfferingTerms, PublishOfferingRequest,
    ReinstateOfferingRequest, RetireOfferingRequest,
};
use serde_json::Value;

use crate::ask;
use crate::cli::{CatalogueCommand, CatalogueListArgs};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{
    Output, Tone, approval_line, from_value, offerings_table, plan_table, to_value,
};

pub(super) async fn run(
    api: &Api,
    command: CatalogueCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        CatalogueCommand::Publish { file, expect } => {
            publish(api, &file, expect).await?.print(output)
        }
        CatalogueCommand::List(args) => list(api, args, output).await,
        CatalogueCommand::Show {
            id,
            version,
            languages,
        } => {
            let question = GetOfferingRequest {
                id,
                version,
                languages,
                min_position: 0,
            };
            let answer = ask!(api, catalogue.get_offering, question)?;
            output.answer(&answer, |output| match &answer.offering {
                Some(offering) => show(offering, output),
                None => Ok(()),
            })
        }
        CatalogueCommand::Retire { id, reason } => {
            let done: Result<Done, Failure> = change!(
                api, catalogue.retire_offering(RetireOfferingRequest { id, reason }) => "retired"
            );
            done?.print(output)
        }
        CatalogueCommand::Reinstate { id } => {
            let done: Result<Done, Failure> = change!(
                api, catalogue.reinstate_offering(ReinstateOfferingRequest { id }) => "reinstated"
            );
            done?.print(output)
        }
    }
}

async fn publish(api: &Api, file: &Path, expect: Option<u32>) -> Result<Done, Failure> {
    let (id, terms) = terms(read(file).await?)
        .map_err(|failure| Failure::Usage(format!("{}: {failure}", file.display())))?;
    let change = PublishOfferingRequest {
        request_id: api.request_id(),
        id: id.clone(),
        terms: Some(terms),
        expected_version: expect,
    };
    let position = ask!(api, catalogue.publish_offering, change)?.position;
    Ok(Done {
        what: "published",
        id,
        position,
    })
}

/// Reads a value from TOML, or from JSON where the file's name says so.
pub(super) async fn read(file: &Path) -> Result<Value, Failure> {
    let wrong =
        |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", file.display()));
    let text = tokio::fs::read_to_string(file)
        .await
        .map_err(|error| wrong(&error))?;
    if file
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        serde_json::from_str(&text).map_err(|error| wrong(&error))
    } else {
        toml::from_str(&text).map_err(|error| wrong(&error))
    }
}

/// An offering as a file says it: its id, and its terms beside it.
pub(crate) fn terms(mut value: Value) -> Result<(String, OfferingTerms), Failure> {
    let id = value.as_object_mut().and_then(|fields| fields.remove("id"));
    let id = id.as_ref().and_then(Value::as_str).unwrap_or_default();
    Ok((id.to_owned(), from_value(value)?))
}

async fn list(api: &Api, args: CatalogueListArgs, output: &mut Output) -> Result<(), Failure> {
    let question = ListOfferingsRequest {
        provider_id: args.provider,
        include_retired: args.retired,
        text: args.text,
        languages: args.languages,
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let all = args.page.all;
    let answer = paged!(api, catalogue.list_offerings, question, all, offerings).await?;
    output.answer(&answer, |output| {
        output.table(offerings_table(&answer.offerings))?;
        pages::more(&answer.next_page_token, output)
    })
}

fn show(offering: &Offering, output: &mut Output) -> Result<(), Failure> {
    let text = offering.text.clone().unwrap_or_default();
    let terms = offering.terms.clone().unwrap_or_default();
    let name = output.paint(Tone::Strong, text.name);
    output.line(name)?;
    let mut languages: Vec<_> = terms.texts.keys().map(String::as_str).collect();
    languages.sort_unstable();
    let retired = if offering.retired {
        format!("cannot be asked for any more: {}", offering.retire_reason)
    } else {
        String::new()
    };
    let version = if offering.version == offering.latest_version {
        offering.version.to_string()
    } else {
        format!("{} (now: {})", offering.version, offering.latest_version)
    };
    output.facts(&[
        ("offering", offering.id.clone()),
        ("retired", retired),
        ("offered by", terms.provider_id.clone()),
        ("version", version),
        ("published", output.when(offering.publish_time)),
        ("language", offering.chosen_language.clone()),
        ("there are", languages.join(", ")),
        ("what", text.description),
        ("promised", text.standard),
    ])?;
    let approvals = terms.approvals.iter().map(approval_line);
    for (number, line) in approvals.enumerate() {
        output.line(format_args!("\napproval {}: {line}", number + 1))?;
    }
    if !terms.plan.is_empty() {
        output.line("\nplan")?;
        output.table(plan_table(&terms.plan))?;
    }
    if terms.form.is_some() {
        output.line("\nform")?;
        output.value(&to_value(&terms)?["form"])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_offering_that_is_shipped_is_read_whole() {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/examples/new-employee.toml");
        let (id, terms) = terms(read(&file).await.unwrap()).unwrap();
        assert_eq!(
            (id.as_str(), terms.provider_id.as_str()),
            ("new-employee", "hr")
        );
        let mut languages: Vec<_> = terms.texts.keys().collect();
        languages.sort();
        assert_eq!(languages, ["ar", "en", "fa", "ja", "vi"]);
        assert_eq!((terms.approvals.len(), terms.plan.len()), (1, 5));
        assert!(terms.form.is_some());
    }

    #[test]
    fn a_field_nobody_knows_is_an_error() {
        let value = serde_json::json!({ "id": "laptop", "provider": "it" });
        let error = terms(value).unwrap_err();
        assert!(error.to_string().contains("provider"), "{error}");
    }
}
