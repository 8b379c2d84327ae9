//! How requests hang together, and what is attached to them. Each command is one rpc.

use khidma_proto::requests::{
    AttachRequest, Attachment, DetachRequest, LinkRequest, MergeRequest, UnlinkRequest,
};

use crate::cli::{AttachArgs, LinkArgs, Links};
use crate::client::Api;
use crate::commands::done::{Done, change};
use crate::failure::Failure;

pub(super) async fn run(api: &Api, command: Links) -> Result<Done, Failure> {
    match command {
        Links::Link(args) => {
            let LinkArgs { id, kind, other } = args;
            change!(api, links.link(LinkRequest { id, kind: kind.into(), other_id: other }) => "linked")
        }
        Links::Unlink(args) => {
            let LinkArgs { id, kind, other } = args;
            change!(api, links.unlink(UnlinkRequest { id, kind: kind.into(), other_id: other }) => "unlinked")
        }
        Links::Merge { id, into, reason } => {
            change!(api, links.merge(MergeRequest { id, into_id: into, reason }) => "merged")
        }
        Links::Attach(args) => {
            let (id, attachment) = attachment(args);
            change!(api, links.attach(AttachRequest { id, attachment: Some(attachment) }) => "attached")
        }
        Links::Detach { id, sha256 } => {
            change!(api, links.detach(DetachRequest { id, sha256 }) => "detached")
        }
    }
}

fn attachment(args: AttachArgs) -> (String, Attachment) {
    let attachment = Attachment {
        uri: args.uri,
        name: args.name,
        size: args.size,
        media_type: args.media_type,
        sha256: args.sha256,
        internal: args.internal,
        attached_by_id: String::new(),
    };
    (args.id, attachment)
}
