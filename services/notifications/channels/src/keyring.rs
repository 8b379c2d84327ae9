//! The one secret of the notifications: from it follow the secrets of all webhooks and the tokens in links to unsubscribe.
//!
//! So no such secret is ever on the log or in a read model, and a rebuilt one knows them all.

use std::fmt;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use khidma_events::notifications::MessageKind;
use khidma_kernel::PersonId;
use sha2::Sha256;
use uuid::Uuid;

/// Bytes of the key, and of what follows from it.
const BYTES: usize = 32;

/// The key from which secrets follow. All processes that send must have the same.
#[derive(Clone)]
pub struct Keyring([u8; BYTES]);

/// What a webhook's receiver checks signatures with.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; BYTES]);

/// Why there is no keyring.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// A file cannot be read or written.
    #[error("{}: {source}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file does not hold a key.
    #[error("{} holds {bytes} bytes or more, not the {BYTES} of a key", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Bytes that were read.
        bytes: usize,
    },
    /// Others can read the file.
    #[error("{} can be read by others: its mode is {mode:o}, and may have nothing for others (chmod o-rwx)", .file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The machine gives no randomness.
    #[error("no randomness: {0}")]
    Randomness(String),
}

impl Keyring {
    /// The key in `file`; at first it is made, readable by its owner only. Processes that do so at the same time end up
    /// with the same key.
    ///
    /// # Errors
    /// The file cannot be read or written, holds no key, or can be read by others.
    pub fn open_or_create(file: &Path) -> Result<Self, KeyringError> {
        match fs::metadata(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => create(file)?,
            _ => {}
        }
        read(file)
    }

    /// The secret of an endpoint, of the generation of that number.
    pub fn secret(&self, endpoint: &str, generation: u32) -> Secret {
        Secret(self.derive(&format!("webhook/{endpoint}/{generation}")))
    }

    /// The token by which a person's messages of one kind can be unsubscribed from without a login. It holds no more than
    /// both names, and does not expire: a link in an old e-mail has to work.
    pub fn unsubscribe_token(&self, person: &PersonId, kind: MessageKind) -> String {
        let kind = kind.as_str();
        let mark = self.derive(&unsubscribe(person.as_str(), kind));
        format!("{person}.{kind}.{}", URL_SAFE_NO_PAD.encode(mark))
    }

    /// Whom and what a token names, if it is one of ours. How long that takes does not tell how much of it was right.
    pub fn read_unsubscribe_token(&self, token: &str) -> Option<(PersonId, MessageKind)> {
        let mut parts = token.split('.');
        let (person, kind, mark) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let mark = URL_SAFE_NO_PAD.decode(mark).ok()?;
        let expected = self.mac(&unsubscribe(person, kind));
        expected.verify_slice(&mark).ok()?;
        Some((person.parse().ok()?, MessageKind::parse(kind)?))
    }

    fn derive(&self, what: &str) -> [u8; BYTES] {
        self.mac(what).finalize().into_bytes().into()
    }

    fn mac(&self, what: &str) -> Hmac<Sha256> {
        mac(&self.0, what.as_bytes())
    }
}

/// What the mark of a token vouches for. Neither name can hold a slash.
fn unsubscribe(person: &str, kind: &str) -> String {
    format!("unsubscribe/{person}/{kind}")
}

fn mac(key: &[u8; BYTES], what: &[u8]) -> Hmac<Sha256> {
    // The key is as long as the hash, within a block: it is the block's beginning, as the definition has it.
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block[..BYTES].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block);
    mac.update(what);
    mac
}

impl Secret {
    /// The secret as its receiver is told it: `whsec_` and the key in base64.
    pub fn reveal(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }

