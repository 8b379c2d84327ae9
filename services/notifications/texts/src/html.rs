//! A letter as HTML: a page of its own, without images, scripts and anything else to be fetched.

use std::fmt::Write;

use crate::block::Block;
use crate::clean::{CLOSE, LINE_END, OPEN};
use crate::language::is_right_to_left;

/// The letter as a page in `language`.
pub(crate) fn page(language: &str, subject: &str, blocks: &[Block]) -> String {
    let direction = if is_right_to_left(language) {
        "rtl"
    } else {
        "ltr"
    };
    // Some readers of mail throw away all around the body's content: language and direction stand there, too.
    let title: String = subject.replace([OPEN, CLOSE], "");
    format!(
        "<!doctype html>\n\
         <html lang=\"{language}\" dir=\"{direction}\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n\
         </head>\n\
         <body>\n\
         <div lang=\"{language}\" dir=\"{direction}\" style=\"font-family: sans-serif; max-width: 40em\">\n\
         {content}</div>\n\
         </body>\n\
         </html>\n",
        title = escape(&title),
        content = blocks.iter().map(block).collect::<String>(),
    )
}

fn block(block: &Block) -> String {
    match block {
        Block::Words(words) => format!("<p>{}</p>\n", inline(words)),
        Block::Heading(words) => format!("<h2 style=\"font-size: 1em\">{}</h2>\n", inline(words)),
        Block::Quote(lines) => format!(
            "<blockquote dir=\"auto\">{}</blockquote>\n",
            lines
                .iter()
                .map(|line| inline(line))
                .collect::<Vec<_>>()
                .join("<br>\n")
        ),
        Block::List(lines) => {
            let items = lines.iter().fold(String::new(), |mut items, line| {
                // Writing to a string cannot fail.
                let _ = writeln!(items, "<li>{}</li>", inline(line));
                items
            });
            format!("<ul>\n{items}</ul>\n")
        }
        Block::Link(words, url) => {
            format!("<p><a href=\"{}\">{}</a></p>\n", escape(url), inline(words))
        }
        Block::Footer(blocks) => format!(
            "<hr>\n<footer style=\"font-size: smaller\">\n{}</footer>\n",
            blocks.iter().map(self::block).collect::<String>()
        ),
    }
}

/// Words as HTML; what has a direction of its own gets an element of its own.
fn inline(words: &str) -> String {
    escape(words)
        .replace(OPEN, "<bdi>")
        .replace(CLOSE, "</bdi>")
        .replace([LINE_END, '\n'], " ")
}

fn escape(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for char in words.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(char),
        }
    }
    escaped
}
