//! Every way a token may be wrong, and the ways of the files behind it.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use ed25519_dalek::{Signer, SigningKey};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use khidma_kernel::{Role, Timestamp};
use khidma_runtime::{Clock, ManualClock};
use serde_json::{Value, json};

use super::*;
use crate::config;

const NOW: i64 = 1_800_000_000;

struct House {
    folder: tempfile::TempDir,
    verifier: Verifier,
    hand: ManualClock,
}

/// A verifier that believes the key with the seed `[1; 32]` under the id `ours`.
fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    write_keys(folder.path(), &[("ours", 1)]);
    let (clock, hand) = Clock::manual(Timestamp::EPOCH.plus_seconds(NOW));
    let file = folder.path().join("jwks.json");
    let verifier = Verifier::from_jwks_file(&file, &config::Identity::default(), clock).unwrap();
    House {
        folder,
        verifier,
        hand,
    }
}

fn write_keys(folder: &Path, keys: &[(&str, u8)]) {
    let key = |&(kid, seed): &(&str, u8)| {
        let x = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&[seed; 32]).verifying_key());
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x })
    };
    let set = json!({ "keys": keys.iter().map(key).collect::<Vec<_>>() });
    std::fs::write(folder.join("jwks.json"), set.to_string()).unwrap();
}

