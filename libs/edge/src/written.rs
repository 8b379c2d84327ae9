//! A TOML text with the line of each of its parts, so that what is wrong is told where it was written.

use std::fmt;

use toml_edit::{ImDocument, Item, TableLike, Value};

/// A part of a TOML text.
#[derive(Debug, Clone)]
pub struct Written {
    /// In which line it begins, from 1.
    pub line: usize,
    /// What it is.
    pub part: Part,
}

/// What a part of a TOML text is.
#[derive(Debug, Clone)]
pub enum Part {
    /// Names and what stands under them, in the order of the text.
    Table(Vec<(String, Written)>),
    /// A list, also of tables.
    List(Vec<Written>),
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A fraction or a time.
    Other,
}

/// A text that is no TOML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotToml {
    /// In which line, from 1.
    pub line: usize,
    /// What is wrong, in words.
    pub message: String,
}

impl fmt::Display for NotToml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for NotToml {}

impl Written {
    /// Reads a TOML text.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, NotToml> {
        let lines = Lines::of(text);
        let document = ImDocument::parse(text).map_err(|error| NotToml {
            line: error.span().map_or(1, |span| lines.at(span.start)),
            message: error.message().trim().replace('\n', "; "),
        })?;
        Ok(Self {
            line: 1,
            part: table(document.as_table(), 1, &lines),
        })
    }

    /// What stands under `name`, if this is a table that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match &self.part {
            Part::Table(fields) => {
                let found = fields.iter().find(|(key, _)| key == name);
                found.map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The item at `index`, if this is a list that has it.
    pub fn item(&self, index: usize) -> Option<&Self> {
        match &self.part {
            Part::List(items) => items.get(index),
            _ => None,
        }
    }

    /// In which line stands what `path` names (`rules[0].targets.resolve.within`), or else the nearest that is around it.
    pub fn line_of(&self, path: &str) -> usize {
        let mut here = self;
        for step in path.split(['.', '[']) {
            let next = match step.strip_suffix(']') {
                Some(index) => index.parse().ok().and_then(|index| here.item(index)),
                None => here.get(step),
            };
            match next {
                Some(next) => here = next,
                None => break,
            }
        }
        here.line
    }
}

/// Where lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line, from 1, of the byte at `place`.
    fn at(&self, place: usize) -> usize {
        self.0.partition_point(|end| *end < place) + 1
    }
}

fn table(table: &dyn TableLike, around: usize, lines: &Lines) -> Part {
    let field = |(name, item): (&str, &Item)| {
        let key = table.key(name).and_then(toml_edit::Key::span);
        let line = key.map_or(around, |span| lines.at(span.start));
        (name.to_owned(), written(item, line, lines))
    };
    Part::Table(table.iter().map(field).collect())
}

/// A part that begins in `line` unless it knows better.
fn written(item: &Item, line: usize, lines: &Lines) -> Written {
    let begins =
        |span: Option<std::ops::Range<usize>>| span.map_or(line, |span| lines.at(span.start));
    match item {
        Item::None => Written {
            line,
            part: Part::Other,
        },
        Item::Value(one) => Written {
            line,
            part: value(one, line, lines),
        },
        // Of a table with a head of its own, the head.
        Item::Table(one) => {
            let line = if one.is_dotted() || one.is_implicit() {
                line
            } else {
                begins(one.span())
            };
            Written {
                line,
                part: table(one, line, lines),
            }
        }
        Item::ArrayOfTables(tables) => {
            let each = tables.iter().map(|one| {
                let line = begins(one.span());
                Written {
                    line,
                    part: table(one, line, lines),
                }
            });
            Written {
                line,
                part: Part::List(each.collect()),
            }
        }
    }
}

fn value(one: &Value, line: usize, lines: &Lines) -> Part {
    match one {
        Value::String(text) => Part::Text(text.value().clone()),
        Value::Integer(number) => Part::Number(*number.value()),
        Value::Boolean(flag) => Part::Flag(*flag.value()),
        Value::Float(_) | Value::Datetime(_) => Part::Other,
        Value::Array(items) => Part::List(
            items
                .iter()
                .map(|item| {
                    let line = item.span().map_or(line, |span| lines.at(span.start));
                    Written {
                        line,
                        part: value(item, line, lines),
                    }
                })
                .collect(),
        ),
        Value::InlineTable(fields) => table(fields, line, lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
id = \"a\"

[[rules]]
name = \"x\"
when.tags = [
  \"b\",
  \"c\",
]
[rules.targets.resolve]
within = \"4h\"
[[rules]]
targets = { resolve = { within = \"1h\" } }
";

    #[test]
    fn each_part_is_found_where_it_was_written() {
        let written = Written::parse(TEXT).unwrap();
        let lines = [
            ("id", 1),
            ("rules", 3),
            ("rules[0]", 3),
            ("rules[0].name", 4),
            ("rules[0].when.tags[1]", 7),
            ("rules[0].targets.resolve", 9),
            ("rules[0].targets.resolve.within", 10),
            ("rules[0].targets.resolve.calendar", 9),
            ("rules[1]", 11),
            ("rules[1].targets.resolve.within", 12),
            ("rules[1].when.offerings", 11),
            ("calendar", 1),
        ];
        for (path, line) in lines {
            assert_eq!(written.line_of(path), line, "{path}");
        }
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        let wrong = Written::parse("id = \"a\"\nname = oops\n").unwrap_err();
        assert_eq!(wrong.line, 2, "{wrong}");
        let twice = Written::parse("id = \"a\"\n\nid = \"b\"\n").unwrap_err();
        assert_eq!(twice.line, 3, "{twice}");
    }
}
