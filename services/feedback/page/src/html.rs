//! HTML, with all that comes from elsewhere made harmless.

use std::fmt::Write;

/// Text as it stands between tags and in the quotes of an attribute.
pub(crate) fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Not allowed in HTML, and nothing to see.
            control if control.is_control() && !matches!(control, '\n' | '\t') => {}
            other => safe.push(other),
        }
    }
    safe
}

/// A name in whatever script, which does not turn what stands around it.
pub(crate) fn name(name: &str) -> String {
    format!("<bdi>{}</bdi>", text(name))
}

/// An element with what is HTML already.
pub(crate) fn element(tag: &str, attributes: &str, inner: &str) -> String {
    format!("<{tag}{attributes}>{inner}</{tag}>\n")
}

/// A paragraph with text.
pub(crate) fn paragraph(class: &str, said: &str) -> String {
    element("p", &format!(" class=\"{class}\""), &text(said))
}

/// A table: what its cells say is HTML already, the first of each row is its heading.
pub(crate) struct Table {
    html: String,
}

impl Table {
    /// A table with a caption and the headings of its columns, in text.
    pub(crate) fn new(caption: &str, columns: &[String]) -> Self {
        let mut html = format!(
            "<div class=\"wide\"><table><caption>{}</caption><thead><tr>",
            text(caption)
        );
        for column in columns {
            html += &element("th", " scope=\"col\"", &text(column));
        }
        html += "</tr></thead><tbody>\n";
        Self { html }
    }

    /// A row: its heading and its cells.
    pub(crate) fn row(&mut self, heading: &str, cells: &[String]) {
        // Writing to a string does not fail.
        let _ = write!(self.html, "<tr><th scope=\"row\">{heading}</th>");
        for cell in cells {
            let _ = write!(self.html, "<td>{cell}</td>");
        }
        self.html += "</tr>\n";
    }

    /// All of it.
    pub(crate) fn end(self) -> String {
        self.html + "</tbody></table></div>\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_taken_for_markup() {
        let said = text("<img src=x onerror='a()'> & \"b\"\u{0}\u{1b}");
        assert_eq!(
            said,
            "&lt;img src=x onerror=&#39;a()&#39;&gt; &amp; &quot;b&quot;"
        );
    }
}
