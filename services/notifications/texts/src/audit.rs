//! Whether a file of texts is whole: it has all that is asked for and nothing that nobody uses, speaks only of what messages
//! have and of all that they have, and has an answer for each word and each plural that it chooses by.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Message, Pattern, PatternElement, Variant, VariantKey,
};
use khidma_events::notifications::MessageKind;

use crate::args::{ArgType, args_of};

#[cfg(test)]
mod tests;

/// Something that a text may speak of.
type Speakable = (&'static str, ArgType);

/// All kinds, by which `kind` chooses their names.
const KIND: Speakable = ("kind", ArgType::Choice(&MessageKind::NAMES));
const COUNT: Speakable = ("count", ArgType::Number);
const TITLE: Speakable = ("title", ArgType::Text);

/// What is asked for besides the texts of each kind, and what it speaks of.
const SHARED: [(&str, &[Speakable]); 14] = [
    ("kind", &[KIND]),
    ("group-subject", &[KIND, COUNT]),
    ("group-about-subject", &[KIND, COUNT, TITLE]),
    ("group-body", &[KIND, COUNT]),
    ("more", &[COUNT]),
    ("open", &[]),
    ("answer", &[]),
    ("why", &[]),
    ("unsubscribe", &[]),
    ("zone", &[("zone", ArgType::Text)]),
    ("utc", &[("moment", ArgType::Text)]),
    ("hours", &[COUNT]),
    ("minutes", &[COUNT]),
    (
        "duration",
        &[("large", ArgType::Text), ("small", ArgType::Text)],
    ),
];

/// All that is wrong with a file in that language, in words for whoever writes it.
pub(crate) fn problems<'s>(
    language: &str,
    entries: impl Iterator<Item = &'s Entry<&'s str>>,
) -> Vec<String> {
    let mut audit = Audit::of(language, entries);
    for (key, speakable) in SHARED {
        audit.entry(key, speakable, &[]);
    }
    for kind in MessageKind::ALL {
        audit.kind(kind);
    }
    audit.finish()
}

struct Audit<'s> {
    plurals: &'static [&'static str],
    messages: BTreeMap<&'s str, &'s Message<&'s str>>,
    used: BTreeSet<&'s str>,
    problems: Vec<String>,
}

impl<'s> Audit<'s> {
    fn of(language: &str, entries: impl Iterator<Item = &'s Entry<&'s str>>) -> Self {
        let mut audit = Self {
            plurals: plurals_of(language),
            messages: BTreeMap::new(),
            used: BTreeSet::new(),
            problems: Vec::new(),
        };
        for entry in entries {
            match entry {
                Entry::Message(message) => {
                    let key = message.id.name;
                    if audit.messages.insert(key, message).is_some() {
                        audit.problems.push(format!("{key} stands there twice"));
                    }
                }
                Entry::Term(term) => {
                    let key = term.id.name;
                    audit
                        .problems
                        .push(format!("-{key} is a term; terms are not used"));
                }
                Entry::Junk { content } => {
                    audit
                        .problems
                        .push(format!("{content:?} is not understood"));
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            }
        }
        audit
    }

    /// Subject, line and body of a kind speak of all that it has to have; of what it may have, an attribute of the body each.
    fn kind(&mut self, kind: MessageKind) {
        let pick = |wanted: bool| {
            let specs = args_of(kind).iter();
            specs
                .filter(move |(_, _, is_required)| *is_required == wanted)
                .map(|(name, of, _)| (*name, *of))
                .collect::<Vec<_>>()
        };
        let (required, optional) = (pick(true), pick(false));
        let mut spoken = BTreeSet::new();
        for (part, attributes) in [
            ("subject", &[][..]),
            ("line", &[][..]),
            ("body", &optional[..]),
        ] {
            let key = format!("{}-{part}", kind.as_str());
            spoken.extend(self.entry(&key, &required, attributes));
        }
        for (name, _) in required {
            if !spoken.contains(name) {
                self.problems
                    .push(format!("{} says nothing of ${name}", kind.as_str()));
            }
        }
    }

    /// Looks at what stands under `key`, and says of what it speaks.
    fn entry(
        &mut self,
        key: &str,
        speakable: &[Speakable],
        attributes: &[Speakable],
    ) -> BTreeSet<&'s str> {
        let mut walk = Walk {
            key: key.to_owned(),
            speakable: speakable.to_vec(),
            spoken: BTreeSet::new(),
            path: Vec::new(),
        };
        let Some(message) = self.messages.get(key).copied() else {
            self.problems.push(format!("{key} is missing"));
            return walk.spoken;
        };
        self.used.insert(message.id.name);
        match &message.value {
            Some(pattern) => self.pattern(pattern, &mut walk),
            None => self.problems.push(format!("{key} says nothing")),
        }
        for attribute in &message.attributes {
            let name = attribute.id.name;
            if !attributes.iter().any(|(wanted, _)| *wanted == name) {
                self.problems.push(format!("{key}.{name} is not used"));
            }
        }
        for optional in attributes {
            let name = optional.0;
            let found = message
                .attributes
                .iter()
                .find(|attribute| attribute.id.name == name);
            let Some(attribute) = found else {
                self.problems.push(format!("{key}.{name} is missing"));
                continue;
            };
            let mut walk = Walk {
                key: format!("{key}.{name}"),
                speakable: [speakable, &[*optional]].concat(),
                spoken: BTreeSet::new(),
                path: Vec::new(),
            };
            self.pattern(&attribute.value, &mut walk);
            if !walk.spoken.contains(name) {
                self.problems
                    .push(format!("{key}.{name} says nothing of ${name}"));
            }
        }
        walk.spoken
    }

