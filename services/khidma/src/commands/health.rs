//! `khidma health`: the exit code tells whether the server is ready.

use khidma_runtime::Clock;
use serde_json::json;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;

use crate::cli::Options;
use crate::client::{Api, Endpoints};
use crate::failure::Failure;
use crate::output::{Output, Tone};

/// Asks once, without a token: whoever calls this in a loop decides about the next attempt.
pub(super) async fn run(options: &Options, output: &mut Output) -> Result<(), Failure> {
    let api = Api::new(
        Endpoints::of(options),
        None,
        options.timeout,
        Clock::system(),
    );
    let ask = async {
        Ok::<_, Failure>(
            api.health()
                .await?
                .check(HealthCheckRequest::default())
                .await?
                .into_inner(),
        )
    };
    let answer = tokio::time::timeout(options.timeout, ask).await;
    let answer =
        answer.unwrap_or_else(|_| Err(Failure::NotReady("no answer in time".to_owned())))?;
    if answer.status() != ServingStatus::Serving {
        return Err(Failure::NotReady(format!(
            "{} is not ready",
            options.server
        )));
    }
    if output.is_json() {
        return output.value(&json!({ "server": options.server, "status": "SERVING" }));
    }
    let ready = output.paint(Tone::Good, "ready");
    output.line(format_args!("{ready}  {}", options.server))
}
