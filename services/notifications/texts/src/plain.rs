//! A letter as plain text.

use crate::block::Block;

/// The letter as plain text. Its lines end by `\n`; a link stands on a line of its own, whatever runs in which direction.
pub(crate) fn text(blocks: &[Block]) -> String {
    let mut text = blocks.iter().map(block).collect::<Vec<_>>().join("\n\n");
    text.push('\n');
    text
}

fn block(block: &Block) -> String {
    match block {
        Block::Words(words) | Block::Heading(words) => words.clone(),
        // No marks around: each line takes its direction from its own words.
        Block::Quote(lines) => prefixed("> ", lines),
        Block::List(lines) => prefixed("• ", lines),
        Block::Link(words, url) => format!("{words}\n{url}"),
        Block::Footer(blocks) => format!("-- \n{}", text(blocks).trim_end()),
    }
}

fn prefixed(prefix: &str, lines: &[String]) -> String {
    let lines = lines
        .iter()
        .map(|line| format!("{prefix}{line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}