    fn pattern(&mut self, pattern: &'s Pattern<&'s str>, walk: &mut Walk<'s>) {
        for element in &pattern.elements {
            let PatternElement::Placeable { expression } = element else {
                continue;
            };
            // Else marks would stand around our own words, as if they were people's.
            if matches!(expression, Expression::Select { .. }) && pattern.elements.len() > 1 {
                self.problems.push(format!(
                    "{} chooses in the midst of a text; a choice is a text of its own",
                    walk.key
                ));
            }
            self.expression(expression, walk);
        }
    }

    fn expression(&mut self, expression: &'s Expression<&'s str>, walk: &mut Walk<'s>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline, walk),
            Expression::Select { selector, variants } => {
                self.inline(selector, walk);
                self.variants(selector, variants, walk);
                for variant in variants {
                    self.pattern(&variant.value, walk);
                }
            }
        }
    }

    fn inline(&mut self, inline: &'s InlineExpression<&'s str>, walk: &mut Walk<'s>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                let name = id.name;
                walk.spoken.insert(name);
                if walk.of(name).is_none() {
                    self.problems
                        .push(format!("{} speaks of an unknown ${name}", walk.key));
                }
            }
            InlineExpression::MessageReference {
                id,
                attribute: None,
            } => self.reference(id.name, walk),
            InlineExpression::Placeable { expression } => self.expression(expression, walk),
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
            InlineExpression::FunctionReference { .. }
            | InlineExpression::TermReference { .. }
            | InlineExpression::MessageReference { .. } => self.problems.push(format!(
                "{} uses a function, a term or an attribute of another text",
                walk.key
            )),
        }
    }

    /// A text may stand in another one. It then speaks of what that one has.
    fn reference(&mut self, name: &'s str, walk: &mut Walk<'s>) {
        let found = self.messages.get(name).copied();
        let value = found.and_then(|message| message.value.as_ref());
        let Some(pattern) = value else {
            self.problems
                .push(format!("{} needs {name}, which is missing", walk.key));
            return;
        };
        if walk.path.contains(&name) {
            self.problems.push(format!("{name} stands in itself"));
            return;
        }
        self.used.insert(name);
        walk.path.push(name);
        self.pattern(pattern, walk);
        walk.path.pop();
    }

    fn variants(
        &mut self,
        selector: &InlineExpression<&'s str>,
        variants: &'s [Variant<&'s str>],
        walk: &Walk<'s>,
    ) {
        let key = &walk.key;
        let InlineExpression::VariableReference { id } = selector else {
            self.problems.push(format!("{key} chooses by no variable"));
            return;
        };
        let name = id.name;
        let (wanted, takes_numbers) = match walk.of(name) {
            Some(ArgType::Choice(words)) => (words, false),
            Some(ArgType::Number) => (self.plurals, true),
            // An unknown one was told of already.
            None => return,
            Some(_) => {
                self.problems
                    .push(format!("{key} cannot choose by ${name}"));
                return;
            }
        };
        let named = variants.iter().filter_map(|variant| match variant.key {
            VariantKey::Identifier { name } => Some(name),
            VariantKey::NumberLiteral { .. } => None,
        });
        let named: BTreeSet<_> = named.collect();
        for word in wanted.iter().filter(|word| !named.contains(*word)) {
            self.problems
                .push(format!("{key} has no answer to ${name} = {word}"));
        }
        for word in named.iter().filter(|word| !wanted.contains(*word)) {
            self.problems
                .push(format!("{key} answers to ${name} = {word}, which never is"));
        }
        if !takes_numbers && named.len() < variants.len() {
            self.problems.push(format!(
                "{key} takes ${name} for a number, or answers twice"
            ));
        }
    }

    fn finish(mut self) -> Vec<String> {
        for key in self.messages.keys() {
            if !self.used.contains(key) {
                self.problems.push(format!("{key} is not used"));
            }
        }
        self.problems
    }
}

/// A way through a text and all that stands in it.
struct Walk<'s> {
    /// Where it began.
    key: String,
    /// Of what may be spoken.
    speakable: Vec<Speakable>,
    /// Of what was spoken.
    spoken: BTreeSet<&'s str>,
    /// The texts that this one stands in.
    path: Vec<&'s str>,
}

impl Walk<'_> {
    fn of(&self, name: &str) -> Option<ArgType> {
        let found = self.speakable.iter().find(|(known, _)| *known == name);
        found.map(|(_, of)| *of)
    }
}

/// The categories of cardinal numbers that a language has, as Unicode's CLDR names them.
fn plurals_of(language: &str) -> &'static [&'static str] {
    match language {
        "ar" => &["zero", "one", "two", "few", "many", "other"],
        "vi" | "ja" => &["other"],
        _ => &["one", "other"],
    }
}
