//! `khidma token`: issues a token with the signing key of this machine, which is made where there is none.

use khidma_edge::identity::LocalAuthority;
use khidma_runtime::Clock;
use serde_json::json;

use super::configuration;
use crate::cli::{Options, TokenArgs};
use crate::client::role_of;
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn run(options: &Options, args: &TokenArgs, output: &mut Output) -> Result<(), Failure> {
    let config = configuration(options)?;
    let authority = LocalAuthority::open_or_create(&config.identity_folder(), &config.identity)?;
    let roles = args
        .role
        .iter()
        .map(|role| role_of(role))
        .collect::<Result<_, _>>()?;
    let now = Clock::system().now();
    let token = authority.issue(&args.person, &args.department, &roles, args.ttl, now)?;
    if output.is_json() {
        let seconds = i64::try_from(args.ttl.as_secs()).unwrap_or(i64::MAX);
        return output.value(&json!({ "token": token, "expires": now.plus_seconds(seconds) }));
    }
    output.line(token)
}
