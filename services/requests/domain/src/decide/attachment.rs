//! What is attached to a request: it lies elsewhere, and its digest says that it is still the same.

use khidma_events::requests::{Attached, Attachment, Detached, RequestEvent};
use khidma_kernel::Caller;
use mime::Mime;
use url::Url;

use super::Decision;
use super::check::{allowed, required};
use crate::access::{Action, Standing, may};
use crate::command::AttachedBy;
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::Request;

pub(super) fn attach(
    request: &Request,
    by: &Caller,
    attachment: &Attachment,
    internal: bool,
) -> Decision {
    let action = if internal {
        Action::AttachInternal
    } else {
        Action::Attach
    };
    allowed(request, by, action)?;
    let attachment = checked(attachment)?;
    let known = |internal| attached(request, &attachment.sha256, internal);
    // What both sides see is not hidden by attaching it once more.
    if known(false) || (internal && known(true)) {
        return Ok(vec![]);
    }
    let like = request.attached.iter().filter(|(_, of)| *of == internal);
    if like.count() >= limits::ATTACHMENTS {
        return Err(Refusal::TooManyAttachments {
            limit: limits::ATTACHMENTS,
        });
    }
    let attached = Attached {
        attachment,
        internal,
    };
    Ok(vec![attached.into()])
}

/// By who attached it, or by the provider. What the caller does not see is not there for them.
pub(super) fn detach(
    request: &Request,
    by: &Caller,
    sha256: &str,
    attached_by: &AttachedBy,
) -> Decision {
    let standing = allowed(request, by, Action::Detach)?;
    let sha256 = digest(sha256)?;
    let seen = [(false, true), (true, may(Action::AttachInternal, standing))];
    let there = seen
        .into_iter()
        .filter(|(internal, seen)| *seen && attached(request, &sha256, *internal));
    let gone: Vec<RequestEvent> = there
        .map(|(internal, _)| {
            let sha256 = sha256.clone();
            Detached { sha256, internal }.into()
        })
        .collect();
    if gone.is_empty() {
        return Ok(gone);
    }
    let Standing {
        provider, admin, ..
    } = standing;
    if !(provider || admin || attached_by.as_ref() == Some(&by.actor)) {
        return Err(Refusal::NotAllowed {
            action: Action::Detach.as_str(),
            whom: "who attached it and members of the provider",
        });
    }
    Ok(gone)
}

fn attached(request: &Request, sha256: &str, internal: bool) -> bool {
    request.attached.contains(&(sha256.to_owned(), internal))
}

fn checked(attachment: &Attachment) -> Result<Attachment, Refusal> {
    let Attachment {
        uri,
        name,
        size,
        media_type,
        sha256,
    } = attachment;
    required("uri", uri, limits::URI)?;
    required("name", name, limits::FILE_NAME)?;
    required("media_type", media_type, limits::MEDIA_TYPE)?;
    let rules = [
        (
            "uri",
            is_address(uri),
            "has to be an absolute URI of a place where files lie (https, http, ftp, ftps, sftp, smb, s3, gs, az, abfs, abfss), with a host and without user or password",
        ),
        (
            "name",
            is_file_name(name),
            "has to be a file name without path or control characters",
        ),
        (
            "size",
            (1..=limits::FILE_SIZE).contains(size),
            "has to be between 1 and 2^53-1 bytes",
        ),
        (
            "media_type",
            is_media_type(media_type),
            "has to be of the form type/subtype, as application/pdf",
        ),
    ];
    if let Some((field, _, rule)) = rules.into_iter().find(|(_, kept, _)| !kept) {
        return Err(Refusal::InvalidAttachment { field, rule });
    }
    Ok(Attachment {
        sha256: digest(sha256)?,
        ..attachment.clone()
    })
}

/// Where files lie. What a browser runs or makes up itself (`javascript:`, `data:`), or reads from the disk of whoever
/// follows it (`file:`), is no such place.
const SCHEMES: [&str; 11] = [
    "https", "http", "ftp", "ftps", "sftp", "smb", "s3", "gs", "az", "abfs", "abfss",
];

/// Whatever a person can follow from elsewhere, and that gives nothing away to whoever may not.
fn is_address(uri: &str) -> bool {
    // The parser forgives what no URI has (spaces, line ends, backslashes) and adds slashes that are not there.
    let plain = uri
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let written_out = uri
        .split_once(':')
        .is_some_and(|(_, rest)| rest.starts_with("//"));
    plain
        && written_out
        && Url::parse(uri).is_ok_and(|url| {
            SCHEMES.contains(&url.scheme())
                && url.host_str().is_some_and(|host| !host.is_empty())
                && url.username().is_empty()
                && url.password().is_none()
        })
}

fn is_file_name(name: &str) -> bool {
    let separates = |c: char| matches!(c, '/' | '\\') || c.is_control();
    !name.contains(separates) && !matches!(name, "." | "..")
}

fn is_media_type(text: &str) -> bool {
    text.parse::<Mime>().is_ok_and(|media| {
        let named = |part: mime::Name<'_>| part != mime::STAR && !part.as_str().is_empty();
        named(media.type_()) && named(media.subtype())
    })
}

fn digest(text: &str) -> Result<String, Refusal> {
    let digits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digits {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Refusal::InvalidAttachment {
            field: "sha256",
            rule: "has to be 64 hexadecimal digits",
        })
    }
}
