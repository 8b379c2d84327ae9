//! Bytes of an XML file on their way to a parser that does not say all that is wrong with them: where it is, whether the
//! document ended, and the elements it cannot read.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

const CLOSING: &[u8] = b"</log>";

/// What has been seen so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    line: Cell<u64>,
    closed: Cell<bool>,
    failed: RefCell<Option<io::Error>>,
}

impl Seen {
    /// The line that is being read, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line.get() + 1
    }

    /// Whether the log's closing tag has come.
    pub(super) fn closed(&self) -> bool {
        self.closed.get()
    }

    /// Why reading failed, if it did.
    pub(super) fn failure(&self) -> Option<io::Error> {
        self.failed.take()
    }
}

/// A reader that watches what passes through it.
pub(super) struct Watched<R> {
    inner: BufReader<R>,
    seen: Rc<Seen>,
    /// How much of the closing tag the last bytes were.
    closing: usize,
    /// The word of the tag that is open: its first bytes, up to the longest that matters.
    tag: Option<Tag>,
}

/// An element without attributes or content, which the parser cannot take.
#[derive(Debug, Clone, Copy)]
struct Tag {
    word: &'static [u8],
    matched: usize,
}

impl<R: Read> Watched<R> {
    pub(super) fn new(inner: R) -> (Self, Rc<Seen>) {
        let seen = Rc::new(Seen::default());
        let watched = Self {
            inner: BufReader::with_capacity(64 << 10, inner),
            seen: seen.clone(),
            closing: 0,
            tag: None,
        };
        (watched, seen)
    }

    fn watch(&mut self, byte: u8) -> Result<(), &'static str> {
        match byte {
            b'\n' => self.seen.line.set(self.seen.line.get() + 1),
            b'<' => {
                self.closing = 1;
                self.tag = Some(Tag {
                    word: b"",
                    matched: 0,
                });
                return Ok(());
            }
            _ => {}
        }
        if self.closing > 0 {
            self.closing = if CLOSING[self.closing] == byte {
                self.closing + 1
            } else {
                0
            };
            if self.closing == CLOSING.len() {
                self.seen.closed.set(true);
                self.closing = 0;
            }
        }
        let Some(tag) = self.tag else { return Ok(()) };
        self.tag = match (tag.matched, byte) {
            (0, b'e') => Some(Tag {
                word: b"event",
                matched: 1,
            }),
            (0, b't') => Some(Tag {
                word: b"trace",
                matched: 1,
            }),
            (0, b'l') => Some(Tag {
                word: b"log",
                matched: 1,
            }),
            (matched, byte) if tag.word.get(matched) == Some(&byte) => Some(Tag {
                matched: matched + 1,
                ..tag
            }),
            (matched, b' ' | b'\n' | b'\r' | b'\t') if matched > 0 && matched == tag.word.len() => {
                Some(tag)
            }
            (matched, b'/') if matched > 0 && matched == tag.word.len() => match tag.word {
                b"event" => return Err("an event without attributes, so without a time"),
                b"trace" => return Err("a trace without events"),
                _ => {
                    self.seen.closed.set(true);
                    None
                }
            },
            _ => None,
        };
        Ok(())
    }

    fn fail(&self, error: io::Error) -> io::Error {
        let copy = io::Error::new(error.kind(), error.to_string());
        *self.seen.failed.borrow_mut() = Some(copy);
        error
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(into.len());
        into[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Watched<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.inner.buffer().is_empty() {
            if let Err(error) = self.inner.fill_buf() {
                return Err(self.fail(error));
            }
            // All of it at once, and before the parser sees any: it must not see what it cannot take.
            let fresh = self.inner.buffer().to_vec();
            for byte in fresh {
                if let Err(what) = self.watch(byte) {
                    return Err(self.fail(io::Error::new(io::ErrorKind::InvalidData, what)));
                }
            }
        }
        Ok(self.inner.buffer())
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
    }
}
