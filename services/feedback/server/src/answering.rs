//! The page to which the link in a question's message leads. Who has the link may do just what it names: answer that one
//! question, once. Looking answers nothing, as programs that guard mailboxes look by themselves.

mod page;
mod words;

use std::sync::Arc;

use http::{HeaderValue, Method, Response, StatusCode, header};
use khidma_edge::Deps;
use khidma_edge::server::{Visit, plain};
use khidma_engine::{Ask, CommandError, Engine, entity_key};
use khidma_events::feedback::question_entity;
use khidma_feedback_domain::question::{
    Proof, Question, QuestionCommand, QuestionDecider, QuestionRefusal, Reply, Standing,
};
use khidma_kernel::{QuestionId, derived_id};
use khidma_projection::{Projection, Reader, RowError};
use khidma_runtime::Clock;

use self::page::{Asked, form, leads_nowhere, note};
use self::words::{Words, words_for};
use crate::keys;
use crate::views::{DepartmentRow, PersonRow, QuestionRow, RequestRow};

/// Bytes of a form that are read: the longest comment, each byte of it written as three.
pub(crate) const MOST_BYTES: usize = 64 << 10;

/// Takes answers by links.
#[derive(Clone)]
pub(crate) struct Answering(Arc<Inner>);

struct Inner {
    engine: Engine<QuestionDecider>,
    projection: Projection,
    clock: Clock,
}

/// A question that is there, in the language of whom it was put to.
struct Found {
    question: Question,
    words: &'static Words,
    title: String,
    provider: String,
}

impl Answering {
    pub(crate) fn new(deps: &Deps, projection: &Projection) -> Self {
        Self(Arc::new(Inner {
            engine: deps.engine(projection),
            projection: projection.clone(),
            clock: deps.clock.clone(),
        }))
    }

    /// Answers who follows a link.
    pub(crate) async fn answer(self, visit: Visit) -> Response<String> {
        let link = visit.rest.split_once('/');
        let named = link.and_then(|(id, secret)| Some((id.parse::<QuestionId>().ok()?, secret)));
        let Some((id, secret)) = named else {
            return page(StatusCode::NOT_FOUND, leads_nowhere());
        };
        let found = match self.0.find(id) {
            Ok(found) => found.filter(|found| found.question.opens_with(secret)),
            Err(error) => {
                tracing::warn!(%error, "a question could not be shown");
                return plain(StatusCode::SERVICE_UNAVAILABLE);
            }
        };
        let Some(found) = found else {
            return page(StatusCode::NOT_FOUND, leads_nowhere());
        };
        match visit.method {
            Method::GET | Method::HEAD => self.0.show(&found),
            Method::POST => self.0.take(id, secret, &found, &visit.body).await,
            _ => {
                let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED);
                let allowed = HeaderValue::from_static("GET, HEAD, POST");
                answer.headers_mut().insert(header::ALLOW, allowed);
                answer
            }
        }
    }
}

impl Inner {
    fn find(&self, id: QuestionId) -> Result<Option<Found>, RowError> {
        let reader = self.projection.reader();
        let row: Option<QuestionRow> = reader.get(&entity_key(&question_entity(id)))?;
        let Some(question) = row.and_then(|row| row.state) else {
            return Ok(None);
        };
        let subject = &question.subject;
        let person: Option<PersonRow> = match &subject.person {
            Some(person) => reader.get(&keys::person(person))?,
            None => None,
        };
        let request: Option<RequestRow> = reader.get(&keys::request(subject.request))?;
        let provider: Option<DepartmentRow> = reader.get(&keys::department(&subject.provider))?;
        let name = provider.map(|row| row.name).filter(|name| !name.is_empty());
        Ok(Some(Found {
            words: words_for(&person.map(|row| row.languages).unwrap_or_default()),
            title: request.map(|row| row.title).unwrap_or_default(),
            provider: name.unwrap_or_else(|| subject.provider.to_string()),
            question,
        }))
    }

