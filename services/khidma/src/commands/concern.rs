//! `khidma concern`.

use khidma_proto::requests::{
    FollowConcernRequest, ListOutcomesRequest, RaiseAnonymousConcernRequest, RaiseConcernRequest,
    ReplyToConcernRequest, State,
};

use super::pages::{self, paged};
use crate::ask;
use crate::cli::{ConcernCommand, Page, RaiseArgs};
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, Tone, outcomes_table, timeline_table};
use crate::words::Word;

pub(super) async fn run(
    api: &Api,
    command: ConcernCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        ConcernCommand::Raise(args) if args.anonymous => raise_anonymously(api, args, output).await,
        ConcernCommand::Raise(args) => raise(api, args, output).await,
        ConcernCommand::Follow { word } => follow(api, word, output).await,
        ConcernCommand::Reply { word, text } => reply(api, word, text, output).await,
        ConcernCommand::Outcomes { department, page } => {
            outcomes(api, department, page, output).await
        }
    }
}

async fn raise(api: &Api, args: RaiseArgs, output: &mut Output) -> Result<(), Failure> {
    let concern = RaiseConcernRequest {
        request_id: api.request_id(),
        provider_id: args.about.clone(),
        offering: args.offering,
        title: args.title,
        description: args.description,
        similar_to_ids: args.similar_to,
    };
    let answer = ask!(api, concerns.raise_concern, concern)?;
    output.answer(&answer, |output| {
        output.line(format_args!("{} has your concern", args.about))?;
        output.facts(&[
            ("concern", answer.id.clone()),
            ("position", answer.position.to_string()),
            ("follow it", format!("khidma request watch {}", answer.id)),
        ])
    })
}

async fn raise_anonymously(api: &Api, args: RaiseArgs, output: &mut Output) -> Result<(), Failure> {
    let concern = RaiseAnonymousConcernRequest {
        request_id: api.request_id(),
        provider_id: args.about.clone(),
        offering: args.offering,
        title: args.title,
        description: args.description,
    };
    let answer = ask!(api, concerns.raise_anonymous_concern, concern)?;
    output.answer(&answer, |output| {
        let word = output.paint(Tone::Strong, &answer.follow_word);
        let from = &args.about;
        output.line(format_args!("{from} has the concern, and not whose it is"))?;
        output.facts(&[
            ("word", word),
            ("follow it", format!("khidma concern follow {}", answer.follow_word)),
        ])?;
        let keep = "Keep the word to yourself: it is the only way to follow the concern, and is kept nowhere else.";
        output.line(output.paint(Tone::Care, keep))
    })
}

async fn follow(api: &Api, word: String, output: &mut Output) -> Result<(), Failure> {
    let question = FollowConcernRequest {
        follow_word: word,
        page_size: 0,
        page_token: String::new(),
        min_position: 0,
    };
    let answer = paged!(api, concerns.follow_concern, question, true, entries).await?;
    output.answer(&answer, |output| {
        output.line(output.paint(Tone::Strong, &answer.title))?;
        let outcome = answer.outcome.clone().unwrap_or_default();
        output.facts(&[
            ("state", State::word(answer.state)),
            ("about", answer.provider_id.clone()),
            ("offering", answer.offering.clone()),
            ("what came of it", outcome.outcome),
        ])?;
        output.table(timeline_table(output, &answer.entries))
    })
}

async fn reply(api: &Api, word: String, text: String, output: &mut Output) -> Result<(), Failure> {
    let reply = ReplyToConcernRequest {
        request_id: api.request_id(),
        follow_word: word,
        text,
    };
    let answer = ask!(api, concerns.reply_to_concern, reply)?;
    output.answer(&answer, |output| {
        output.line(output.paint(Tone::Good, "replied"))
    })
}

async fn outcomes(
    api: &Api,
    provider_id: String,
    page: Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = ListOutcomesRequest {
        provider_id,
        page_size: page.page_size,
        page_token: page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, concerns.list_outcomes, question, page.all, outcomes).await?;
    output.answer(&answer, |output| {
        output.table(outcomes_table(&answer.outcomes))?;
        pages::more(&answer.next_page_token, output)
    })
}
