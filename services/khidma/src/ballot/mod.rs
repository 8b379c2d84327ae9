//! Answering an anonymous round, as `docs/anonymity.md` says a client does.
//!
//! A token is made, blinded, signed, unblinded and checked; then the answer goes by a connection of its own that says nobody's
//! name. What is needed for it is kept in a file from before the token is signed until the answer was taken, so that a crash
//! loses neither, and nobody takes a second token to no avail.

mod kept;

use std::collections::BTreeMap;
use std::path::Path;

use blind_rsa_signatures::{
    BlindMessage, BlindSignature, BlindingResult, DefaultRng,
    PublicKeySha384PSSDeterministic as PublicKey, Secret,
};
use khidma_proto::feedback as pb;
use prost::Message;

use crate::ask;
use crate::client::Api;
use crate::failure::Failure;
use kept::{Kept, Token};

/// Bytes of a token.
const TOKEN: usize = 32;

/// Takes a token of a round for the caller of `api`, and keeps it in `folder`; if one was taken before and is there, that one.
/// To answer some while later tells less than to answer at once.
///
/// # Errors
/// The service refuses; a token was taken before and is not in the folder; the folder cannot be used; the signature is not one
/// of the round's key, so that the server cannot be trusted with an answer.
pub async fn take_token(api: &Api, folder: &Path, round: &str) -> Result<(), Failure> {
    taken(api, folder, round).await.map(|_| ())
}

/// Answers a round in nobody's name, with the token in `folder`, or one that is taken now for the caller of `api`.
/// `with_segment` says whether to state what the round is broken down by, such as one's department.
///
/// # Errors
/// As [`take_token`]; or the answer is refused: then the token is kept, and may be used for another try.
pub async fn answer(
    api: &Api,
    folder: &Path,
    round: &str,
    values: BTreeMap<String, pb::Value>,
    with_segment: bool,
) -> Result<(), Failure> {
    let (kept, token) = taken(api, folder, round).await?;
    let segment = match (with_segment, kept.token.segment.as_slice()) {
        (false, _) | (true, []) => None,
        (true, segment) => Some(pb::AnswerSegment::decode(segment).map_err(|_| kept.damaged())?),
    };
    let answer = pb::AnswerAnonymouslyRequest {
        round_id: round.to_owned(),
        token: kept.token.token.clone(),
        signature: token.to_vec(),
        values,
        segment,
    };
    // By a connection of its own, over which nothing was asked in anybody's name.
    let nobody = api.in_nobodys_name();
    ask!(nobody, ballots.answer_anonymously, answer)?;
    kept.forget()
}

/// The token of a round with its signature: what is there, or else a new one.
async fn taken(api: &Api, folder: &Path, round: &str) -> Result<(Kept, Vec<u8>), Failure> {
    let mut kept = match Kept::read(folder, round)? {
        Some(kept) => kept,
        None => Kept::write(folder, round, blinded(api, round).await?)?,
    };
    if let Some(signature) = kept.token.signature.clone() {
        return Ok((kept, signature));
    }
    let issue = pb::IssueTokenRequest {
        request_id: api.request_id(),
        round_id: round.to_owned(),
        blinded: kept.token.blinded.clone(),
    };
    let issued = ask!(api, ballots.issue_token, issue);
    if is_taken(&issued) {
        // The file tells of a token that was never signed: another was, from elsewhere.
        kept.forget()?;
        return Err(elsewhere());
    }
    let signature = unblinded(&kept.token, issued?.blind_signature)?;
    kept.token.signature = Some(signature.clone());
    kept.save()?;
    Ok((kept, signature))
}

/// A new token, blinded with the round's key.
async fn blinded(api: &Api, round: &str) -> Result<Token, Failure> {
    let ask = pb::GetBallotRequest {
        round_id: round.to_owned(),
        min_position: 0,
    };
    let ballot = ask!(api, ballots.get_ballot, ask)?;
    if ballot.taken {
        return Err(elsewhere());
    }
    let key = PublicKey::from_der(&ballot.public_key).map_err(|_| untrusted())?;
    let mut token = vec![0; TOKEN];
    blind_rsa_signatures::reexports::rand::fill(&mut token[..]);
    let blinding = key.blind(&mut DefaultRng, &token);
    let blinding = blinding.map_err(|_| untrusted())?;
    Ok(Token {
        public_key: ballot.public_key,
        token,
        blinded: blinding.blind_message.0,
        secret: blinding.secret.0,
        signature: None,
        segment: ballot
            .segment
            .map(|segment| segment.encode_to_vec())
            .unwrap_or_default(),
    })
}

/// The token's own signature, held to the round's key: one by a key made for this person would mark them.
fn unblinded(token: &Token, blind_signature: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let key = PublicKey::from_der(&token.public_key).map_err(|_| untrusted())?;
    let blinding = BlindingResult {
        blind_message: BlindMessage(token.blinded.clone()),
        secret: Secret(token.secret.clone()),
        msg_randomizer: None,
    };
    let signature = key.finalize(&BlindSignature(blind_signature), &blinding, &token.token);
    signature
        .map(|signature| signature.0)
        .map_err(|_| untrusted())
}

fn is_taken<T>(answer: &Result<T, Failure>) -> bool {
    let report = answer.as_ref().err().and_then(Failure::report);
    report.is_some_and(|report| report.reason.as_deref() == Some("TOKEN_TAKEN"))
}

fn elsewhere() -> Failure {
    Failure::Usage(
        "your token of this round was taken before, and it is not in the folder of tokens here: answer from where it is"
            .into(),
    )
}

fn untrusted() -> Failure {
    Failure::Usage(
        "the server's signature does not fit the key of this round: do not answer, and tell who runs the server"
            .into(),
    )
}