    fn show(&self, found: &Found) -> Response<String> {
        let (words, question) = (found.words, &found.question);
        match question.standing {
            Standing::Open if question.is_open(self.clock.now()) => {
                page(StatusCode::OK, form(&asked(found, "", None)))
            }
            Standing::Open | Standing::Expired => gone(words, words.expired),
            Standing::Answered | Standing::Imported => gone(words, words.answered),
            Standing::Withdrawn => gone(words, words.withdrawn),
        }
    }

    async fn take(
        &self,
        id: QuestionId,
        secret: &str,
        found: &Found,
        body: &[u8],
    ) -> Response<String> {
        let words = found.words;
        let said = reply(body);
        // The same form again, as when a page is loaded anew, is the same answer.
        let key = derived_id(&[b"answer by link", id.0.as_bytes(), secret.as_bytes(), body]);
        let ask = Ask::by_itself("feedback", question_entity(id), key);
        let command = QuestionCommand::Answer {
            proof: Proof::Link(secret.to_owned()),
            reply: said.clone(),
        };
        let done = self.engine.execute(ask, |_: &Reader| Ok(command.clone()));
        let refusal = match done.await {
            Ok(_) => return page(StatusCode::OK, note(words, words.thanks)),
            Err(CommandError::Refused(refusal)) => refusal,
            Err(error) => {
                tracing::warn!(%error, "an answer could not be taken");
                return plain(StatusCode::SERVICE_UNAVAILABLE);
            }
        };
        let wrong = match refusal {
            QuestionRefusal::AlreadyAnswered => return gone(words, words.answered),
            QuestionRefusal::Expired => return gone(words, words.expired),
            QuestionRefusal::Withdrawn => return gone(words, words.withdrawn),
            QuestionRefusal::CommentTooLong { .. } => words.too_long,
            QuestionRefusal::ScoreOutOfRange => words.choose,
            _ => words.not_so,
        };
        let again = asked(found, &said.comment, Some(wrong));
        page(StatusCode::UNPROCESSABLE_ENTITY, form(&again))
    }
}

fn asked<'a>(found: &'a Found, comment: &'a str, wrong: Option<&'static str>) -> Asked<'a> {
    Asked {
        words: found.words,
        title: &found.title,
        provider: &found.provider,
        effort: found.question.effort,
        comment,
        wrong,
    }
}

/// What a form says. What is no number is no score.
fn reply(body: &[u8]) -> Reply {
    let mut reply = Reply::default();
    for (name, value) in url::form_urlencoded::parse(body) {
        match &*name {
            "score" => reply.score = value.parse().unwrap_or_default(),
            // Not saying it is one of the choices.
            "effort" if value.is_empty() => reply.effort = None,
            "effort" => reply.effort = Some(value.parse().unwrap_or_default()),
            "comment" => reply.comment = value.into_owned(),
            _ => {}
        }
    }
    reply
}

fn gone(words: &'static Words, text: &'static str) -> Response<String> {
    page(StatusCode::GONE, note(words, text))
}

fn page(status: StatusCode, text: String) -> Response<String> {
    let mut answer = Response::new(text);
    *answer.status_mut() = status;
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, html);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let said = reply("score=4&effort=&comment=%D8%B4%DA%A9%D8%B1%21+a%0D%0Ab&x=y".as_bytes());
        assert_eq!((said.score, said.effort), (4, None));
        assert_eq!(said.comment, "شکر! a\r\nb");
        assert_eq!(reply(b"effort=9").effort, Some(9));
        for nonsense in [
            &b""[..],
            b"score=",
            b"score=five",
            b"score=-1",
            b"\xff\xfe",
            b"&&=&",
        ] {
            assert_eq!(reply(nonsense).score, 0);
        }
    }

    #[test]
    fn the_longest_comment_fits_a_form() {
        let longest = "\u{1F642}".repeat(khidma_feedback_domain::question::COMMENT);
        let sent: String = url::form_urlencoded::byte_serialize(longest.as_bytes()).collect();
        assert!(sent.len() + 100 < MOST_BYTES, "{}", sent.len());
    }
}
