//! What every adapter refuses before it looks at the log.

use crate::{AppendError, MAX_PAYLOAD, Proposal};

/// The longest context or entity, in bytes: a subject of two of them stays far below the server's limit.
const MAX_TOKEN: usize = 255;

/// Refuses what no adapter could store and read back.
pub(crate) fn admit(proposal: &Proposal) -> Result<(), AppendError> {
    let size = proposal.payload.len();
    if size > MAX_PAYLOAD {
        return Err(AppendError::TooLarge {
            size,
            limit: MAX_PAYLOAD,
        });
    }
    for token in [proposal.context, proposal.entity.as_str()] {
        if !is_subject_token(token) {
            return Err(AppendError::Failed(format!(
                "{token:.80?} is not one token of a subject"
            )));
        }
    }
    Ok(())
}

/// Printable ASCII without what has a meaning in a subject.
fn is_subject_token(text: &str) -> bool {
    (1..=MAX_TOKEN).contains(&text.len())
        && text
            .bytes()
            .all(|c| c.is_ascii_graphic() && !b".*>/".contains(&c))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;

    fn proposal(entity: &str, size: usize) -> Proposal {
        Proposal {
            id: Uuid::nil(),
            context: "requests",
            entity: entity.into(),
            payload: Bytes::from(vec![0; size]),
        }
    }

    #[test]
    fn a_payload_may_be_as_large_as_the_limit_and_no_larger() {
        assert_eq!(admit(&proposal("a", MAX_PAYLOAD)), Ok(()));
        let size = MAX_PAYLOAD + 1;
        assert_eq!(
            admit(&proposal("a", size)),
            Err(AppendError::TooLarge {
                size,
                limit: MAX_PAYLOAD
            })
        );
    }

    #[test]
    fn an_entity_is_one_token() {
        for bad in ["", "a.b", "*", ">", "a b", "a/b", "é", &"x".repeat(256)] {
            assert!(
                matches!(admit(&proposal(bad, 0)), Err(AppendError::Failed(_))),
                "{bad}"
            );
        }
    }
}
