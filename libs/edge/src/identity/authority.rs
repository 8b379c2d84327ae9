//! An issuer of tokens for one machine: what `khidma up` stands on where there is no identity provider.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use khidma_kernel::{DepartmentId, PersonId, Role, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::config;

/// Issues tokens with a key of its own.
pub struct LocalAuthority {
    key: EncodingKey,
    kid: String,
    issuer: String,
    audience: String,
    jwks_file: PathBuf,
}

/// Why there is no local authority, or no token.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A file cannot be read or written.
    #[error("{}: {source}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The key file holds no Ed25519 key, or the JWKS file no JWKS.
    #[error("{} is damaged: {reason}", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// How.
        reason: String,
    },
    /// The machine gives no randomness.
    #[error("no randomness: {0}")]
    Randomness(String),
    /// The token could not be signed.
    #[error("cannot sign: {0}")]
    Sign(#[from] jsonwebtoken::errors::Error),
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a PersonId,
    dept: &'a DepartmentId,
    roles: Vec<&'static str>,
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl LocalAuthority {
    /// Opens the authority in `folder`; at first it makes a signing key (readable by its owner only) and the JWKS file,
    /// beside it or where `config` says (in a folder that is there). Processes that do so at the same time end up with the same key.
    ///
    /// # Errors
    /// A file cannot be read, written or understood.
    pub fn open_or_create(
        folder: &Path,
        config: &config::Identity,
    ) -> Result<Self, AuthorityError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(at(folder))?;
        let key_file = folder.join("signing-key.pem");
        if !key_file.exists() {
            create_key(&key_file)?;
        }
        let signing = read_key(&key_file)?;
        let public = signing.verifying_key().to_bytes();
        let kid = URL_SAFE_NO_PAD.encode(&Sha256::digest(public)[..12]);
        let jwks_file = config.published_in(folder);
        publish(&jwks_file, &kid, &public)?;
        let der = signing.to_pkcs8_der().map_err(damaged(&key_file))?;
        let key = EncodingKey::from_ed_der(der.as_bytes());
        let (issuer, audience) = (config.issuer.clone(), config.audience.clone());
        Ok(Self {
            key,
            kid,
            issuer,
            audience,
            jwks_file,
        })
    }

    /// The JWKS file with the public key.
    pub fn jwks_file(&self) -> &Path {
        &self.jwks_file
    }

    /// A token for `person` of `department`, good from `now` for `lifetime` (whole seconds).
    ///
    /// # Errors
    /// The token could not be signed.
    pub fn issue(
        &self,
        person: &PersonId,
        department: &DepartmentId,
        roles: &BTreeSet<Role>,
        lifetime: Duration,
        now: Timestamp,
    ) -> Result<String, AuthorityError> {
        let start = now.as_seconds();
        let claims = Claims {
            sub: person,
            dept: department,
            roles: roles.iter().map(|role| role.as_str()).collect(),
            iss: &self.issuer,
            aud: &self.audience,
            iat: start,
            nbf: start,
            exp: start.saturating_add_unsigned(lifetime.as_secs()),
        };
        let header = Header {
            kid: Some(self.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }
}

fn at(file: &Path) -> impl FnOnce(io::Error) -> AuthorityError {
    let file = file.to_owned();
    move |source| AuthorityError::File { file, source }
}

fn damaged<E: std::fmt::Display>(file: &Path) -> impl FnOnce(E) -> AuthorityError {
    let file = file.to_owned();
    move |error| AuthorityError::Damaged {
        file,
        reason: error.to_string(),
    }
}

fn create_key(file: &Path) -> Result<(), AuthorityError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| AuthorityError::Randomness(error.to_string()))?;
    let pem = SigningKey::from_bytes(&seed)
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(damaged(file))?;
    let draft = write_draft(file, pem.as_bytes(), 0o600)?;
    // A link, unlike a rename, does not replace the key of another process that was faster.
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft).map_err(at(&draft))?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(at(file)(error)),
        _ => Ok(()),
    }
}

fn read_key(file: &Path) -> Result<SigningKey, AuthorityError> {
    let pem = fs::read_to_string(file).map_err(at(file))?;
    SigningKey::from_pkcs8_pem(&pem).map_err(damaged(file))
}

/// Sees to it that the JWKS file holds our public key; keys of others in it stay.
fn publish(file: &Path, kid: &str, public: &[u8; 32]) -> Result<(), AuthorityError> {
    let mut set = match fs::read(file) {
        Ok(text) => serde_json::from_slice::<Value>(&text).map_err(damaged(file))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => json!({ "keys": [] }),
        Err(error) => return Err(at(file)(error)),
    };
    let keys = set.get_mut("keys").and_then(Value::as_array_mut);
    let keys = keys.ok_or_else(|| damaged(file)("it has no keys"))?;
    if keys.iter().any(|key| key["kid"] == kid) {
        return Ok(());
    }
    let x = URL_SAFE_NO_PAD.encode(public);
    keys.push(
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x }),
    );
    let draft = write_draft(file, format!("{set:#}\n").as_bytes(), 0o644)?;
    fs::rename(&draft, file).map_err(at(file))
}

/// Writes a file beside `file`, under a name that no other process takes, whole or not at all as far as readers see.
fn write_draft(file: &Path, content: &[u8], mode: u32) -> Result<PathBuf, AuthorityError> {
    let draft = file.with_extension(format!("draft-{}", std::process::id()));
    let opened = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(&draft);
    let mut output = opened.map_err(at(&draft))?;
    output
        .write_all(content)
        .and_then(|()| output.sync_all())
        .map_err(at(&draft))?;
    Ok(draft)
}
