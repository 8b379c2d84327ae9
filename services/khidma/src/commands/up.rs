//! `khidma up`: every service in one process on one listener, with a signing key and a token of its own.

use std::collections::BTreeSet;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use khidma_edge::Config;
use khidma_edge::identity::LocalAuthority;
use khidma_kernel::{InvalidId, Role};
use khidma_runtime::{Clock, TimeMachine};

use super::configuration;
use super::serve::{StopSignals, overrule, run_services};
use crate::cli::{Options, ServiceName, UpArgs};
use crate::client::{Endpoints, token_file};
use crate::failure::Failure;
use crate::host::{Host, is_embedded};
use crate::output::{Output, Tone};
use crate::story::{self, Printed, Stage};

/// How long the token of this machine's administrator is good; every start issues a new one.
const TOKEN_LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);

pub(super) async fn run(
    options: &Options,
    args: UpArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut config = configuration(options)?;
    overrule(&mut config, args.listen, args.log)?;
    let (clock, time) = clock(args.demo);
    let authority = Arc::new(LocalAuthority::open_or_create(
        &config.identity_folder(),
        &config.identity,
    )?);
    let stay = {
        let (config, clock) = (config.clone(), clock.clone());
        async move |host: &Host, stop: &mut StopSignals| {
            issue_admin_token(&config, &authority, &clock)?;
            let address = format!("http://{}", host.address());
            welcome(&config, &address, output)?;
            if args.demo {
                let stage = Stage {
                    endpoints: Endpoints::all_at(&address),
                    authority,
                    clock,
                    time: time.clone(),
                    patience: options.timeout,
                };
                output.go_by(stage.clock.clone());
                let mut narrator = Printed(output);
                tokio::select! {
                    played = story::play(&stage, &mut narrator) => { played?; }
                    () = stop.received() => return Ok(()),
                }
                if let Some(time) = time {
                    time.to_the_present();
                }
                try_it(&address, output)?;
            }
            output.flush()?;
            stop.received().await;
            output.line("\nstopping")
        }
    };
    run_services(config, &ServiceName::ALL, clock, stay).await
}

/// The story takes days, which nobody shall wait for: it begins on the Monday before last, and ends now. All services of
/// this process go by that clock; others on the same log do not, and had better not be there while the story is played.
fn clock(travels: bool) -> (Clock, Option<TimeMachine>) {
    let system = Clock::system();
    match story::monday_before_last(system.now()).filter(|_| travels) {
        Some(start) => {
            let (clock, time) = Clock::travelling(start);
            (clock, Some(time))
        }
        None => (system, None),
    }
}

/// Writes the token that makes the command line on this machine just work; only its owner may read it.
fn issue_admin_token(
    config: &Config,
    authority: &LocalAuthority,
    clock: &Clock,
) -> Result<(), Failure> {
    let wrong = |error: InvalidId| Failure::Local(error.to_string());
    let (person, department) = (
        "admin".parse().map_err(wrong)?,
        "company".parse().map_err(wrong)?,
    );
    let roles = BTreeSet::from([Role::Admin, Role::Import]);
    let token = authority.issue(&person, &department, &roles, TOKEN_LIFETIME, clock.now())?;
    let file = token_file(config);
    write_private(&file, &token)
        .map_err(|error| Failure::Local(format!("{}: {error}", file.display())))
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let draft = file.with_extension("draft");
    let mut output = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    writeln!(output, "{text}")?;
    std::fs::rename(draft, file)
}

fn welcome(config: &Config, address: &str, output: &mut Output) -> Result<(), Failure> {
    let log = if is_embedded(config) {
        config.data.join("log").display().to_string()
    } else {
        config.log.url.clone()
    };
    let listens = output.paint(Tone::Good, "Khidma is up");
    output.line(listens)?;
    output.facts(&[
        ("listens on", address.to_owned()),
        ("event log", log),
        ("your token", token_file(config).display().to_string()),
        ("stop with", "Ctrl-C".to_owned()),
    ])
}

fn try_it(address: &str, output: &mut Output) -> Result<(), Failure> {
    let title = output.paint(Tone::Strong, "Now you");
    output.line(format_args!("\n{title}"))?;
    let server = if address == "http://127.0.0.1:7400" {
        String::new()
    } else {
        format!(" --server {address}")
    };
    for command in [
        "request submit --to it --title 'A second screen' --as amina",
        "request queue it --as mei",
        "directory who-handles keyboard",
        "sla report",
        "inbox --text --as linh",
        "notification escalations --as nour",
        "events tail --no-follow",
    ] {
        output.line(format_args!("  khidma {command}{server}"))?;
    }
    Ok(())
}
