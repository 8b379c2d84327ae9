//! The keys of anonymous rounds: one pair for each, made at its launch, forgotten when its box was emptied.
//!
//! RSA blind signatures, RSABSSA-SHA384-PSS-Deterministic of RFC 9474, as Privacy Pass uses them (RFC 9578): a token is 32
//! random bytes of the client's own, so it needs no randomizer beside it.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blind_rsa_signatures::{
    DefaultRng, KeyPairSha384PSSDeterministic as KeyPair,
    PublicKeySha384PSSDeterministic as PublicKey, SecretKeySha384PSSDeterministic as SecretKey,
    Signature,
};
use khidma_kernel::RoundId;
use khidma_runtime::Tasks;

use super::folder::Folder;

/// Bits of a key.
const BITS: usize = 2048;

/// Bytes of what is signed, and of signatures.
pub(crate) const SIGNED: usize = BITS / 8;

/// The ending of a key's file.
const KEY: &str = "key";

/// Why something with keys or the box was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BallotError {
    /// Another process has the key of this round, or it was forgotten as the round is over.
    #[error("the key of this round is not here")]
    Elsewhere,
    /// What was to be signed is no blinded message for this round's key.
    #[error(
        "this is no blinded message for the key of this round: it has to be {SIGNED} bytes, and less than its modulus"
    )]
    NotBlinded,
    /// A key in the log or the folder is none.
    #[error("a key cannot be used")]
    Key(#[from] blind_rsa_signatures::Error),
    /// The folder cannot be read or written.
    #[error("the ballots folder: {0}")]
    Folder(#[from] io::Error),
    /// The read model cannot be read.
    #[error(transparent)]
    Row(#[from] khidma_projection::RowError),
    /// The process ends.
    #[error("the process ends")]
    Stopping,
}

impl BallotError {
    /// The same for another who waits for it.
    pub(crate) fn again(&self) -> Self {
        Self::Folder(io::Error::other(self.to_string()))
    }
}

/// The secret keys that this process has. Clones share it.
#[derive(Clone)]
pub(crate) struct Keyring {
    folder: Arc<Folder>,
    held: Arc<Mutex<HashMap<RoundId, Arc<SecretKey>>>>,
    /// So that a round which is launched twice at once has one key.
    making: Arc<tokio::sync::Mutex<()>>,
    tasks: Tasks,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(…)")
    }
}

impl Keyring {
    /// The keys in that folder.
    pub(crate) fn new(folder: Arc<Folder>, tasks: Tasks) -> Self {
        Self {
            folder,
            held: Arc::default(),
            making: Arc::default(),
            tasks,
        }
    }

    /// Makes the key of a round, apart from async threads, as it takes a while. The public key, DER in base64, as it stands in
    /// [`khidma_events::feedback::RoundLaunched::public_key`]; where the round has a key already, that one's.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) async fn create(&self, round: RoundId) -> Result<String, BallotError> {
        let _alone = self.making.lock().await;
        let ring = self.clone();
        let made = move || {
            let key = match ring.key(round) {
                Ok(key) => key,
                Err(BallotError::Elsewhere) => {
                    let key = KeyPair::generate(&mut DefaultRng, BITS)?.sk;
                    ring.folder.write(&file(round), &key.to_der()?)?;
                    ring.hold(round, key)
                }
                Err(error) => return Err(error),
            };
            Ok(STANDARD.encode(key.public_key()?.to_der()?))
        };
        self.blocking(made).await
    }

    /// Signs what a client blinded: the same again for the same.
    ///
    /// # Errors
    /// The key is not here, or this is nothing that it can sign.
    pub(crate) async fn sign(
        &self,
        round: RoundId,
        blinded: Vec<u8>,
    ) -> Result<Vec<u8>, BallotError> {
        let ring = self.clone();
        let sign = move || {
            let key = ring.key(round)?;
            let signed = key.blind_sign(blinded);
            signed.map_or(Err(BallotError::NotBlinded), |signed| Ok(signed.0))
        };
        self.blocking(sign).await
    }

    /// Whether this process has the key of that round, and so takes its tokens and answers.
    pub(crate) fn has(&self, round: RoundId) -> bool {
        self.folder.has(&file(round))
    }

    /// Whether this process has the key that the round was launched with. Another one, left behind by a launch that came to
    /// nothing, is none.
    pub(crate) async fn is_of(
        &self,
        round: RoundId,
        public_key: &str,
    ) -> Result<bool, BallotError> {
        let (ring, expected) = (self.clone(), public_key.to_owned());
        let look = move || match ring.key(round) {
            Ok(key) => Ok(STANDARD.encode(key.public_key()?.to_der()?) == expected),
            Err(BallotError::Elsewhere) => Ok(false),
            Err(error) => Err(error),
        };
        self.blocking(look).await
    }

    /// The rounds whose keys this process has.
    pub(crate) fn rounds(&self) -> io::Result<Vec<RoundId>> {
        let names = self.folder.names(KEY)?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// Forgets the key of a round: it signs nothing any more, for good when this returns.
    pub(crate) fn forget(&self, round: RoundId) -> io::Result<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.remove(&round);
        self.folder.remove(&file(round))
    }

    fn key(&self, round: RoundId) -> Result<Arc<SecretKey>, BallotError> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = held.get(&round) {
            return Ok(key.clone());
        }
        drop(held);
        let der = self.folder.read(&file(round))?;
        let key = SecretKey::from_der(&der.ok_or(BallotError::Elsewhere)?)?;
        Ok(self.hold(round, key))
    }

    fn hold(&self, round: RoundId, key: SecretKey) -> Arc<SecretKey> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.entry(round).or_insert_with(|| Arc::new(key)).clone()
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, BallotError> + Send + 'static,
    ) -> Result<T, BallotError> {
        let done = self.tasks.spawn_blocking(work).await;
        done.unwrap_or(Err(BallotError::Stopping))
    }
}

