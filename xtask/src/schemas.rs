//! The JSON Schemas of the events: written by the code of libs/events, committed, and never out of date.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Failure, Invocation, root};
use crate::steps::say;
use crate::tools::fresh;

fn committed() -> PathBuf {
    root().join("libs/events/schemas")
}

/// Writes them anew; one of an event that is no more goes.
pub(crate) fn write() -> Result<(), Failure> {
    let folder = fresh(&committed())?;
    generate(&folder)?;
    say(&format!(
        "{} schemas in libs/events/schemas",
        contents(&folder)?.len()
    ));
    Ok(())
}

/// Fails if the committed ones are not what the code says.
pub(crate) fn check() -> Result<(), Failure> {
    let folder = fresh(&root().join("target/schemas"))?;
    generate(&folder)?;
    let generated = contents(&folder)?;
    if generated.is_empty() {
        return Err(Failure::Wrong(
            "the code of libs/events wrote no schema".into(),
        ));
    }
    match differences(&generated, &contents(&committed())?).as_slice() {
        [] => Ok(()),
        stale => Err(Failure::Wrong(format!(
            "libs/events/schemas is out of date ({}): run `cargo xtask schemas` and commit",
            stale.join(", ")
        ))),
    }
}

fn generate(folder: &Path) -> Result<(), Failure> {
    Invocation::cargo([
        "run",
        "--quiet",
        "--locked",
        "-p",
        "khidma-events",
        "--example",
        "schemas",
        "--",
    ])
    .arg(folder)
    .run()
}

/// Every file below `folder`, by its path within it.
fn contents(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failure> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(Failure::file(&next))? {
            let path = entry.map_err(Failure::file(&next))?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
                files.insert(name, fs::read(&path).map_err(Failure::file(&path))?);
            }
        }
    }
    Ok(files)
}

/// What is missing, left over or other than generated, each in a few words.
fn differences(
    generated: &BTreeMap<PathBuf, Vec<u8>>,
    committed: &BTreeMap<PathBuf, Vec<u8>>,
) -> Vec<String> {
    let changed = generated
        .iter()
        .filter_map(|(name, content)| match committed.get(name) {
            None => Some(format!("{} is missing", name.display())),
            Some(old) if old != content => Some(format!("{} differs", name.display())),
            Some(_) => None,
        });
    let left_over = committed
        .keys()
        .filter(|name| !generated.contains_key(*name));
    changed
        .chain(left_over.map(|name| format!("{} is of no event", name.display())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> BTreeMap<PathBuf, Vec<u8>> {
        files
            .iter()
            .map(|(name, content)| (name.into(), content.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn what_is_as_generated_is_fresh() {
        let both = files(&[("a.json", "{}"), ("b/c.json", "[]")]);
        assert!(differences(&both, &both).is_empty());
    }

    #[test]
    fn every_kind_of_staleness_is_named() {
        let generated = files(&[("new.json", "1"), ("changed.json", "1")]);
        let committed = files(&[("changed.json", "0"), ("old.json", "1")]);
        let stale = differences(&generated, &committed);
        assert_eq!(
            stale,
            [
                "changed.json differs",
                "new.json is missing",
                "old.json is of no event"
            ]
        );
    }

    #[test]
    fn files_in_folders_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("requests")).unwrap();
        fs::write(folder.path().join("requests/submitted.json"), "{}").unwrap();
        let found = contents(folder.path()).unwrap();
        assert_eq!(found, files(&[("requests/submitted.json", "{}")]));
    }
}
