//! Chats: incoming webhooks as Slack and Mattermost take them.

use serde_json::json;

use crate::Post;

/// Characters of a text at the most: within what Mattermost and Slack show as one message.
const MAX_CHARS: usize = 12_000;

/// Words after an `@` by which a chat calls everybody.
const CALLS: [&str; 4] = ["all", "channel", "everyone", "here"];

/// The body: the one line that says it all, and of several messages in one the text that lists them. Words and nothing
/// else.
pub(crate) fn body(post: &Post<'_>) -> String {
    let letter = post.letter;
    let text = if post.message.items.is_empty() {
        letter.line.clone()
    } else {
        format!("{}\n\n{}", letter.subject, letter.text)
    };
    json!({ "text": escaped(&shortened(text)) }).to_string()
}

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// People's words, in which nothing is a command to the chat: no `<!channel>`, no link that says something else than it
/// is, and no call to everybody, which Mattermost hears in plain words too.
fn escaped(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let mut quiet = String::with_capacity(text.len());
    let mut parts = text.split('@');
    quiet.extend(parts.next());
    for part in parts {
        quiet.push('@');
        if calls_everybody(part) {
            // A word joiner: nobody sees it, and the call is none.
            quiet.push('\u{2060}');
        }
        quiet.push_str(part);
    }
    quiet
}

fn calls_everybody(after_at: &str) -> bool {
    CALLS.iter().any(|call| {
        let beginning = after_at.get(..call.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(call))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_people_write_is_a_command_to_the_chat() {
        assert_eq!(
            escaped("<!channel> <https://evil.example|the bank> a & b"),
            "&lt;!channel&gt; &lt;https://evil.example|the bank&gt; a &amp; b"
        );
        for call in ["@all", "@Channel now", "@here", "@everyone!"] {
            let quiet = escaped(call);
            assert_ne!(quiet, call);
            assert_eq!(quiet.replace('\u{2060}', ""), call);
        }
        for words in ["a@example.com", "@amina", "@", "@@", "ends with @", "@ه"] {
            assert_eq!(escaped(words), words);
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let long = "ن".repeat(MAX_CHARS + 1);
        let cut = shortened(long.clone());
        assert_eq!(cut.chars().count(), MAX_CHARS + 1);
        assert!(cut.ends_with('…'));
        let fits = "ن".repeat(MAX_CHARS);
        assert_eq!(shortened(fits.clone()), fits);
    }
}
