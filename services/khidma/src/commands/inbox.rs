//! `khidma inbox`.

use khidma_proto::notifications::{
    ArchiveRequest, CountUnreadRequest, CountUnreadResponse, ListInboxRequest, MarkReadRequest,
    MarkSeenRequest, WatchInboxRequest,
};

use crate::cli::{InboxArgs, InboxChange, InboxList};
use crate::client::{Api, Resume};
use crate::commands::done::Done;
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::output::{Output, Tone, inbox_line, inbox_table, inbox_text};
use crate::{ask, open};

pub(super) async fn run(api: &Api, args: InboxArgs, output: &mut Output) -> Result<(), Failure> {
    match args.change {
        Some(command) => change(api, command).await?.print(output),
        None if args.list.watch => watch(api, args.list.text, output).await,
        None => list(api, args.list, output).await,
    }
}

async fn change(api: &Api, command: InboxChange) -> Result<Done, Failure> {
    let request_id = api.request_id();
    let (what, ids, position) = match command {
        InboxChange::Read { ids } => {
            let sent = ids.clone();
            let wish = MarkReadRequest { request_id, ids };
            ("read", sent, ask!(api, inbox.mark_read, wish)?.position)
        }
        InboxChange::Seen { ids } => {
            let sent = ids.clone();
            let wish = MarkSeenRequest { request_id, ids };
            ("seen", sent, ask!(api, inbox.mark_seen, wish)?.position)
        }
        InboxChange::Archive { ids } => {
            let sent = ids.clone();
            let wish = ArchiveRequest { request_id, ids };
            ("archived", sent, ask!(api, inbox.archive, wish)?.position)
        }
    };
    let id = ids.join(" ");
    Ok(Done { what, id, position })
}

async fn list(api: &Api, args: InboxList, output: &mut Output) -> Result<(), Failure> {
    let question = ListInboxRequest {
        unread_only: args.unread,
        include_archived: args.archived,
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
        language: args.language,
    };
    let answer = paged!(api, inbox.list_inbox, question, args.page.all, messages).await?;
    if output.is_json() {
        return output.answer(&answer, |_| Ok(()));
    }
    if args.text {
        let messages = &answer.messages;
        messages
            .iter()
            .try_for_each(|one| inbox_text(output, one))?;
    } else {
        output.table(inbox_table(output, &answer.messages))?;
    }
    pages::more(&answer.next_page_token, output)?;
    let min_position = answer.position;
    let count = ask!(api, inbox.count_unread, CountUnreadRequest { min_position })?;
    let line = output.paint(Tone::Faint, how_many(&count));
    output.line(line)
}

fn how_many(count: &CountUnreadResponse) -> String {
    match (count.unread, count.unseen) {
        (0, _) => "all is read".to_owned(),
        (unread, 0) => format!("{unread} not read"),
        (unread, unseen) => format!("{unread} not read, {unseen} of them not seen"),
    }
}

/// Goes on where it was after a lost connection; ends when the server stays away.
async fn watch(api: &Api, text: bool, output: &mut Output) -> Result<(), Failure> {
    let mut from = WatchInboxRequest { after_position: 0 };
    let mut resume = Resume::default();
    while let Err(failure) = follow(api, text, &mut from, &mut resume, output).await {
        resume.after(failure).await?;
    }
    Ok(())
}

async fn follow(
    api: &Api,
    text: bool,
    from: &mut WatchInboxRequest,
    resume: &mut Resume,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut stream = open!(api, inbox.watch_inbox, *from)?;
    resume.opened();
    while let Some(change) = stream.message().await? {
        output.item(&change, |output| match &change.message {
            Some(message) if text => inbox_text(output, message),
            Some(message) => inbox_line(output, message),
            None => Ok(()),
        })?;
        from.after_position = change.position;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_counted_in_words() {
        let said = |unread, unseen| {
            how_many(&CountUnreadResponse {
                unread,
                unseen,
                position: 7,
            })
        };
        assert_eq!(said(0, 0), "all is read");
        assert_eq!(said(3, 0), "3 not read");
        assert_eq!(said(3, 2), "3 not read, 2 of them not seen");
    }
}
