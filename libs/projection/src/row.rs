//! One row on disk: postcard bytes with a checksum over key and value at the end.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sled::IVec;

use crate::RowError;

/// Bytes of the checksum at the end of every stored value.
const CHECKSUM: usize = 4;

/// A row as it is stored, its checksum verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(IVec);

impl Row {
    /// Takes a stored value if its checksum fits its key.
    pub(crate) fn verify(key: &[u8], sealed: IVec) -> Option<Self> {
        let split = sealed.len().checked_sub(CHECKSUM)?;
        let (value, sum) = sealed.split_at(split);
        (sum == checksum(key, value)).then_some(Self(sealed))
    }

    /// The value without its checksum.
    pub fn bytes(&self) -> &[u8] {
        body(&self.0)
    }

    /// The row as a `T`.
    ///
    /// # Errors
    /// [`RowError::Undecodable`]: it was not written as a `T`.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, RowError> {
        decode(self.bytes())
    }

    /// The first part of a row that was written as a struct beginning with a `T`.
    ///
    /// # Errors
    /// [`RowError::Undecodable`]: it does not begin with a `T`.
    pub fn decode_head<T: DeserializeOwned>(&self) -> Result<T, RowError> {
        postcard::take_from_bytes(self.bytes())
            .map(|(head, _)| head)
            .map_err(undecodable)
    }
}

/// A value as it is stored under `key`.
pub(crate) fn seal<T: Serialize + ?Sized>(key: &[u8], value: &T) -> Result<Vec<u8>, RowError> {
    let mut sealed = postcard::to_stdvec(value).map_err(|error| RowError::Unencodable {
        reason: error.to_string(),
    })?;
    let sum = checksum(key, &sealed);
    sealed.extend_from_slice(&sum);
    Ok(sealed)
}

/// The value inside what [`seal`] gave.
pub(crate) fn body(sealed: &[u8]) -> &[u8] {
    &sealed[..sealed.len().saturating_sub(CHECKSUM)]
}

/// A value as a `T`.
pub(crate) fn decode<T: DeserializeOwned>(value: &[u8]) -> Result<T, RowError> {
    postcard::from_bytes(value).map_err(undecodable)
}

/// The key is part of it, so that a row under a wrong key does not pass.
fn checksum(key: &[u8], value: &[u8]) -> [u8; CHECKSUM] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(value);
    hasher.finalize().to_be_bytes()
}

fn undecodable(error: postcard::Error) -> RowError {
    RowError::Undecodable {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Head {
        name: String,
        count: u32,
    }

    #[derive(Serialize)]
    struct Whole {
        head: Head,
        rest: Vec<u64>,
    }

    fn whole() -> (Vec<u8>, Head) {
        let head = Head {
            name: "laptop".into(),
            count: 7,
        };
        let whole = Whole {
            head: Head {
                name: "laptop".into(),
                count: 7,
            },
            rest: vec![1, 2, 3],
        };
        (seal(b"k", &whole).unwrap(), head)
    }

    #[test]
    fn the_head_of_a_row_is_read_alone() {
        let (sealed, head) = whole();
        let row = Row::verify(b"k", sealed.into()).unwrap();
        assert_eq!(row.decode_head::<Head>().unwrap(), head);
    }

    #[test]
    fn every_flipped_bit_every_cut_and_a_wrong_key_are_noticed() {
        let (sealed, _) = whole();
        assert!(Row::verify(b"other", sealed.clone().into()).is_none());
        for bit in 0..sealed.len() * 8 {
            let mut hurt = sealed.clone();
            hurt[bit / 8] ^= 1 << (bit % 8);
            assert!(Row::verify(b"k", hurt.into()).is_none(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(
                Row::verify(b"k", sealed[..length].into()).is_none(),
                "cut to {length}"
            );
        }
    }
}
