//! How the sources look: a word at the head of every module, files of a size one can read, no way around the lints.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Nine files of ten are shorter than this, in lines.
pub const P90_LINES: usize = 400;

/// One source file.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its path below the root.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}

/// Every `.rs` file in `folders` of `root`.
///
/// # Errors
/// A folder or file cannot be read.
pub fn read(root: &Path, folders: &[&str]) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path)?;
                sources.push(Source {
                    path: path.strip_prefix(root).unwrap_or(&path).to_owned(),
                    text,
                });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// Every breach of a rule by one file alone, each in one line.
pub fn violations(sources: &[Source]) -> Vec<String> {
    let speechless = sources
        .iter()
        .filter(|source| !source.text.starts_with("//!"));
    let speechless =
        speechless.map(|source| format!("{} does not begin with //!", source.path.display()));
    speechless
        .chain(sources.iter().flat_map(ways_around))
        .collect()
}

fn ways_around(source: &Source) -> Vec<String> {
    // Spelled so that this file does not find itself.
    let forbidden = [
        concat!("#[", "allow("),
        concat!("#![", "allow("),
        concat!("#[", "ignore"),
        concat!("todo", "!("),
    ];
    let lines = source.text.lines().zip(1..);
    let found = lines.filter_map(|(line, number)| {
        let word = forbidden
            .iter()
            .find(|word| line.trim_start().starts_with(**word))?;
        Some(format!("{}:{number} has {word}", source.path.display()))
    });
    found.collect()
}

/// The length in lines that nine files of ten do not exceed; 0 if there is none.
pub fn p90_lines(sources: &[Source]) -> usize {
    let mut lengths: Vec<usize> = sources
        .iter()
        .map(|source| source.text.lines().count())
        .collect();
    lengths.sort_unstable();
    let rank = (lengths.len() * 9).div_ceil(10);
    rank.checked_sub(1)
        .and_then(|index| lengths.get(index))
        .copied()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.into(),
            text: text.into(),
        }
    }

    #[test]
    fn a_module_without_a_word_is_found() {
        let sources = [
            source("a.rs", "//! Ours.\n"),
            source("b.rs", "use std::fs;\n//! Too late.\n"),
        ];
        assert_eq!(violations(&sources), ["b.rs does not begin with //!"]);
    }

    #[test]
    fn each_way_around_is_found_with_its_line() {
        let text = [
            "//! Ours.",
            concat!("#[", "allow(dead_code)]"),
            concat!("    #[", "ignore = \"slow\"]"),
        ]
        .join("\n");
        let found = violations(&[source("a.rs", &text)]);
        assert_eq!(
            found,
            [
                concat!("a.rs:2 has #[", "allow("),
                concat!("a.rs:3 has #[", "ignore")
            ]
        );
    }

    #[test]
    fn one_long_file_in_ten_is_tolerated_and_two_are_not() {
        let long = "\n".repeat(500);
        let mut sources = vec![source("short.rs", "\n\n\n"); 9];
        sources.push(source("long.rs", &long));
        assert_eq!(p90_lines(&sources), 3);
        sources[0] = source("long.rs", &long);
        assert_eq!(p90_lines(&sources), 500);
        assert_eq!(p90_lines(&[]), 0);
    }

    #[test]
    fn sources_are_read_from_the_folders_asked_for() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["libs/a/src", "target"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            fs::write(root.path().join(folder).join("lib.rs"), "//! Here.").unwrap();
        }
        let sources = read(root.path(), &["libs"]).unwrap();
        assert_eq!(sources.len(), 1);
        assert_eq!(sources[0].path, Path::new("libs/a/src/lib.rs"));
    }
}
