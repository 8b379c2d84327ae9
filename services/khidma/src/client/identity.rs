//! Who asks: a token given, a token file, or a token issued on the spot where the signing key is at hand.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use khidma_edge::Config;
use khidma_edge::client::read_token;
use khidma_edge::identity::LocalAuthority;
use khidma_kernel::{DepartmentId, PersonId, Role};
use khidma_proto::directory::GetPersonRequest;
use khidma_runtime::Clock;

use super::{Api, Endpoints};
use crate::ask;
use crate::cli::{Options, Persona};
use crate::commands::configuration;
use crate::failure::Failure;

/// How long a token issued for one command is good: watching may last a working day, and ends when the token does.
const ON_THE_SPOT: Duration = Duration::from_secs(8 * 3600);

/// The token the command line asks for: `--as` before `--token` before `--token-file` before the file that `khidma up`
/// writes. None of them means none.
///
/// # Errors
/// A file that was named cannot be read, or there is no signing key for `--as`.
pub async fn token(options: &Options, clock: &Clock) -> Result<Option<String>, Failure> {
    if let Some(persona) = &options.on_behalf {
        return issue(options, persona, clock).await.map(Some);
    }
    match (&options.token, &options.token_file) {
        (Some(token), _) => Ok(Some(token.clone())),
        (None, Some(file)) => Ok(Some(read_token(file)?)),
        (None, None) => Ok(read_token(&token_file(&configuration(options)?)).ok()),
    }
}

/// Where `khidma up` puts the token of this machine's administrator.
pub fn token_file(config: &Config) -> PathBuf {
    config.identity_folder().join("token")
}

/// This machine's own authority, which has to be there already.
///
/// # Errors
/// There is no signing key, or it cannot be read.
pub fn authority(config: &Config) -> Result<LocalAuthority, Failure> {
    let folder = config.identity_folder();
    if !folder.join("signing-key.pem").is_file() {
        let message = format!(
            "there is no signing key in {}: `khidma up` makes one at its first start",
            folder.display()
        );
        return Err(Failure::Usage(message));
    }
    Ok(LocalAuthority::open_or_create(&folder, &config.identity)?)
}

async fn issue(options: &Options, persona: &Persona, clock: &Clock) -> Result<String, Failure> {
    let config = configuration(options)?;
    let authority = authority(&config)?;
    let department = match &persona.department {
        Some(department) => department.clone(),
        None => main_department(options, &config, &persona.person, clock).await?,
    };
    let person: PersonId = parse(&persona.person)?;
    let department: DepartmentId = parse(&department)?;
    let roles = persona
        .roles
        .iter()
        .map(|role| role_of(role))
        .collect::<Result<BTreeSet<_>, _>>()?;
    Ok(authority.issue(&person, &department, &roles, ON_THE_SPOT, clock.now())?)
}

/// Asks the directory, as this machine's administrator.
async fn main_department(
    options: &Options,
    config: &Config,
    person: &str,
    clock: &Clock,
) -> Result<String, Failure> {
    let token = read_token(&token_file(config))?;
    let api = Api::new(
        Endpoints::of(options),
        Some(token),
        options.timeout,
        clock.clone(),
    );
    let question = GetPersonRequest {
        id: person.to_owned(),
        min_position: 0,
    };
    let known = ask!(api, directory.get_person, question)?
        .person
        .unwrap_or_default();
    let nowhere = || {
        Failure::Usage(format!(
            "{person} belongs to no department: write --as {person}@DEPARTMENT"
        ))
    };
    known.department_ids.into_iter().next().ok_or_else(nowhere)
}

fn parse<T>(text: &str) -> Result<T, Failure>
where
    T: std::str::FromStr<Err = khidma_kernel::InvalidId>,
{
    text.parse()
        .map_err(|error: khidma_kernel::InvalidId| Failure::Usage(error.to_string()))
}

/// Reads a role as a token writes it.
///
/// # Errors
/// There is no such role.
pub fn role_of(text: &str) -> Result<Role, Failure> {
    text.parse().map_err(|()| {
        Failure::Usage(format!(
            "{text:?} is no role: there are manager, admin and import"
        ))
    })
}
