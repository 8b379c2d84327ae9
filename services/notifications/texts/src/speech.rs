//! A message put into words, part by part.

use fluent_bundle::{FluentArgs, FluentValue};
use khidma_events::notifications::{Arg, Message, MessageKind};

use crate::args::{args_of, is_group};
use crate::block::{Block, paragraphs};
use crate::catalogue::Catalogue;
use crate::clean::{clean, shorten};
use crate::error::TextError;
use crate::zone::Zone;

/// People's words in a subject or a line of a list are no longer than so many characters.
const WORDS_IN_A_LINE: usize = 80;
/// A letter lists no more messages than this; of others it says how many they are.
const LISTED: usize = 50;

/// Puts messages into the words of a catalogue, for a reader in a zone.
pub(crate) struct Speech<'a> {
    /// The words.
    pub(crate) catalogue: &'a Catalogue,
    /// The reader's zone.
    pub(crate) zone: Zone<'a>,
}

impl Speech<'_> {
    /// The message as a letter's subject.
    pub(crate) fn subject(&self, message: &Message) -> Result<String, TextError> {
        self.in_one_line(message, "subject")
    }

    /// The message as a line of a list, a digest, a chat.
    pub(crate) fn line(&self, message: &Message) -> Result<String, TextError> {
        self.in_one_line(message, "line")
    }

    /// The message in full.
    pub(crate) fn body(&self, message: &Message) -> Result<Vec<Block>, TextError> {
        let kind = message.kind;
        if is_group(message) {
            return self.gathered("group-body", &self.group(message), &message.items);
        }
        let key = format!("{}-body", kind.as_str());
        let args = self.args(message, None)?;
        if kind == MessageKind::Digest {
            return self.gathered(&key, &args, &message.items);
        }
        let mut body: Vec<_> = paragraphs(&self.catalogue.say(&key, None, &args)?).collect();
        for (name, _, is_required) in args_of(kind) {
            if !is_required && message.args.contains_key(*name) {
                body.extend(paragraphs(&self.catalogue.say(&key, Some(name), &args)?));
            }
        }
        let shows_times = message.args.values().any(|arg| matches!(arg, Arg::At(_)));
        if let (true, Zone::Known(_, name)) = (shows_times, &self.zone) {
            let args = FluentArgs::from_iter([("zone", name.replace('_', " "))]);
            body.extend(paragraphs(&self.catalogue.say("zone", None, &args)?));
        }
        Ok(body)
    }

    /// What stands under a key that speaks of nothing.
    pub(crate) fn phrase(&self, key: &str) -> Result<String, TextError> {
        self.catalogue.say(key, None, &FluentArgs::new())
    }

    fn in_one_line(&self, message: &Message, part: &str) -> Result<String, TextError> {
        let said = if is_group(message) {
            self.of_group(message)?
        } else {
            let key = format!("{}-{part}", message.kind.as_str());
            let args = self.args(message, Some(WORDS_IN_A_LINE))?;
            self.catalogue.say(&key, None, &args)?
        };
        Ok(said.replace('\n', " "))
    }

    /// How many there are of which kind, and of what where all are about the same.
    fn of_group(&self, message: &Message) -> Result<String, TextError> {
        let mut args = self.group(message);
        let mut titles = message.items.iter().map(|item| item.args.get("title"));
        let first = titles.next().flatten();
        let Some(title) = first.filter(|title| titles.all(|other| other == Some(*title))) else {
            return self.catalogue.say("group-subject", None, &args);
        };
        args.set("title", self.value(title, Some(WORDS_IN_A_LINE))?);
        self.catalogue.say("group-about-subject", None, &args)
    }

    /// What is said of several, and their lines: of one kind in one list, of several kinds in one for each.
    fn gathered(
        &self,
        key: &str,
        args: &FluentArgs<'_>,
        items: &[Message],
    ) -> Result<Vec<Block>, TextError> {
        let mut body: Vec<_> = paragraphs(&self.catalogue.say(key, None, args)?).collect();
        let mut lists: Vec<(MessageKind, Vec<String>)> = Vec::new();
        for item in items.iter().take(LISTED) {
            let line = self.line(item)?;
            match lists.iter_mut().find(|(kind, _)| *kind == item.kind) {
                Some((_, lines)) => lines.push(line),
                None => lists.push((item.kind, vec![line])),
            }
        }
        let has_headings = lists.len() > 1;
        for (kind, lines) in lists {
            if has_headings {
                let args = FluentArgs::from_iter([("kind", kind.as_str())]);
                body.push(Block::Heading(self.catalogue.say("kind", None, &args)?));
            }
            body.push(Block::List(lines));
        }
        if items.len() > LISTED {
            let args = FluentArgs::from_iter([("count", items.len() - LISTED)]);
            body.extend(paragraphs(&self.catalogue.say("more", None, &args)?));
        }
        Ok(body)
    }

    /// What is said of a group speaks of its kind and how many they are.
    fn group(&self, message: &Message) -> FluentArgs<'static> {
        let mut args = FluentArgs::new();
        args.set("kind", message.kind.as_str());
        args.set("count", message.items.len());
        args
    }

    fn args(
        &self,
        message: &Message,
        most: Option<usize>,
    ) -> Result<FluentArgs<'static>, TextError> {
        let mut args = FluentArgs::with_capacity(message.args.len());
        for (name, arg) in &message.args {
            args.set(name.clone(), self.value(arg, most)?);
        }
        Ok(args)
    }

    fn value(&self, arg: &Arg, most: Option<usize>) -> Result<FluentValue<'static>, TextError> {
        Ok(match arg {
            Arg::Text(words) => match most {
                Some(most) => shorten(words, most).into(),
                None => clean(words).into(),
            },
            Arg::Choice(word) => word.clone().into(),
            Arg::Number(number) => (*number).into(),
            Arg::At(at) => {
                let moment = self.catalogue.moments.write(self.zone.civil(*at));
                match self.zone {
                    Zone::Known(..) => moment.into(),
                    Zone::Utc => {
                        let args = FluentArgs::from_iter([("moment", moment)]);
                        self.catalogue.say("utc", None, &args)?.into()
                    }
                }
            }
            Arg::Seconds(seconds) => self.duration(*seconds)?.into(),
        })
    }

    /// A duration in hours and minutes; the smallest is one minute. No days: clocks count working time, of which a day has
    /// fewer hours than 24.
    fn duration(&self, seconds: u64) -> Result<String, TextError> {
        let minutes = (seconds / 60).max(1);
        let said = |unit: &str, count: u64| {
            let args = FluentArgs::from_iter([("count", count)]);
            self.catalogue.say(unit, None, &args)
        };
        match (minutes / 60, minutes % 60) {
            (0, minutes) => said("minutes", minutes),
            (hours, 0) => said("hours", hours),
            (hours, minutes) => {
                let large = said("hours", hours)?;
                let small = said("minutes", minutes)?;
                let args = FluentArgs::from_iter([("large", large), ("small", small)]);
                self.catalogue.say("duration", None, &args)
            }
        }
    }
}