fn claims() -> Value {
    json!({
        "sub": "amina", "dept": "it", "roles": ["manager", "gardener"],
        "iss": "khidma", "aud": ["other", "khidma"], "exp": NOW + 600, "nbf": NOW, "iat": NOW,
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// A token signed with `seed`, whatever its header says.
fn token(header: &Value, claims: &Value, seed: u8) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = SigningKey::from_bytes(&[seed; 32]).sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn ours(claims: &Value) -> String {
    token(&json!({ "alg": "EdDSA", "kid": "ours" }), claims, 1)
}

#[test]
fn a_good_token_names_person_department_and_the_roles_we_know() {
    let caller = house().verifier.verify(&ours(&claims())).unwrap();
    let expected = Caller::person(
        "amina".parse().unwrap(),
        "it".parse().unwrap(),
        [Role::Manager],
    );
    assert_eq!(caller, expected);
}

#[test]
fn each_wrong_claim_is_refused_by_its_name() {
    let house = house();
    for (claims, error) in [
        (without("sub"), IdentityError::Claim("sub")),
        (with("sub", json!("a.b")), IdentityError::Claim("sub")),
        (with("sub", json!(7)), IdentityError::Claim("sub")),
        (without("dept"), IdentityError::Claim("dept")),
        (
            with("roles", json!("manager")),
            IdentityError::Claim("roles"),
        ),
        (with("roles", json!([1])), IdentityError::Claim("roles")),
        (without("exp"), IdentityError::Claim("exp")),
        (with("exp", json!("soon")), IdentityError::Claim("exp")),
        (with("nbf", json!(NOW + 31)), IdentityError::Claim("nbf")),
        (with("iat", json!("today")), IdentityError::Claim("iat")),
        (with("exp", json!(NOW - 30)), IdentityError::Expired),
        (with("iss", json!("somebody")), IdentityError::Foreign),
        (without("iss"), IdentityError::Foreign),
        (with("aud", json!("other")), IdentityError::Foreign),
        (with("aud", json!(["other"])), IdentityError::Foreign),
        (without("aud"), IdentityError::Foreign),
    ] {
        assert_eq!(
            house.verifier.verify(&ours(&claims)),
            Err(error),
            "{claims}"
        );
    }
}

#[test]
fn clocks_may_differ_by_the_leeway() {
    let house = house();
    house
        .verifier
        .verify(&ours(&with("exp", json!(NOW - 29))))
        .unwrap();
    house
        .verifier
        .verify(&ours(&with("nbf", json!(NOW + 30))))
        .unwrap();
    house
        .verifier
        .verify(&ours(&with("exp", json!(NOW as f64 + 0.5))))
        .unwrap();
}

#[test]
fn only_eddsa_counts() {
    let house = house();
    let good = claims();
    for alg in ["none", "None", "HS256", "RS256", "ES256", "EdDsa", ""] {
        let forged = token(&json!({ "alg": alg, "kid": "ours" }), &good, 1);
        assert_eq!(
            house.verifier.verify(&forged),
            Err(IdentityError::Algorithm),
            "{alg}"
        );
    }
    let unsigned = token(&json!({ "alg": "none", "kid": "ours" }), &good, 1);
    let unsigned = format!("{}.", unsigned.rsplit_once('.').unwrap().0);
    assert_eq!(
        house.verifier.verify(&unsigned),
        Err(IdentityError::Algorithm)
    );
}

#[test]
fn the_public_key_does_not_serve_as_an_hmac_secret() {
    let public = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
    let header = Header {
        kid: Some("ours".into()),
        ..Header::new(Algorithm::HS256)
    };
    let forged =
        jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(&public)).unwrap();
    assert_eq!(
        house().verifier.verify(&forged),
        Err(IdentityError::Algorithm)
    );
}

#[test]
fn a_signature_of_another_key_or_for_other_claims_does_not_fit() {
    let house = house();
    let header = json!({ "alg": "EdDSA", "kid": "ours" });
    let foreign = token(&header, &claims(), 2);
    assert_eq!(
        house.verifier.verify(&foreign),
        Err(IdentityError::Signature)
    );
    let (good, other) = (ours(&claims()), ours(&with("sub", json!("root"))));
    let swapped = format!(
        "{}.{}",
        other.rsplit_once('.').unwrap().0,
        good.rsplit_once('.').unwrap().1
    );
    assert_eq!(
        house.verifier.verify(&swapped),
        Err(IdentityError::Signature)
    );
    // Verified before, so remembered: the changed one is still another token.
    house.verifier.verify(&good).unwrap();
    assert_eq!(
        house.verifier.verify(&swapped),
        Err(IdentityError::Signature)
    );
}

#[test]
fn what_is_no_token_is_refused() {
    let house = house();
    let no_kid = token(&json!({ "alg": "EdDSA" }), &claims(), 1);
    let critical = token(
        &json!({ "alg": "EdDSA", "kid": "ours", "crit": ["exp"] }),
        &claims(),
        1,
    );
    let no_object = token(&json!({ "alg": "EdDSA", "kid": "ours" }), &json!("text"), 1);
    let long = "x".repeat(100_000);
    for text in [
        "", ".", "..", "a.b.c", "e30.e30.", "{}", &no_kid, &critical, &no_object, &long,
    ] {
        assert_eq!(
            house.verifier.verify(text),
            Err(IdentityError::Malformed),
            "{text:.40}"
        );
    }
}

#[test]
fn a_remembered_token_still_expires() {
    let house = house();
    let token = ours(&claims());
    house.verifier.verify(&token).unwrap();
    house.hand.advance_seconds(629);
    house.verifier.verify(&token).unwrap();
    house.hand.advance_seconds(1);
    assert_eq!(house.verifier.verify(&token), Err(IdentityError::Expired));
}

#[test]
fn a_new_key_counts_once_the_file_may_be_read_again() {
    let house = house();
    let next = token(&json!({ "alg": "EdDSA", "kid": "next" }), &claims(), 2);
    assert_eq!(house.verifier.verify(&next), Err(IdentityError::Foreign));
    write_keys(house.folder.path(), &[("ours", 1), ("next", 2)]);
    assert_eq!(
        house.verifier.verify(&next),
        Err(IdentityError::Foreign),
        "read again too soon"
    );
    house.hand.advance_seconds(10);
    house.verifier.verify(&next).unwrap();
}

#[test]
fn a_key_that_was_taken_out_stops_counting() {
    let house = house();
    let token = ours(&claims());
    house.verifier.verify(&token).unwrap();
    write_keys(house.folder.path(), &[("next", 2)]);
    house.hand.advance_seconds(61);
    assert_eq!(house.verifier.verify(&token), Err(IdentityError::Foreign));
}

#[test]
fn a_clock_that_is_set_back_does_not_keep_old_keys_and_tokens_in_force() {
    let house = house();
    let token = ours(&claims());
    house.verifier.verify(&token).unwrap();
    write_keys(house.folder.path(), &[("next", 2)]);
    // Within the leeway: the token itself is good by this clock too.
    house.hand.advance_seconds(-20);
    assert_eq!(house.verifier.verify(&token), Err(IdentityError::Foreign));
}

#[test]
fn a_clock_that_is_set_back_does_not_keep_a_new_key_out() {
    let house = house();
    let next = token(&json!({ "alg": "EdDSA", "kid": "next" }), &claims(), 2);
    write_keys(house.folder.path(), &[("ours", 1), ("next", 2)]);
    assert_eq!(house.verifier.verify(&next), Err(IdentityError::Foreign));
    house.hand.advance_seconds(-20);
    house.verifier.verify(&next).unwrap();
}

#[test]
fn a_file_that_breaks_later_leaves_the_keys_in_force() {
    let house = house();
    std::fs::write(house.folder.path().join("jwks.json"), "{").unwrap();
    house.hand.advance_seconds(61);
    house.verifier.verify(&ours(&claims())).unwrap();
}

#[test]
fn a_file_without_a_usable_key_is_refused_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let open =
        || Verifier::from_jwks_file(&file, &config::Identity::default(), Clock::system()).err();
    assert!(matches!(open(), Some(KeysError::Unreadable { .. })));
    std::fs::write(&file, "[]").unwrap();
    assert!(matches!(open(), Some(KeysError::Malformed { .. })));
    let short =
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "short", "x": "AAAA" }] });
    std::fs::write(&file, short.to_string()).unwrap();
    assert!(matches!(open(), Some(KeysError::Empty(_))));
}

