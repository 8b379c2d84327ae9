//! How what hangs on a request looks to people.

use khidma_proto::requests::{LinkKind, RequestLink, ServiceRequest};

use crate::words::Word;

/// What it was merged into, its links and its attachments, as names and values.
pub fn hanging_facts(request: &ServiceRequest) -> Vec<(&'static str, String)> {
    let merged = [("goes on as", request.merged_into_id.clone())];
    let links = request.links.iter().map(link);
    let attachments = request.attachments.iter().map(|file| {
        let whose = if file.internal { ", internal" } else { "" };
        let text = format!("{} ({} bytes{whose}) {}", file.name, file.size, file.uri);
        ("attached", text)
    });
    merged.into_iter().chain(links).chain(attachments).collect()
}

fn link(link: &RequestLink) -> (&'static str, String) {
    let kind = LinkKind::word(link.kind);
    if link.from_other {
        ("linked", format!("{} is {kind} this", link.request_id))
    } else {
        ("linked", format!("{kind} {}", link.request_id))
    }
}