    /// The signature of what is sent, in base64.
    pub(crate) fn sign(&self, content: &[u8]) -> String {
        STANDARD.encode(mac(&self.0, content).finalize().into_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

fn at(file: &Path) -> impl FnOnce(io::Error) -> KeyringError {
    let file = file.to_owned();
    move |source| KeyringError::File { file, source }
}

fn create(file: &Path) -> Result<(), KeyringError> {
    let mut key = [0; BYTES];
    getrandom::fill(&mut key).map_err(|error| KeyringError::Randomness(error.to_string()))?;
    if let Some(folder) = file.parent() {
        let mut builder = DirBuilder::new();
        let made = builder.recursive(true).mode(0o700).create(folder);
        made.map_err(at(folder))?;
    }
    let draft = file.with_extension(format!("draft-{}", Uuid::new_v4()));
    let opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft);
    let written = opened.and_then(|mut opened| {
        opened.write_all(&key)?;
        opened.sync_all()
    });
    // A link, unlike a rename, does not replace the key of another process that was faster.
    let linked = written.and_then(|()| fs::hard_link(&draft, file));
    // Also where the key could not be written: half of one is left to nobody.
    let _ = fs::remove_file(&draft);
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(at(file)),
    }
}

fn read(file: &Path) -> Result<Keyring, KeyringError> {
    let opened = fs::File::open(file).map_err(at(file))?;
    let mode = opened.metadata().map_err(at(file))?.mode() & 0o777;
    if mode & 0o007 != 0 {
        let file = file.to_owned();
        return Err(KeyringError::Open { file, mode });
    }
    let mut bytes = Vec::with_capacity(BYTES + 1);
    let mut limited = opened.take(BYTES as u64 + 1);
    limited.read_to_end(&mut bytes).map_err(at(file))?;
    let key = <[u8; BYTES]>::try_from(bytes.as_slice());
    key.map(Keyring).map_err(|_| KeyringError::Damaged {
        file: file.to_owned(),
        bytes: bytes.len(),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn keyring() -> Keyring {
        Keyring([7; BYTES])
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notifications/keyring");
        let first = Keyring::open_or_create(&file).unwrap();
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = Keyring::open_or_create(&file).unwrap();
        assert_eq!(first.secret("hook", 1), again.secret("hook", 1));
        let beside = fs::read_dir(file.parent().unwrap()).unwrap().count();
        assert_eq!(beside, 1, "a draft was left");
    }

    #[test]
    fn those_who_make_it_at_the_same_time_have_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keyring");
        let open = || Keyring::open_or_create(&file).unwrap().secret("hook", 1);
        let secrets: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
    }

    #[test]
    fn a_file_that_is_short_long_or_open_to_others_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keyring");
        for bytes in [0, 31, 33, 4096] {
            fs::write(&file, vec![1; bytes]).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
            let refused = Keyring::open_or_create(&file);
            assert!(
                matches!(refused, Err(KeyringError::Damaged { .. })),
                "{bytes}"
            );
        }
        fs::write(&file, [1; BYTES]).unwrap();
        for (mode, fits) in [
            (0o600, true),
            (0o400, true),
            (0o440, true),
            (0o604, false),
            (0o644, false),
        ] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(Keyring::open_or_create(&file).is_ok(), fits, "{mode:o}");
        }
    }

    #[test]
    fn each_endpoint_and_generation_has_its_own_secret() {
        let keyring = keyring();
        let mut secrets: Vec<_> = [("a", 1), ("a", 2), ("a", 11), ("b", 1)]
            .map(|(endpoint, generation)| keyring.secret(endpoint, generation).reveal())
            .into();
        assert!(secrets.iter().all(|secret| secret.starts_with("whsec_")));
        secrets.sort();
        secrets.dedup();
        assert_eq!(secrets.len(), 4);
        assert_eq!(format!("{:?}", keyring.secret("a", 1)), "Secret(…)");
    }

    #[test]
    fn a_secret_is_what_anybody_can_compute() {
        // python3: "whsec_" + b64encode(hmac.new(bytes([7]*32), b"webhook/hook/1", "sha256").digest())
        assert_eq!(
            keyring().secret("hook", 1).reveal(),
            "whsec_bYE6AbiJkkvQM942oUU11JlEnB4DGCuULBYi5YVV6Qw="
        );
    }

    #[test]
    fn a_token_names_whom_and_what_and_nothing_else_passes() {
        let keyring = keyring();
        let person: PersonId = "amina".parse().unwrap();
        let token = keyring.unsubscribe_token(&person, MessageKind::Progress);
        let read = keyring.read_unsubscribe_token(&token);
        assert_eq!(read, Some((person.clone(), MessageKind::Progress)));
        let other = Keyring([8; BYTES]).unsubscribe_token(&person, MessageKind::Progress);
        let mark = token.rsplit('.').next().unwrap();
        for forged in [
            other,
            format!("badr.progress.{mark}"),
            format!("amina.receipt.{mark}"),
            format!("amina.progress.{}", &mark[..20]),
            format!("amina.progress.{mark}."),
            format!("amina.progress.{mark}=="),
            "amina.progress.".into(),
            "amina.progress".into(),
            String::new(),
        ] {
            assert_eq!(keyring.read_unsubscribe_token(&forged), None, "{forged}");
        }
    }
}
