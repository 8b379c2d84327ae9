//! `khidma request link`, `merge`, `attach`: how requests hang together, and what is attached to them.

use clap::{Args, Subcommand};
use khidma_proto::requests::LinkKind;

use crate::words::parser;

/// How requests hang together, and what is attached to them.
#[derive(Debug, Subcommand)]
pub enum Links {
    /// Say how it hangs together with another
    #[command(after_help = "Example:\n  khidma request link ID caused-by OTHER")]
    Link(LinkArgs),
    /// Say that it does not hang together with another so after all
    #[command(after_help = "Example:\n  khidma request unlink ID caused-by OTHER")]
    Unlink(LinkArgs),
    /// End it, as another goes on for it
    #[command(after_help = "Example:\n  khidma request merge ID --into OTHER --reason 'The same'")]
    Merge {
        /// The request that ends
        id: String,
        /// The request that goes on
        #[arg(long, value_name = "REQUEST")]
        into: String,
        /// Why, told to both sides
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
    },
    /// Attach something that lies elsewhere
    Attach(AttachArgs),
    /// Attach it no longer
    #[command(after_help = "\
Example:
  khidma request detach ID e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    Detach {
        /// The request
        id: String,
        /// Its SHA-256 digest
        sha256: String,
    },
}

/// `khidma request link` and `unlink`.
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// The request
    pub id: String,
    /// How it hangs together with the other
    #[arg(value_parser = parser::<LinkKind>())]
    pub kind: LinkKind,
    /// The other request
    pub other: String,
}

/// `khidma request attach`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  khidma request attach ID https://files.example.org/screen.png --name screen.png --size 48213 \\
      --media-type image/png --sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
pub struct AttachArgs {
    /// The request
    pub id: String,
    /// Where it lies
    pub uri: String,
    /// Its file name
    #[arg(long)]
    pub name: String,
    /// Its size in bytes
    #[arg(long, value_name = "BYTES")]
    pub size: u64,
    /// Its media type
    #[arg(long, value_name = "TYPE", default_value = "application/octet-stream")]
    pub media_type: String,
    /// Its SHA-256 digest, as sha256sum prints it
    #[arg(long, value_name = "DIGEST")]
    pub sha256: String,
    /// Only the provider shall see it
    #[arg(long)]
    pub internal: bool,
}
