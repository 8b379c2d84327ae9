//! A letter as mail servers carry it.

use std::time::{Duration, SystemTime};

use khidma_kernel::Timestamp;
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};

use crate::Post;
use crate::failed::Failed;

/// Tells answering machines not to answer (RFC 3834).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
const AUTO_RESPONSE_SUPPRESS: HeaderName =
    HeaderName::new_from_ascii_str("X-Auto-Response-Suppress");
const CONTENT_LANGUAGE: HeaderName = HeaderName::new_from_ascii_str("Content-Language");
const LIST_UNSUBSCRIBE: HeaderName = HeaderName::new_from_ascii_str("List-Unsubscribe");
const LIST_UNSUBSCRIBE_POST: HeaderName = HeaderName::new_from_ascii_str("List-Unsubscribe-Post");

/// Whom we write as.
pub(super) struct Writer {
    pub(super) from: Mailbox,
    pub(super) reply_to: Option<Mailbox>,
}

impl Writer {
    /// The letter, in every attempt with the same id and date, so that mail programs show it once. Letters about one
    /// request refer to one id and so stand together.
    pub(super) fn write(
        &self,
        to: &Address,
        post: &Post<'_>,
        unsubscribe: Option<&str>,
    ) -> Result<Vec<u8>, Failed> {
        let letter = post.letter;
        let language = letter.language;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(in_one_line(&letter.subject))
            .date(date(post.at))
            .message_id(Some(self.id(&post.id.to_string())))
            .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".into()))
            .raw_header(HeaderValue::new(AUTO_RESPONSE_SUPPRESS, "All".into()))
            .raw_header(HeaderValue::new(CONTENT_LANGUAGE, language.into()));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        if let Some(request) = &post.message.request {
            builder = builder.references(self.id(&format!("request-{request}")));
        }
        if let Some(link) = unsubscribe {
            let click = "List-Unsubscribe=One-Click".into();
            builder = builder
                .raw_header(HeaderValue::new(LIST_UNSUBSCRIBE, format!("<{link}>")))
                .raw_header(HeaderValue::new(LIST_UNSUBSCRIBE_POST, click));
        }
        let bodies = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        let message = builder.multipart(bodies).map_err(|error| {
            Failed::never("rejected", format!("no letter can be made: {error}"))
        })?;
        Ok(message.formatted())
    }

    fn id(&self, name: &str) -> String {
        format!("<{name}@{}>", self.from.email.domain())
    }
}

/// A subject is one line: what would end it is a space.
fn in_one_line(subject: &str) -> String {
    let line = subject
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    line.collect()
}

fn date(at: Timestamp) -> SystemTime {
    let micros = u64::try_from(at.as_micros()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_micros(micros)
}
