//! `khidma serve`: one service against NATS; and what `up` shares with it.

use khidma_directory::DirectoryConfig;
use khidma_edge::Config;
use khidma_edge::telemetry::{self, Telemetry};
use khidma_requests::RequestsConfig;
use khidma_runtime::Clock;
use tokio::signal::unix::{SignalKind, signal};

use super::configuration;
use crate::cli::{Options, ServeArgs, ServiceName};
use crate::failure::Failure;
use crate::host::{Host, is_embedded};
use crate::output::{Output, Tone};

pub(super) async fn run(
    options: &Options,
    args: ServeArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut config = configuration(options)?;
    overrule(&mut config, args.listen, args.log)?;
    if is_embedded(&config) {
        let message = "the embedded log is for one process: `khidma up` runs every service on it, and \
                       `khidma serve` needs --log nats://HOST:PORT";
        return Err(Failure::Usage(message.to_owned()));
    }
    let telemetry = start_telemetry(&config)?;
    let host = Host::start(config, &[args.service], Clock::system(), telemetry.meters()).await?;
    let name = output.paint(Tone::Strong, args.service.as_str());
    output.line(format_args!("{name} listens on http://{}", host.address()))?;
    output.flush()?;
    asked_to_stop().await?;
    stop(host, telemetry).await
}

/// The configuration with the command line over it.
pub(super) fn overrule(
    config: &mut Config,
    listen: Option<std::net::SocketAddr>,
    log: Option<String>,
) -> Result<(), Failure> {
    if let Some(log) = log {
        config.log.url = log;
    }
    if let Some(listen) = listen {
        config.listen = listen;
    }
    Ok(config.check(&ServiceName::ALL.map(ServiceName::as_str))?)
}

/// The configuration in force, with every service's section filled in.
pub(super) fn effective(options: &Options) -> Result<Config, Failure> {
    let mut config = configuration(options)?;
    let directory: DirectoryConfig = config.service("directory")?;
    let requests: RequestsConfig = config.service("requests")?;
    config.set_service("directory", &directory)?;
    config.set_service("requests", &requests)?;
    Ok(config)
}

pub(super) fn start_telemetry(config: &Config) -> Result<Telemetry, Failure> {
    telemetry::init(&config.telemetry).map_err(|error| Failure::Usage(error.to_string()))
}

/// Returns at Ctrl-C or SIGTERM.
pub(super) async fn asked_to_stop() -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
        _ = terminate.recv() => Ok(()),
    }
}

/// Ends gracefully.
pub(super) async fn stop(host: Host, telemetry: Telemetry) -> Result<(), Failure> {
    let in_time = host.stop().await;
    telemetry.shut_down().await;
    if in_time {
        Ok(())
    } else {
        Err(Failure::NotReady("not everything ended in time".to_owned()))
    }
}
