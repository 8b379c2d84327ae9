//! `khidma notification announce` and `standards-reminder`.

use khidma_edge::instant::time_out;
use khidma_proto::notifications::{AnnounceRequest, AnnouncementText, SetStandardsReminderRequest};

use crate::ask;
use crate::cli::{AnnounceArgs, ReminderArgs};
use crate::client::Api;
use crate::commands::done::Done;
use crate::failure::Failure;

pub(super) async fn run(api: &Api, args: AnnounceArgs) -> Result<Done, Failure> {
    let mut texts = vec![AnnouncementText {
        language: args.language,
        title: args.title,
        text: args.text,
    }];
    // The parser takes them by threes.
    texts.extend(args.also.chunks_exact(3).map(|one| AnnouncementText {
        language: one[0].clone(),
        title: one[1].clone(),
        text: one[2].clone(),
    }));
    let wish = AnnounceRequest {
        request_id: api.request_id(),
        department_id: args.department,
        to_department_ids: args.to,
        texts,
        urgent: args.urgent,
    };
    let answer = ask!(api, preferences.announce, wish)?;
    Ok(Done {
        what: "announced",
        id: answer.id,
        position: answer.position,
    })
}

pub(super) async fn remind(api: &Api, args: ReminderArgs) -> Result<Done, Failure> {
    let wish = SetStandardsReminderRequest {
        request_id: api.request_id(),
        department_id: args.department.clone(),
        every_days: args.every.unwrap_or_default(),
        first: args.first.map(time_out),
    };
    let position = ask!(api, preferences.set_standards_reminder, wish)?.position;
    let what = if args.never {
        "no longer reminded:"
    } else {
        "reminded:"
    };
    let id = args.department;
    Ok(Done { what, id, position })
}
