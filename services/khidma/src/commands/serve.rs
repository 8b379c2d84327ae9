//! `khidma serve`: one service against NATS; and what `up` shares with it.

use khidma_directory::DirectoryConfig;
use khidma_edge::Config;
use khidma_edge::telemetry::{self, Telemetry};
use khidma_feedback::FeedbackConfig;
use khidma_feeds::FeedsConfig;
use khidma_notifications::NotificationsConfig;
use khidma_requests::RequestsConfig;
use khidma_runtime::Clock;
use khidma_sla::SlaConfig;
use tokio::signal::unix::{Signal, SignalKind, signal};

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
    let stay = async |host: &Host, stop: &mut StopSignals| {
        let name = output.paint(Tone::Strong, args.service.as_str());
        output.line(format_args!("{name} listens on http://{}", host.address()))?;
        output.flush()?;
        stop.received().await;
        Ok(())
    };
    run_services(config, &[args.service], Clock::system(), stay).await
}

/// Starts `services`, lets them run for as long as `stay` takes, and ends them gracefully, however that went. Asked to
/// stop during the start, it does not finish it.
pub(super) async fn run_services(
    config: Config,
    services: &[ServiceName],
    clock: Clock,
    stay: impl AsyncFnOnce(&Host, &mut StopSignals) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut stop = StopSignals::listen()?;
    let telemetry = start_telemetry(&config)?;
    let signals = telemetry.signals();
    let started = Host::start_unless(stop.received(), config, services, clock, signals).await;
    let ended = match started {
        Ok(Some(host)) => {
            let stayed = stay(&host, &mut stop).await;
            let in_time = host.stop().await;
            stayed.and_then(|()| ended_in_time(in_time))
        }
        Ok(None) => Ok(()),
        Err(failure) => Err(failure),
    };
    telemetry.shut_down().await;
    ended
}

fn ended_in_time(in_time: bool) -> Result<(), Failure> {
    if in_time {
        Ok(())
    } else {
        Err(Failure::NotReady("not everything ended in time".to_owned()))
    }
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
    let sla: SlaConfig = config.service("sla")?;
    config.set_service("sla", &sla)?;
    let notifications: NotificationsConfig = config.service("notifications")?;
    config.set_service("notifications", &notifications)?;
    let feeds: FeedsConfig = config.service("feeds")?;
    config.set_service("feeds", &feeds)?;
    let feedback: FeedbackConfig = config.service("feedback")?;
    config.set_service("feedback", &feedback)?;
    Ok(config)
}

fn start_telemetry(config: &Config) -> Result<Telemetry, Failure> {
    telemetry::init(&config.telemetry).map_err(|error| Failure::Usage(error.to_string()))
}

/// Ctrl-C and SIGTERM, heard from the moment this is made: until then they end the process on the spot.
pub(super) struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn listen() -> Result<Self, Failure> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Returns when the next one of them has come.
    pub(super) async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
