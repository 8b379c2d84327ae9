//! `khidma catalogue`: what departments offer.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Page;

/// `khidma catalogue`.
#[derive(Debug, Subcommand)]
pub enum CatalogueCommand {
    /// Publish an offering, or revise it by a new version, from a TOML or JSON file
    #[command(after_help = "\
Examples:
  khidma catalogue publish new-employee.toml
  khidma catalogue publish new-employee.toml --expect 3

  # laptop.toml: `id`, and the fields of the protocol's OfferingTerms
  id = \"laptop\"
  provider_id = \"it\"
  language = \"en\"
  texts.en = { name = \"A laptop\", standard = \"Within two working days\" }
  [form]
  type = \"object\"
  required = [\"first_day\"]
  properties.first_day = { type = \"string\", format = \"date\" }
  [[approvals]]
  name = \"Manager\"
  approvers = [{ manager_of_requester = {} }]
  [[plan]]
  key = \"order\"
  title = \"Order it\"
  provider_id = \"finance\"")]
    Publish {
        /// The file
        file: PathBuf,
        /// Only if this is the present version; 0 if there shall be none yet
        #[arg(long, value_name = "VERSION")]
        expect: Option<u32>,
    },
    /// What is offered, by id
    List(CatalogueListArgs),
    /// One offering: what it promises, its form, who approves, its plan
    // Here `--version` is the offering's.
    #[command(disable_version_flag = true)]
    #[command(after_help = "\
Examples:
  khidma catalogue show new-employee
  khidma catalogue show new-employee --version 2 --language fa --language en")]
    Show {
        /// The offering
        id: String,
        /// Which version; the present one if none is said
        #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
        version: u32,
        /// A language one reads, best first; may be given several times
        #[arg(long = "language", value_name = "TAG")]
        languages: Vec<String>,
    },
    /// Let nobody ask for it any more; requests under way go on
    #[command(after_help = "Example:\n  khidma catalogue retire fax-line --reason 'Nobody faxes'")]
    Retire {
        /// The offering
        id: String,
        /// Why, told to whoever looks for it
        #[arg(long)]
        reason: String,
    },
    /// Let it be asked for again
    #[command(after_help = "Example:\n  khidma catalogue reinstate fax-line")]
    Reinstate {
        /// The offering
        id: String,
    },
}

/// `khidma catalogue list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma catalogue list
  khidma catalogue list --provider it --language vi --text máy")]
pub struct CatalogueListArgs {
    /// Only those of this department
    #[arg(
        long,
        value_name = "DEPARTMENT",
        default_value = "",
        hide_default_value = true
    )]
    pub provider: String,
    /// Those too that can no longer be asked for
    #[arg(long)]
    pub retired: bool,
    /// Only those whose name contains this, in any language
    #[arg(long, default_value = "", hide_default_value = true)]
    pub text: String,
    /// A language one reads, best first; may be given several times
    #[arg(long = "language", value_name = "TAG")]
    pub languages: Vec<String>,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}
