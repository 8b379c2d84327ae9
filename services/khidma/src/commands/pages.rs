//! Going from page to page.

use crate::failure::Failure;
use crate::output::{Output, Tone};

/// Asks for a page, or for all pages as if they were one:
/// `paged!(api, requests.list, question, all, requests)`, where the last word is the field with the rows.
macro_rules! paged {
    ($api:expr, $service:ident . $rpc:ident, $question:expr, $all:expr, $rows:ident) => {
        async {
            let mut question = $question;
            let mut answer = $crate::ask!($api, $service.$rpc, question.clone())?;
            while $all && !answer.next_page_token.is_empty() {
                question.page_token = std::mem::take(&mut answer.next_page_token);
                let page = $crate::ask!($api, $service.$rpc, question.clone())?;
                let mut rows = std::mem::replace(&mut answer, page).$rows;
                rows.append(&mut answer.$rows);
                answer.$rows = rows;
            }
            Ok::<_, $crate::failure::Failure>(answer)
        }
    };
}
pub(crate) use paged;

/// Says how to see the next page, where there is one.
pub(super) fn more(next: &str, output: &mut Output) -> Result<(), Failure> {
    if next.is_empty() {
        return Ok(());
    }
    let hint = output.paint(
        Tone::Faint,
        format!("there is more: --all, or --page-token {next}"),
    );
    output.line(hint)
}
