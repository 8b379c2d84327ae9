//! `khidma notification deliveries`, `delivery` and `replay`: what became of messages.

use khidma_proto::notifications::{
    DeliveryState, GetDeliveryRequest, ListDeliveriesRequest, ReplayDeliveryRequest,
};
use serde_json::json;

use crate::ask;
use crate::cli::{DeliveriesArgs, ReplayArgs};
use crate::client::Api;
use crate::commands::done::Done;
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, deliveries_table, delivery_facts, letter};
use crate::words::numbers;

pub(super) async fn list(
    api: &Api,
    args: DeliveriesArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = ListDeliveriesRequest {
        states: numbers(&args.states),
        channel: args.channel.map(Into::into).unwrap_or_default(),
        person_id: args.person,
        endpoint_id: args.endpoint,
        service_request_id: args.request,
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let all = args.page.all;
    let answer = paged!(api, deliveries.list_deliveries, question, all, deliveries).await?;
    output.answer(&answer, |output| {
        output.table(deliveries_table(output, &answer.deliveries))?;
        pages::more(&answer.next_page_token, output)
    })
}

pub(super) async fn show(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let question = GetDeliveryRequest {
        id,
        min_position: 0,
    };
    let answer = ask!(api, deliveries.get_delivery, question)?;
    output.answer(&answer, |output| {
        let delivery = answer.delivery.clone().unwrap_or_default();
        let facts = delivery_facts(output, &delivery);
        output.facts(&facts)?;
        match &answer.letter {
            Some(said) => {
                output.line("")?;
                letter(output, said)
            }
            None => Ok(()),
        }
    })
}

pub(super) async fn replay(
    api: &Api,
    args: ReplayArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let ids = if args.ids.is_empty() {
        dead(api, &args).await?
    } else {
        args.ids
    };
    let (mut replayed, mut position) = (Vec::new(), 0);
    for id in ids {
        let wish = ReplayDeliveryRequest {
            request_id: api.request_id(),
            id: id.clone(),
        };
        position = ask!(api, deliveries.replay_delivery, wish)?.position;
        if !output.is_json() {
            let (what, id) = ("replayed", id.clone());
            Done { what, id, position }.print(output)?;
        }
        replayed.push(id);
    }
    if output.is_json() {
        return output.value(&json!({ "ids": replayed, "position": position }));
    }
    if replayed.is_empty() {
        output.line("nothing is dead there")?;
    }
    Ok(())
}

/// Those that are not tried any more, of the endpoint or channel that is said.
async fn dead(api: &Api, args: &ReplayArgs) -> Result<Vec<String>, Failure> {
    let question = ListDeliveriesRequest {
        states: vec![DeliveryState::Dead.into()],
        channel: args.channel.map(Into::into).unwrap_or_default(),
        endpoint_id: args.endpoint.clone().unwrap_or_default(),
        ..ListDeliveriesRequest::default()
    };
    let found = paged!(api, deliveries.list_deliveries, question, true, deliveries).await?;
    Ok(found.deliveries.into_iter().map(|one| one.id).collect())
}
