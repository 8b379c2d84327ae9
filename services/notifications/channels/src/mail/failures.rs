//! What a mail server's refusal means for the delivery.

use lettre::transport::smtp;

use crate::failed::{Failed, causes};
use crate::tls;

/// How far an attempt came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// To the connection, its protection and the login.
    Connect,
    /// To our own address.
    Sender,
    /// To the receiver's.
    Recipient,
    /// To the letter.
    Content,
}

impl Step {
    fn what(self) -> &'static str {
        match self {
            Self::Connect => "us",
            Self::Sender => "our sender address",
            Self::Recipient => "the receiver's address",
            Self::Content => "the letter",
        }
    }
}

/// Why an attempt failed. What the server said besides its code is left out: servers repeat addresses.
pub(super) fn failed(step: Step, error: &smtp::Error) -> Failed {
    if let Some(code) = error.status() {
        return refused(step, code.into(), enhanced(error));
    }
    if error.is_timeout() {
        return Failed::retry("timeout", "the mail server did not answer in time");
    }
    // lettre calls only a part of these errors of TLS.
    if let Some(error) = causes(error).find_map(|error| error.downcast_ref()) {
        return Failed::retry("tls", format!("the mail server: {}", tls::reason(error)));
    }
    if error.is_client() {
        // Found out by our side: STARTTLS or a way to log in is missing.
        return Failed::retry(
            "tls",
            "the mail server lacks the protection or login that is asked for",
        );
    }
    if error.is_response() {
        return Failed::retry("connection", "the mail server broke off or speaks no SMTP");
    }
    Failed::retry("connection", "the connection to the mail server failed")
}

/// A reply code of the four hundreds passes by itself. One of the five hundreds is final where it is about the receiver or
/// the letter; where it is about us (login, sender), somebody will mend the configuration, and no delivery ends for it.
fn refused(step: Step, code: u16, enhanced: Option<(u16, u16)>) -> Failed {
    let reason = format!("the mail server refused {} with {code}", step.what());
    let is_final = code >= 500 && matches!(step, Step::Recipient | Step::Content);
    let failed = if !is_final {
        Failed::retry("rejected", reason)
    } else if step == Step::Recipient && is_unknown(code, enhanced) {
        Failed::never("address_unknown", reason)
    } else if step == Step::Content && (code == 552 || enhanced == Some((3, 4))) {
        Failed::never("too_large", reason)
    } else {
        Failed::never("rejected", reason)
    };
    failed.with_status(code)
}

/// Whether a refusal says that there is nobody at the address, and not that our letters are unwanted there.
fn is_unknown(code: u16, enhanced: Option<(u16, u16)>) -> bool {
    match enhanced {
        Some((subject, _)) => subject == 1,
        None => matches!(code, 550 | 551 | 553),
    }
}

/// Subject and detail of an enhanced status code (RFC 3463): of `5.1.1`, (1, 1).
fn enhanced(error: &smtp::Error) -> Option<(u16, u16)> {
    let said = std::error::Error::source(error)?.to_string();
    let code = said.split_whitespace().next()?;
    let mut parts = code.split('.');
    let (_class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
    Some((subject.parse().ok()?, detail.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fate;

    #[test]
    fn a_refusal_is_final_only_where_it_is_about_the_receiver_or_the_letter() {
        let retry = Fate::Retry { after: None };
        for (step, code, enhanced, expected, fate) in [
            (Step::Connect, 421, None, "rejected", retry),
            (Step::Connect, 535, Some((7, 8)), "rejected", retry),
            (Step::Sender, 550, Some((7, 1)), "rejected", retry),
            (Step::Recipient, 450, Some((2, 1)), "rejected", retry),
            (Step::Recipient, 451, None, "rejected", retry),
            (Step::Recipient, 550, None, "address_unknown", Fate::Never),
            (
                Step::Recipient,
                550,
                Some((1, 1)),
                "address_unknown",
                Fate::Never,
            ),
            (Step::Recipient, 550, Some((7, 1)), "rejected", Fate::Never),
            (Step::Recipient, 554, None, "rejected", Fate::Never),
            (Step::Content, 452, None, "rejected", retry),
            (Step::Content, 552, None, "too_large", Fate::Never),
            (Step::Content, 554, Some((3, 4)), "too_large", Fate::Never),
            (Step::Content, 554, Some((7, 1)), "rejected", Fate::Never),
        ] {
            let failed = refused(step, code, enhanced);
            assert_eq!(failed.failure.code, expected, "{step:?} {code}");
            assert_eq!(failed.fate, fate, "{step:?} {code}");
            assert_eq!(failed.failure.status, Some(code));
        }
    }
}