#[test]
fn the_local_authority_keeps_its_key_and_its_tokens_are_believed() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, rules) = (folder.path().join("identity"), config::Identity::default());
    let first = LocalAuthority::open_or_create(&folder, &rules).unwrap();
    let again = LocalAuthority::open_or_create(&folder, &rules).unwrap();
    let (clock, _hand) = Clock::manual(Timestamp::EPOCH.plus_seconds(NOW));
    let verifier = Verifier::from_jwks_file(first.jwks_file(), &rules, clock.clone()).unwrap();
    for authority in [first, again] {
        let roles = BTreeSet::from([Role::Admin, Role::Manager]);
        let (person, department) = ("amina".parse().unwrap(), "it".parse().unwrap());
        let token = authority
            .issue(
                &person,
                &department,
                &roles,
                Duration::from_secs(60),
                clock.now(),
            )
            .unwrap();
        assert_eq!(
            verifier.verify(&token).unwrap(),
            Caller::person(person, department, roles)
        );
    }
}

#[test]
fn the_signing_key_is_its_owners_only() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("identity");
    LocalAuthority::open_or_create(&folder, &config::Identity::default()).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("signing-key.pem")), 0o600);
    let names: BTreeSet<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(
        names,
        BTreeSet::from(["jwks.json".into(), "signing-key.pem".into()])
    );
}

#[test]
fn the_public_key_can_be_published_away_from_the_signing_key() {
    let [private, public] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let file = public.path().join("jwks.json");
    let mut config = config::Config::in_folder(private.path());
    config.identity.publish_file = Some(file.clone());
    let authority =
        LocalAuthority::open_or_create(&config.identity_folder(), &config.identity).unwrap();
    assert_eq!(authority.jwks_file(), file);
    assert_eq!(config.jwks_file(), file, "what is published is believed");
    let names = |folder: &Path| -> Vec<_> {
        let files = std::fs::read_dir(folder).unwrap();
        files.map(|file| file.unwrap().file_name()).collect()
    };
    assert_eq!(names(public.path()), ["jwks.json"]);
    assert_eq!(names(&config.identity_folder()), ["signing-key.pem"]);
    let believed = tempfile::tempdir().unwrap().path().join("theirs.json");
    config.identity.jwks_file = Some(believed.clone());
    assert_eq!(config.jwks_file(), believed);
    LocalAuthority::open_or_create(&config.identity_folder(), &config.identity).unwrap();
    assert!(!believed.exists(), "others' keys are not ours to write");
}

#[test]
fn the_authority_leaves_other_keys_in_the_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    write_keys(folder.path(), &[("ours", 1)]);
    LocalAuthority::open_or_create(folder.path(), &config::Identity::default()).unwrap();
    let (clock, _hand) = Clock::manual(Timestamp::EPOCH.plus_seconds(NOW));
    let file = folder.path().join("jwks.json");
    let verifier = Verifier::from_jwks_file(&file, &config::Identity::default(), clock).unwrap();
    verifier.verify(&ours(&claims())).unwrap();
}

#[test]
fn a_damaged_key_file_is_an_error_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signing-key.pem");
    SigningKey::from_bytes(&[1; 32]).to_pkcs8_der().unwrap();
    std::fs::write(&file, "garbage").unwrap();
    let opened = LocalAuthority::open_or_create(folder.path(), &config::Identity::default());
    assert!(matches!(opened.err(), Some(AuthorityError::Damaged { .. })));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "garbage");
}
