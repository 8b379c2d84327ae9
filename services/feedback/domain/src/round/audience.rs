//! Who is asked, of those who fit.

use khidma_events::feedback::{Invited, Sample};
use khidma_kernel::PersonId;
use sha2::{Digest, Sha256};

/// Somebody who fits an audience.
pub type Fitting = Invited;

/// Those of `fitting` who are asked, in the order of their ids: all, or as many as the sample says, by chance.
pub fn chosen(mut fitting: Vec<Fitting>, sample: Option<Sample>) -> Vec<Fitting> {
    if let Some(Sample { people, seed }) = sample {
        let people = usize::try_from(people).unwrap_or(usize::MAX);
        if people < fitting.len() {
            fitting.sort_by_cached_key(|invited| place(seed, &invited.person));
            fitting.truncate(people);
        }
    }
    fitting.sort_by(|one, other| one.person.cmp(&other.person));
    fitting
}

/// Where chance puts a person: the SHA-256 of the seed and their id.
fn place(seed: u64, person: &PersonId) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_be_bytes());
    hasher.update(person.as_str().as_bytes());
    hasher.finalize().into()
}
