//! The page itself: plain HTML that needs no script, for readers and for those who have it read to them.

use std::fmt::Write;

use khidma_feedback_domain::question::{BEST_SCORE, COMMENT, LEAST_EFFORT};

use super::words::{ALL, Words};

const STYLE: &str = "body{font:1.1em/1.5 sans-serif;max-width:34em;margin:2em auto;padding:0 1em;color:#1a1a1a;\
    background:#fff}fieldset{border:1px solid #767676;margin:1em 0;padding:.5em 1em}label{display:block;padding:.3em 0}\
    textarea{box-sizing:border-box;font:inherit;width:100%}button{font:inherit;padding:.5em 1.5em}\
    .wrong{border-inline-start:.3em solid #b00020;padding:.3em .8em}";

/// What somebody is asked, and what they wrote already.
pub(super) struct Asked<'a> {
    pub(super) words: &'static Words,
    pub(super) title: &'a str,
    pub(super) provider: &'a str,
    pub(super) effort: bool,
    pub(super) comment: &'a str,
    /// What was wrong with what they sent before.
    pub(super) wrong: Option<&'static str>,
}

/// The form.
pub(super) fn form(asked: &Asked<'_>) -> String {
    let words = asked.words;
    let mut body = format!("<h1>{}</h1>", words.heading);
    let named = [(words.about, asked.title), (words.done_by, asked.provider)];
    for (label, value) in named.iter().filter(|(_, value)| !value.is_empty()) {
        put(
            &mut body,
            format_args!(
                "<p>{label} <bdi><strong>{}</strong></bdi></p>",
                escape(value)
            ),
        );
    }
    if let Some(wrong) = asked.wrong {
        put(
            &mut body,
            format_args!("<p class=\"wrong\" role=\"alert\">{wrong}</p>"),
        );
    }
    body.push_str("<form method=\"post\">");
    let scores = (1..=BEST_SCORE).rev().zip(words.scores);
    choices(&mut body, "score", words.score, scores, true);
    if asked.effort {
        let efforts = (1..=LEAST_EFFORT).rev().map(|effort| {
            let label = match effort {
                LEAST_EFFORT => words.easy,
                1 => words.hard,
                _ => "",
            };
            (effort, label)
        });
        choices(&mut body, "effort", words.effort, efforts, false);
    }
    let (label, comment) = (words.comment, escape(asked.comment));
    put(
        &mut body,
        format_args!(
            "<p><label for=\"comment\">{label}</label><textarea id=\"comment\" name=\"comment\" rows=\"5\" \
             maxlength=\"{COMMENT}\" dir=\"auto\">{comment}</textarea></p><p>{}</p><button>{}</button></form>",
            words.told, words.send
        ),
    );
    whole(words, words.heading, &body)
}

/// A page that only says something.
pub(super) fn note(words: &'static Words, text: &str) -> String {
    whole(
        words,
        words.heading,
        &format!("<p role=\"status\">{text}</p>"),
    )
}

/// What a link says that leads nowhere: nobody knows whose it was, so in every language.
pub(super) fn leads_nowhere() -> String {
    let mut body = String::new();
    for words in &ALL {
        let (language, direction, text) = (words.language, direction(words), words.nowhere);
        put(
            &mut body,
            format_args!("<p lang=\"{language}\" dir=\"{direction}\">{text}</p>"),
        );
    }
    whole(&ALL[0], "Khidma", &body)
}

/// A choice among numbers, each with what it means where that is said.
fn choices(
    body: &mut String,
    name: &str,
    legend: &str,
    numbers: impl Iterator<Item = (u8, &'static str)>,
    required: bool,
) {
    put(body, format_args!("<fieldset><legend>{legend}</legend>"));
    let required = if required { " required" } else { "" };
    for (number, meaning) in numbers {
        put(
            body,
            format_args!(
                "<label><input type=\"radio\" name=\"{name}\" value=\"{number}\"{required}> {number} {meaning}</label>"
            ),
        );
    }
    body.push_str("</fieldset>");
}

fn whole(words: &'static Words, title: &str, body: &str) -> String {
    let (language, direction) = (words.language, direction(words));
    format!(
        "<!doctype html><html lang=\"{language}\" dir=\"{direction}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )
}

fn direction(words: &Words) -> &'static str {
    match words.language {
        "ar" | "fa" => "rtl",
        _ => "ltr",
    }
}

fn put(text: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(more);
}

/// Words of others, in which nothing is markup.
fn escape(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::words::words_for;
    use super::*;

    fn page(language: &str, effort: bool, comment: &str) -> String {
        form(&Asked {
            words: words_for(&[language.to_owned()]),
            title: "A <b>laptop</b> & \"more\"",
            provider: "IT",
            effort,
            comment,
            wrong: None,
        })
    }

    #[test]
    fn nothing_that_somebody_wrote_is_markup() {
        let page = page("en", true, "</textarea><script>alert('1')</script>");
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("A &lt;b&gt;laptop&lt;/b&gt; &amp; &quot;more&quot;"));
    }

    #[test]
    fn effort_is_asked_only_where_it_is_asked() {
        let count = |page: &str, what: &str| page.matches(what).count();
        let both = page("en", true, "");
        assert_eq!(count(&both, "name=\"score\""), 5);
        assert_eq!(count(&both, "name=\"effort\""), 7);
        assert_eq!(count(&page("en", false, ""), "name=\"effort\""), 0);
        // What may be left out is not asked for by the browser.
        assert_eq!(count(&both, " required>"), 5);
    }

    #[test]
    fn it_reads_in_the_direction_of_its_language() {
        for (language, head) in [
            ("fa-AF", "lang=\"fa\" dir=\"rtl\""),
            ("ar", "lang=\"ar\" dir=\"rtl\""),
            ("vi", "lang=\"vi\" dir=\"ltr\""),
            ("ja", "lang=\"ja\" dir=\"ltr\""),
            ("de", "lang=\"en\" dir=\"ltr\""),
        ] {
            assert!(page(language, true, "").contains(head), "{language}");
        }
        assert_eq!(leads_nowhere().matches("<p lang=").count(), 5);
    }
}
