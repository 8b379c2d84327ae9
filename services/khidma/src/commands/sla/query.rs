//! Clocks, breaches, explanations.

use khidma_edge::instant::time_out;
use khidma_proto::sla::{ExplainRequest, ListBreachesRequest, ListClocksRequest};

use super::numbers;
use crate::cli::{Page, SlaBreachesArgs, SlaExplainArgs};
use crate::client::Api;
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, breaches_table, clocks_table, explanation};

/// Intervals that are asked for at once.
const AT_ONCE: i32 = 1000;

pub(super) async fn clocks(
    api: &Api,
    id: String,
    page: Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = ListClocksRequest {
        service_request_id: id,
        page_size: page.page_size,
        page_token: page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, clocks.list_clocks, question, page.all, clocks).await?;
    output.answer(&answer, |output| {
        output.table(clocks_table(output, &answer.clocks, false))?;
        pages::more(&answer.next_page_token, output)
    })
}

pub(super) async fn breaches(
    api: &Api,
    args: SlaBreachesArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = ListBreachesRequest {
        from: args.from.map(time_out),
        to: args.to.map(time_out),
        department_ids: args.departments,
        metrics: numbers(&args.metrics),
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, clocks.list_breaches, question, args.page.all, breaches).await?;
    output.answer(&answer, |output| {
        output.table(breaches_table(output, &answer.breaches))?;
        pages::more(&answer.next_page_token, output)
    })
}

pub(super) async fn explain(
    api: &Api,
    args: SlaExplainArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let SlaExplainArgs {
        id, metric, limit, ..
    } = args;
    let clocks = match metric {
        Some(metric) => vec![(metric.into(), args.number)],
        None => {
            let question = ListClocksRequest {
                service_request_id: id.clone(),
                ..ListClocksRequest::default()
            };
            let answer = paged!(api, clocks.list_clocks, question, true, clocks).await?;
            let clocks = answer.clocks.iter();
            clocks.map(|clock| (clock.metric, clock.number)).collect()
        }
    };
    if clocks.is_empty() && !output.is_json() {
        return output.line("nothing is promised for this request");
    }
    for (metric, number) in clocks {
        let first = limit.and_then(|limit| i32::try_from(limit.max(1)).ok());
        let question = ExplainRequest {
            service_request_id: id.clone(),
            metric,
            number,
            page_size: first.map_or(AT_ONCE, |first| first.min(AT_ONCE)),
            ..ExplainRequest::default()
        };
        let answer = paged!(api, clocks.explain, question, limit.is_none(), intervals).await?;
        output.item(&answer, |output| explanation(output, &answer))?;
    }
    Ok(())
}
