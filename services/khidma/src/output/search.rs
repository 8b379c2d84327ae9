//! What was found: each request with the words in their place.

use khidma_proto::requests::{Excerpt, FoundIn, SearchHit, State};

use super::{Output, Tone};
use crate::failure::Failure;
use crate::words::Word;

/// Two lines a hit: the request, and where the words stand.
///
/// # Errors
/// They cannot be written.
pub fn found(output: &mut Output, hits: &[SearchHit]) -> Result<(), Failure> {
    if hits.is_empty() {
        let nothing = output.paint(Tone::Faint, "nothing found");
        return output.line(nothing);
    }
    for hit in hits {
        let Some(request) = &hit.request else {
            continue;
        };
        let state = State::word(request.state);
        let title = output.paint(Tone::Strong, &request.title);
        let about = format!(
            "{}  {state}, asked of {} {}",
            request.id,
            request.provider_id,
            output.ago(request.submit_time)
        );
        let about = output.paint(Tone::Faint, about);
        output.line(format_args!("{title}  {about}"))?;
        if let Some(excerpt) = &hit.excerpt {
            let place = output.paint(Tone::Faint, place(hit.found_in()));
            let text = marked(output, excerpt);
            output.line(format_args!("  {place}: {text}"))?;
        }
    }
    Ok(())
}

fn place(found_in: FoundIn) -> &'static str {
    match found_in {
        FoundIn::Unspecified => "in",
        FoundIn::Title => "title",
        FoundIn::Description => "description",
        FoundIn::Tags => "tags",
        FoundIn::Timeline => "timeline",
        FoundIn::Notes => "internal note",
    }
}

/// The excerpt with the words in another colour.
fn marked(output: &Output, excerpt: &Excerpt) -> String {
    let characters: Vec<char> = excerpt.text.chars().collect();
    let part = |from: usize, to: usize| -> String {
        let part = characters.get(from..to).unwrap_or_default();
        part.iter().collect()
    };
    let (mut text, mut shown) = (String::new(), 0);
    for mark in &excerpt.highlights {
        let end = (mark.end as usize).min(characters.len());
        let begin = (mark.begin as usize).min(end);
        text.push_str(&part(shown, begin));
        text.push_str(&output.paint(Tone::Care, part(begin, end)));
        shown = end.max(shown);
    }
    text.push_str(&part(shown, characters.len()));
    text
}

#[cfg(test)]
mod tests {
    use khidma_proto::requests::Highlight;
    use khidma_runtime::Clock;

    use super::*;

    #[test]
    fn an_excerpt_is_told_whole_whatever_is_marked_in_it() {
        let output = Output::plain(std::io::sink(), false, Clock::system());
        let told = |highlights: Vec<Highlight>| {
            let text = "Cần máy tính".to_owned();
            marked(&output, &Excerpt { text, highlights })
        };
        let mark = |begin, end| Highlight { begin, end };
        assert_eq!(told(vec![]), "Cần máy tính");
        assert_eq!(told(vec![mark(4, 7), mark(8, 12)]), "Cần máy tính");
        assert_eq!(told(vec![mark(8, 900), mark(900, 9)]), "Cần máy tính");
    }
}
