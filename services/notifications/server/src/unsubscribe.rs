//! Unsubscribing with one click (RFC 8058): the page to which the link in an e-mail leads, and which mail programs call by
//! themselves. Who has the link may do just what it names: no more e-mail of one kind to one person.

use std::sync::Arc;

use http::{HeaderValue, Method, Response, StatusCode, header};
use khidma_edge::Deps;
use khidma_edge::server::{Visit, plain};
use khidma_engine::{Ask, CommandError, Engine};
use khidma_events::notifications::{MessageKind, preferences_entity};
use khidma_kernel::PersonId;
use khidma_notifications_channels::Keyring;
use khidma_notifications_domain::preferences::{PreferencesCommand, PreferencesDecider};
use khidma_notifications_texts::{is_right_to_left, language_for};
use khidma_projection::{Projection, Reader};
use khidma_runtime::Clock;

use crate::keys;
use crate::views::{PersonRow, reach};

/// Below which the links lie; what follows is the token.
pub(crate) const PATH: &str = "/unsubscribe/";

/// What a mail program sends for a click.
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// What the page says: what it is for, its button, that it is done.
struct Words {
    question: &'static str,
    button: &'static str,
    done: &'static str,
}

/// Takes unsubscriptions.
#[derive(Clone)]
pub(crate) struct Unsubscribing(Arc<Inner>);

struct Inner {
    engine: Engine<PreferencesDecider>,
    projection: Projection,
    keyring: Keyring,
    clock: Clock,
}

impl Unsubscribing {
    /// By links that `keyring` has signed.
    pub(crate) fn new(deps: &Deps, projection: &Projection, keyring: Keyring) -> Self {
        Self(Arc::new(Inner {
            engine: deps.engine(projection),
            projection: projection.clone(),
            keyring,
            clock: deps.clock.clone(),
        }))
    }

    /// Answers who follows a link: looking changes nothing, as programs look by themselves; a click does.
    pub(crate) async fn answer(self, visit: Visit) -> Response<String> {
        let named = self.0.keyring.read_unsubscribe_token(&visit.rest);
        let Some((person, kind)) = named else {
            return plain(StatusCode::NOT_FOUND);
        };
        match visit.method {
            Method::GET | Method::HEAD => self.0.page(&person, false),
            Method::POST if !is_click(&visit.body) => plain(StatusCode::BAD_REQUEST),
            Method::POST => match self.0.unsubscribe(&person, kind).await {
                Ok(()) => self.0.page(&person, true),
                Err(error) => {
                    tracing::warn!(%error, "somebody could not be unsubscribed");
                    plain(StatusCode::SERVICE_UNAVAILABLE)
                }
            },
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
    async fn unsubscribe(
        &self,
        person: &PersonId,
        kind: MessageKind,
    ) -> Result<(), Box<CommandError<<PreferencesDecider as khidma_kernel::Decider>::Refusal>>>
    {
        // A key for each click: who wanted such e-mail again meanwhile may click again.
        let entity = preferences_entity(person);
        let ask = Ask::by_itself("notifications", entity, self.clock.new_id());
        let body = |reader: &Reader| {
            let reach = reach(reader, person, kind)?;
            Ok(PreferencesCommand::Unsubscribe {
                kind,
                usual: reach.map(|reach| reach.channels).unwrap_or_default(),
            })
        };
        self.engine.execute(ask, body).await?;
        Ok(())
    }

    /// The page, in the language of whom the link was written to.
    fn page(&self, person: &PersonId, done: bool) -> Response<String> {
        let row = self.projection.reader().get(&keys::person(person));
        let row: Option<PersonRow> = row.unwrap_or_default();
        let languages = row.map(|row| row.profile.languages).unwrap_or_default();
        let language = language_for(languages.iter().map(String::as_str));
        let words = words(language);
        let direction = if is_right_to_left(language) {
            "rtl"
        } else {
            "ltr"
        };
        let (name, value) = ONE_CLICK;
        let said = match done {
            true => format!("<p>{}</p>", words.done),
            false => format!(
                "<p>{}</p><form method=\"post\"><input type=\"hidden\" name=\"{name}\" value=\"{value}\">\
                 <button>{}</button></form>",
                words.question, words.button
            ),
        };
        let mut answer = Response::new(format!(
            "<!doctype html><html lang=\"{language}\" dir=\"{direction}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>Khidma</title>\
             <style>body{{font:1.1em sans-serif;max-width:34em;margin:4em auto;padding:0 1em}}\
             button{{font:inherit;padding:.5em 1em}}</style></head><body>{said}</body></html>\n"
        ));
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        answer.headers_mut().insert(header::CONTENT_TYPE, html);
        answer
    }
}

/// Whether a form says that it was clicked, as a list of pairs or in parts, as RFC 8058 §3.2 has both.
fn is_click(body: &[u8]) -> bool {
    let (name, value) = ONE_CLICK;
    let Ok(text) = std::str::from_utf8(body) else {
        return false;
    };
    let pair = format!("{name}={value}");
    let pairs = text.trim().split('&').any(|said| said == pair);
    let part = format!("name=\"{name}\"");
    let parts = text.split("\r\n--").any(|said| {
        let content = said.split_once("\r\n\r\n");
        content.is_some_and(|(head, content)| head.contains(&part) && content.trim() == value)
    });
    pairs || parts
}

fn words(language: &str) -> Words {
    match language {
        "ar" => Words {
            question: "هل تودّ التوقف عن تلقي هذا النوع من الرسائل بالبريد الإلكتروني؟",
            button: "إلغاء الاشتراك",
            done: "تم. لن تصلك رسائل من هذا النوع بالبريد الإلكتروني بعد الآن.",
        },
        "fa" => Words {
            question: "آیا می‌خواهید دیگر این نوع پیام را با ایمیل دریافت نکنید؟",
            button: "لغو اشتراک",
            done: "انجام شد. دیگر پیامی از این نوع با ایمیل برای شما فرستاده نمی‌شود.",
        },
        "vi" => Words {
            question: "Bạn có muốn ngừng nhận loại tin này qua email không?",
            button: "Hủy đăng ký",
            done: "Đã xong. Bạn sẽ không còn nhận loại tin này qua email nữa.",
        },
        "ja" => Words {
            question: "この種類のお知らせをメールで受け取るのをやめますか。",
            button: "配信を停止する",
            done: "配信を停止しました。今後、この種類のお知らせはメールでは届きません。",
        },
        _ => Words {
            question: "Do you want to get no more messages of this kind by e-mail?",
            button: "Unsubscribe",
            done: "Done. Messages of this kind will not come by e-mail any more.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_is_told_as_pairs_or_in_parts() {
        let parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        for said in [
            "List-Unsubscribe=One-Click",
            "a=b&List-Unsubscribe=One-Click\n",
            parts,
        ] {
            assert!(is_click(said.as_bytes()), "{said}");
        }
        let other = parts.replace("One-Click", "Two-Clicks");
        for said in [
            "",
            "List-Unsubscribe",
            "List-Unsubscribe=",
            "x=List-Unsubscribe",
            &other,
        ] {
            assert!(!is_click(said.as_bytes()), "{said}");
        }
        assert!(!is_click(b"List-Unsubscribe=One-Click\xff"));
    }
}
