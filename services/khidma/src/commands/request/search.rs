//! Finding requests by the words in them.

use khidma_edge::instant::time_out;
use khidma_proto::requests::SearchRequestsRequest;

use crate::cli::SearchArgs;
use crate::client::Api;
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, found};

pub(super) async fn run(api: &Api, args: SearchArgs, output: &mut Output) -> Result<(), Failure> {
    let question = SearchRequestsRequest {
        query: args.words.join(" "),
        provider_id: args.department,
        requester_id: args.requester,
        assignee_id: args.assignee,
        states: args.states.iter().map(|state| (*state).into()).collect(),
        offering: args.offering,
        tag: args.tag,
        submitted_from: args.from.map(time_out),
        submitted_to: args.to.map(time_out),
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, search.search_requests, question, args.page.all, hits).await?;
    output.answer(&answer, |output| {
        found(output, &answer.hits)?;
        pages::more(&answer.next_page_token, output)
    })
}