/// Whether a token was signed with that round's key. Needs nothing but what stands on the log.
pub(crate) fn is_signed(public_key: &str, token: &[u8], signature: &[u8]) -> bool {
    let der = STANDARD.decode(public_key).unwrap_or_default();
    PublicKey::from_der(&der).is_ok_and(|key| {
        let signature = Signature(signature.to_vec());
        key.verify(&signature, None, token).is_ok()
    })
}

fn file(round: RoundId) -> String {
    format!("{round}.{KEY}")
}

#[cfg(test)]
mod tests {
    use khidma_runtime::Tasks;
    use uuid::Uuid;

    use super::*;

    fn ring(folder: &std::path::Path) -> Keyring {
        Keyring::new(Arc::new(Folder::open(folder).unwrap()), Tasks::new())
    }

    #[tokio::test]
    async fn a_token_is_signed_unseen_and_holds_in_its_round_only() {
        let folder = tempfile::tempdir().unwrap();
        let keys = ring(folder.path());
        let round = |n| RoundId(Uuid::from_u128(n));
        let public = keys.create(round(1)).await.unwrap();
        let other = keys.create(round(2)).await.unwrap();
        assert_eq!(keys.create(round(1)).await.unwrap(), public);

        let key = PublicKey::from_der(&STANDARD.decode(&public).unwrap()).unwrap();
        let token = [7; 32];
        let blinding = key.blind(&mut DefaultRng, token).unwrap();
        let blinded = blinding.blind_message.0.clone();
        let signed = keys.sign(round(1), blinded.clone()).await.unwrap();
        assert_eq!(
            keys.sign(round(1), blinded.clone()).await.unwrap(),
            signed,
            "who did not get the answer asks again"
        );
        let signature = key
            .finalize(&signed.clone().into(), &blinding, token)
            .unwrap();
        assert!(is_signed(&public, &token, &signature));
        assert!(!is_signed(&other, &token, &signature));
        assert!(!is_signed(&public, &[8; 32], &signature));
        assert!(!is_signed("nonsense", &token, &signature));
        let nothing = keys.sign(round(1), vec![1; 3]).await;
        assert!(matches!(nothing, Err(BallotError::NotBlinded)));
        let too_large = keys.sign(round(1), vec![255; 256]).await;
        assert!(matches!(too_large, Err(BallotError::NotBlinded)));

        drop(keys);
        let keys = ring(folder.path());
        assert_eq!(keys.rounds().unwrap(), [round(1), round(2)]);
        assert_eq!(keys.sign(round(1), blinded.clone()).await.unwrap(), signed);
        keys.forget(round(1)).unwrap();
        assert!(!keys.has(round(1)) && keys.has(round(2)));
        let gone = keys.sign(round(1), blinded).await;
        assert!(matches!(gone, Err(BallotError::Elsewhere)));
    }

    #[test]
    fn keys_are_for_their_owner_and_one_process() {
        use std::os::unix::fs::PermissionsExt;

        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("ballots");
        let folder = Folder::open(&path).unwrap();
        folder.write("some.key", b"secret").unwrap();
        std::fs::write(path.join("half.key.draft"), b"sec").unwrap();
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&path.join("some.key")), 0o600);
        assert!(
            Folder::open(&path).is_err(),
            "two processes have one folder"
        );
        drop(folder);
        let folder = Folder::open(&path).unwrap();
        assert_eq!(folder.names("key").unwrap(), ["some"]);
        assert!(!path.join("half.key.draft").exists());
        let modified = path
            .join("some.key")
            .metadata()
            .unwrap()
            .modified()
            .unwrap();
        assert_eq!(modified, std::time::SystemTime::UNIX_EPOCH);
    }
}
