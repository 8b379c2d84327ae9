//! How a commit lies in the store: `[crc32 of the rest and of its position][header][payload]`.

use bytes::Bytes;
use khidma_kernel::Position;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::contexts::Contexts;
use crate::{Proposal, Stored};

const CHECKSUM: usize = 4;

/// What stands before the payload. Only ever add a new version with a new variant.
#[derive(Serialize, Deserialize)]
enum Header<'a> {
    V1 {
        id: [u8; 16],
        context: &'a str,
        entity: &'a str,
    },
}

/// The bytes of a commit at `position`.
pub(super) fn encode(position: Position, proposal: &Proposal) -> Result<Vec<u8>, postcard::Error> {
    let header = Header::V1 {
        id: *proposal.id.as_bytes(),
        context: proposal.context,
        entity: proposal.entity.as_str(),
    };
    let mut frame = Vec::with_capacity(64 + proposal.entity.len() + proposal.payload.len());
    frame.extend([0; CHECKSUM]);
    let mut frame = postcard::to_extend(&header, frame)?;
    frame.extend_from_slice(&proposal.payload);
    let checksum = checksum(position, &frame[CHECKSUM..]);
    frame[..CHECKSUM].copy_from_slice(&checksum.to_be_bytes());
    Ok(frame)
}

/// The commit in `frame`, or what is wrong with it.
pub(super) fn decode(
    position: Position,
    frame: &[u8],
    contexts: &mut Contexts,
) -> Result<Stored, String> {
    let Some((stored, body)) = frame.split_first_chunk::<CHECKSUM>() else {
        return Err(format!(
            "it has {} bytes, too few for a checksum",
            frame.len()
        ));
    };
    if u32::from_be_bytes(*stored) != checksum(position, body) {
        return Err("its checksum is wrong".into());
    }
    let (
        Header::V1 {
            id,
            context,
            entity,
        },
        payload,
    ) = postcard::take_from_bytes(body)
        .map_err(|error| format!("its header does not decode: {error}"))?;
    Ok(Stored {
        position,
        id: Uuid::from_bytes(id),
        context: contexts.share(context),
        entity: entity.into(),
        payload: Bytes::copy_from_slice(payload),
    })
}

/// The position is part of it: a frame under a wrong key is as wrong as a flipped bit.
pub(super) fn checksum(position: Position, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&position.0.to_be_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal() -> Proposal {
        let id = Uuid::from_u128(7);
        Proposal {
            id,
            context: "requests",
            entity: "r-1".into(),
            payload: Bytes::from_static(b"{}"),
        }
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let frame = encode(Position(9), &proposal()).unwrap();
        assert_eq!(
            decode(Position(9), &frame, &mut Contexts::default())
                .unwrap()
                .payload,
            "{}"
        );
        for bit in 0..frame.len() * 8 {
            let mut flipped = frame.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(
                decode(Position(9), &flipped, &mut Contexts::default()).is_err(),
                "bit {bit}"
            );
        }
    }

    #[test]
    fn a_frame_in_another_place_is_refused() {
        let frame = encode(Position(9), &proposal()).unwrap();
        assert!(decode(Position(10), &frame, &mut Contexts::default()).is_err());
    }
}
