//! `khidma notification preview`: from the texts of this program, without a server.

use khidma_calendar::time_zone;
use khidma_events::notifications::MessageKind;
use khidma_notifications_texts::{CURRENT, Links, Reader, language_for, render, sample};
use khidma_proto::notifications::{Letter, PreviewMessageResponse};

use crate::cli::PreviewArgs;
use crate::failure::Failure;
use crate::output::{Output, letter};
use crate::words::Word;

pub(super) fn run(args: &PreviewArgs, output: &mut Output) -> Result<(), Failure> {
    let preview = preview(args)?;
    output.answer(&preview, |output| match &preview.letter {
        Some(shown) if args.html => output.text(&shown.html),
        Some(shown) => letter(output, shown),
        None => Ok(()),
    })
}

fn preview(args: &PreviewArgs) -> Result<PreviewMessageResponse, Failure> {
    let word = khidma_proto::notifications::MessageKind::word(args.kind.into());
    let unknown = || Failure::Usage(format!("there are no texts for {word}"));
    let kind = MessageKind::parse(&word).ok_or_else(unknown)?;
    let reader = Reader {
        language: language_for([args.locale.as_str()]),
        time_zone: args.time_zone.as_deref(),
    };
    let links = Links {
        unsubscribe: Some("https://khidma.example.org/unsubscribe".to_owned()),
        open: None,
        answer: None,
    };
    if let Some(unknown) = reader.time_zone.filter(|zone| time_zone(zone).is_none()) {
        let message = format!("--time-zone: there is none with the name {unknown:?}");
        return Err(Failure::Usage(message));
    }
    let written = render(&sample(kind), &reader, &links, CURRENT)
        .map_err(|error| Failure::Local(error.to_string()))?;
    let letter = Letter {
        subject: written.subject,
        text: written.text,
        language: written.language.to_owned(),
        right_to_left: written.right_to_left,
        html: written.html,
    };
    Ok(PreviewMessageResponse {
        letter: Some(letter),
        texts_version: CURRENT,
    })
}
