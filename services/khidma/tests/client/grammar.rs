//! The command line itself.

use std::path::Path;

use clap::{Command, CommandFactory, Parser};
use khidma::cli::Cli;

use crate::server::{program, run, words};

/// Every command with its path, the program first.
fn every_command() -> Vec<(String, Command)> {
    fn walk(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
        let path = format!("{path} {}", command.get_name()).trim().to_owned();
        for inner in command
            .get_subcommands()
            .filter(|inner| inner.get_name() != "help")
        {
            walk(inner, &path, found);
        }
        found.push((path, command.clone()));
    }
    let mut found = Vec::new();
    walk(&Cli::command(), "", &mut found);
    found
}

#[test]
fn the_grammar_has_no_contradictions() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_is_explained_by_an_example() {
    let commands = every_command();
    assert!(
        commands.len() > 60,
        "only {} commands were found",
        commands.len()
    );
    for (path, command) in commands {
        let help = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert!(help.contains("Example"), "`{path} --help` has no example");
        assert!(command.get_about().is_some(), "`{path}` is not explained");
    }
}

/// Examples are promises: each line that begins with `khidma` has to parse.
#[test]
fn every_example_parses() {
    let mut examples = 0;
    for (path, command) in every_command() {
        let help = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let help = help.replace("\\\n", " ");
        for line in help
            .lines()
            .filter_map(|line| line.trim().strip_prefix("khidma "))
        {
            let words = words(line);
            let parsed = Cli::try_parse_from(std::iter::once("khidma".to_owned()).chain(words));
            assert!(parsed.is_ok(), "`{path}`: {line}: {}", parsed.unwrap_err());
            examples += 1;
        }
    }
    assert!(examples > 60, "only {examples} examples were found");
}

/// So are those of the pages.
#[test]
fn every_command_of_the_pages_parses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let docs = std::fs::read_dir(root.join("docs")).unwrap();
    let docs = docs.map(|entry| entry.unwrap().path());
    let mut commands = 0;
    for page in docs.chain([root.join("README.md")]) {
        if page.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = std::fs::read_to_string(&page).unwrap();
        let blocks = text.split("```sh\n").skip(1);
        let blocks = blocks.map(|rest| rest.split("```").next().unwrap().replace("\\\n", " "));
        for block in blocks {
            let lines = block.lines().map(str::trim);
            for line in lines.filter(|line| line.starts_with("khidma ")) {
                let parsed = Cli::try_parse_from(words(line));
                let page = page.display();
                assert!(parsed.is_ok(), "{page}: {line}: {}", parsed.unwrap_err());
                commands += 1;
            }
        }
    }
    assert!(commands > 60, "only {commands} commands were found");
}

#[tokio::test]
async fn help_and_version_are_answers_and_nonsense_is_a_usage_error() {
    let help = run(program("--help")).await;
    assert_eq!(help.exit, 0);
    assert!(help.stdout.contains("Exit codes:"), "{help:?}");
    assert_eq!(run(program("--version")).await.exit, 0);
    assert_eq!(
        run(program("request submit")).await.exit,
        2,
        "--to and --title are needed"
    );
    assert_eq!(run(program("fly")).await.exit, 2);
    assert_eq!(run(program("request priority x soon")).await.exit, 2);
}

#[tokio::test]
async fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let said = run(program(&format!("completions {shell}"))).await;
        assert_eq!(said.exit, 0);
        assert!(said.stdout.contains("who-handles"), "{shell}");
    }
}
