//! `khidma notification endpoint`.

use khidma_proto::notifications::{
    ChangeEndpointRequest, ListEndpointsRequest, RegisterEndpointRequest, RemoveEndpointRequest,
    RotateSecretRequest, SetEndpointEnabledRequest, register_endpoint_request::Owner,
};
use serde_json::json;

use crate::ask;
use crate::cli::{EndpointArgs, EndpointCommand, Page, Target};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, Tone, endpoints_table};
use crate::words::numbers;

pub(super) async fn run(
    api: &Api,
    command: EndpointCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        EndpointCommand::Add(args) => add(api, args, output).await,
        EndpointCommand::List { page } => list(api, page, output).await,
        EndpointCommand::Change { id, target } => change(api, id, target).await?.print(output),
        EndpointCommand::Rotate { id } => rotate(api, id, output).await,
        EndpointCommand::Enable { id } => {
            let enabled = true;
            change!(api, deliveries.set_endpoint_enabled(
                SetEndpointEnabledRequest { id, enabled }) => "enabled")?
            .print(output)
        }
        EndpointCommand::Disable { id } => {
            let enabled = false;
            change!(api, deliveries.set_endpoint_enabled(
                SetEndpointEnabledRequest { id, enabled }) => "disabled")?
            .print(output)
        }
        EndpointCommand::Remove { id } => {
            change!(api, deliveries.remove_endpoint(RemoveEndpointRequest { id }) => "removed")?
                .print(output)
        }
    }
}

async fn add(api: &Api, args: EndpointArgs, output: &mut Output) -> Result<(), Failure> {
    let owner = match (args.department, args.person) {
        (Some(department), _) => Some(Owner::DepartmentId(department)),
        (None, person) => person.map(Owner::PersonId),
    };
    let wish = RegisterEndpointRequest {
        request_id: api.request_id(),
        id: args.id.clone(),
        owner,
        kind: args.kind.into(),
        url: url(args.target.url)?,
        kinds: numbers(&args.target.kinds),
        language: args.target.language,
    };
    let answer = ask!(api, deliveries.register_endpoint, wish)?;
    let (what, id, position) = ("added", args.id, answer.position);
    let done = Done { what, id, position };
    show_secret(&done, &answer.secret, None, output)
}

async fn rotate(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let wish = RotateSecretRequest {
        request_id: api.request_id(),
        id: id.clone(),
    };
    let answer = ask!(api, deliveries.rotate_secret, wish)?;
    let (what, position) = ("rotated", answer.position);
    let until = output.when(answer.old_until);
    let done = Done { what, id, position };
    show_secret(&done, &answer.secret, Some(until), output)
}

/// The secret that is shown this once, where there is one.
fn show_secret(
    done: &Done,
    secret: &str,
    old_until: Option<String>,
    output: &mut Output,
) -> Result<(), Failure> {
    if output.is_json() {
        let Done { id, position, .. } = done;
        return output.value(&json!({ "id": id, "position": position, "secret": secret }));
    }
    done.print(output)?;
    if secret.is_empty() {
        return Ok(());
    }
    output.facts(&[
        ("secret", secret.to_owned()),
        (
            "the one before signs too, until",
            old_until.unwrap_or_default(),
        ),
    ])?;
    let once = output.paint(
        Tone::Care,
        "It is not shown again: keep it where the receiver reads it.",
    );
    output.line(format_args!("  {once}"))
}

async fn change(api: &Api, id: String, target: Target) -> Result<Done, Failure> {
    let (url, kinds, language) = (url(target.url)?, numbers(&target.kinds), target.language);
    change!(api, deliveries.change_endpoint(
        ChangeEndpointRequest { id, url, kinds, language }) => "changed")
}

/// What is said, or what stands on standard input.
fn url(said: String) -> Result<String, Failure> {
    if said != "-" {
        return Ok(said);
    }
    let read = std::io::read_to_string(std::io::stdin());
    let read = read.map_err(|error| Failure::Usage(format!("standard input: {error}")))?;
    Ok(read.trim().to_owned())
}

async fn list(api: &Api, page: Page, output: &mut Output) -> Result<(), Failure> {
    let question = ListEndpointsRequest {
        page_size: page.page_size,
        page_token: page.page_token,
        min_position: 0,
    };
    let answer = paged!(
        api,
        deliveries.list_endpoints,
        question,
        page.all,
        endpoints
    )
    .await?;
    output.answer(&answer, |output| {
        output.table(endpoints_table(&answer.endpoints))?;
        pages::more(&answer.next_page_token, output)
    })
}
