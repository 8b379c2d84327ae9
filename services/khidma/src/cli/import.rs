//! Taking over history.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `khidma import`.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// From an event log in XES (IEEE 1849), plain or compressed by gzip
    #[command(after_help = "\
Examples:
  khidma import xes helpdesk.xes.gz --mapping deploy/examples/helpdesk-mapping.toml --dry-run
  khidma import xes helpdesk.xes.gz --mapping deploy/examples/helpdesk-mapping.toml

The same again changes nothing; what was cut off goes on where it was. See docs/import.md.")]
    Xes(ImportArgs),
    /// From a table, one line an event
    #[command(after_help = "\
Example:
  khidma import csv helpdesk.csv --mapping deploy/examples/helpdesk-mapping.toml

The mapping's section [csv] says what stands in which column. See docs/import.md.")]
    Csv(ImportArgs),
}

/// What is taken over.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file
    pub file: PathBuf,
    /// What its lines mean here: a file in TOML
    #[arg(long, value_name = "FILE")]
    pub mapping: PathBuf,
    /// Read and check all of it, and send nothing
    #[arg(long)]
    pub dry_run: bool,
}
