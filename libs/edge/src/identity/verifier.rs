//! From a token to a caller.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use khidma_kernel::{Caller, Timestamp};
use khidma_runtime::Clock;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::cache::TokenCache;
use super::keys::{Keys, KeysError};
use super::{Expiry, IdentityError};
use crate::config;

/// The longest token, in bytes. Ours have some 400.
const MAX_TOKEN: usize = 8 * 1024;
/// A verified token is looked at again after this long, so that a key taken from the file soon stops counting.
const REMEMBER_SECONDS: i64 = 60;

/// Verifies tokens.
pub struct Verifier {
    keys: Keys,
    issuer: String,
    audience: String,
    leeway: i64,
    clock: Clock,
    cache: TokenCache,
}

/// What a token's header has to say. Anything else in it is ignored, as RFC 7515 wants, but for `crit`.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

impl Verifier {
    /// Believes the keys in `jwks_file`, under the rules of `config`. The file is read now, and again when a token names
    /// a key that is not known.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn from_jwks_file(
        jwks_file: &Path,
        config: &config::Identity,
        clock: Clock,
    ) -> Result<Self, KeysError> {
        Ok(Self {
            keys: Keys::read(jwks_file, clock.now())?,
            issuer: config.issuer.clone(),
            audience: config.audience.clone(),
            leeway: config.leeway_seconds.into(),
            clock,
            cache: TokenCache::default(),
        })
    }

    /// The clock it reads.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Who the bearer of `token` is.
    ///
    /// # Errors
    /// The token is not believed.
    pub fn verify(&self, token: &str) -> Result<Caller, IdentityError> {
        self.verify_until(token).map(|(caller, _)| caller)
    }

    /// As [`Verifier::verify`], with when the token stops being good.
    pub(super) fn verify_until(&self, token: &str) -> Result<(Caller, Expiry), IdentityError> {
        if token.len() > MAX_TOKEN {
            return Err(IdentityError::Malformed);
        }
        let (hash, now) = (Sha256::digest(token).into(), self.clock.now());
        if let Some(known) = self.cache.get(&hash, now) {
            return Ok(known);
        }
        let claims = self.signed_claims(token, now)?;
        let (caller, expiry) = self.check(&claims, now)?;
        let until = expiry.0.min(now.plus_seconds(REMEMBER_SECONDS));
        self.cache
            .insert(hash, (caller.clone(), expiry), now..until);
        Ok((caller, expiry))
    }

    /// The claims, once the signature is known to be ours.
    fn signed_claims(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Map<String, Value>, IdentityError> {
        let header = header(token)?;
        if header.alg != "EdDSA" {
            return Err(IdentityError::Algorithm);
        }
        if header.crit.is_some() {
            return Err(IdentityError::Malformed);
        }
        let kid = header.kid.ok_or(IdentityError::Malformed)?;
        let key = self.keys.find(&kid, now).ok_or(IdentityError::Foreign)?;
        decode(token, &key)
    }

    /// The caller, and when the token stops being good.
    fn check(
        &self,
        claims: &Map<String, Value>,
        now: Timestamp,
    ) -> Result<(Caller, Expiry), IdentityError> {
        let text = |name| claims.get(name).and_then(Value::as_str);
        if text("iss") != Some(&self.issuer) || !self.is_for_us(claims.get("aud")) {
            return Err(IdentityError::Foreign);
        }
        let expires = instant(claims, "exp")?
            .ok_or(IdentityError::Claim("exp"))?
            .plus_seconds(self.leeway);
        if now >= expires {
            return Err(IdentityError::Expired);
        }
        if instant(claims, "nbf")?.is_some_and(|start| now < start.plus_seconds(-self.leeway)) {
            return Err(IdentityError::Claim("nbf"));
        }
        instant(claims, "iat")?;
        let person = text("sub")
            .and_then(|id| id.parse().ok())
            .ok_or(IdentityError::Claim("sub"))?;
        let department = text("dept")
            .and_then(|id| id.parse().ok())
            .ok_or(IdentityError::Claim("dept"))?;
        let caller = Caller::person(person, department, roles(claims)?);
        Ok((caller, Expiry(expires)))
    }

    /// `aud` is one text or several.
    fn is_for_us(&self, audience: Option<&Value>) -> bool {
        match audience {
            Some(Value::String(one)) => *one == self.audience,
            Some(Value::Array(several)) => several
                .iter()
                .any(|one| one.as_str() == Some(&self.audience)),
            _ => false,
        }
    }
}

fn header(token: &str) -> Result<Header, IdentityError> {
    let (header, _) = token.split_once('.').ok_or(IdentityError::Malformed)?;
    let json = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_| IdentityError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| IdentityError::Malformed)
}

fn decode(token: &str, key: &DecodingKey) -> Result<Map<String, Value>, IdentityError> {
    // Only the signature is left to the library: times are read from the injected clock, and each claim is refused by
    // its own name.
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let decoded = jsonwebtoken::decode(token, key, &rules);
    decoded
        .map(|data| data.claims)
        .map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => IdentityError::Signature,
            ErrorKind::InvalidAlgorithm => IdentityError::Algorithm,
            _ => IdentityError::Malformed,
        })
}

/// A NumericDate: seconds since the epoch, perhaps with a fraction.
fn instant(
    claims: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<Timestamp>, IdentityError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let whole = value
        .as_i64()
        .or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64));
    whole
        .map(|seconds| Some(Timestamp::EPOCH.plus_seconds(seconds)))
        .ok_or(IdentityError::Claim(name))
}

/// The roles we know; others are for other services.
fn roles(claims: &Map<String, Value>) -> Result<Vec<khidma_kernel::Role>, IdentityError> {
    match claims.get("roles") {
        None => Ok(Vec::new()),
        Some(Value::Array(names)) if names.iter().all(Value::is_string) => Ok(names
            .iter()
            .filter_map(|name| name.as_str()?.parse().ok())
            .collect()),
        Some(_) => Err(IdentityError::Claim("roles")),
    }
}
