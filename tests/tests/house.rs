//! The house, held against its rules. That each rule can fail is shown where it stands, in `src/house`.
#![cfg(test)]

use std::path::Path;
use std::process::Command;

use khidma_tests::house::{self, Graph, Metadata, sources};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The target triple of this toolchain. Without it cargo would want the crates of all platforms, which nobody fetched.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap()
        .to_owned()
}

fn graph() -> Graph {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            &host(),
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice::<Metadata>(&output.stdout)
        .unwrap()
        .into()
}

#[test]
fn nobody_depends_on_what_they_may_not() {
    let found = house::violations(&graph());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_source_is_as_it_should_be() {
    let sources = sources::read(root(), &["libs", "services", "tests", "xtask"]).unwrap();
    assert!(sources.len() > 50, "only {} sources found", sources.len());
    let found = sources::violations(&sources);
    assert!(found.is_empty(), "{}", found.join("\n"));
    let p90 = sources::p90_lines(&sources);
    assert!(
        p90 < sources::P90_LINES,
        "one file in ten has {p90} lines or more"
    );
}
