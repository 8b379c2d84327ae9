//! End to end: the real binary in processes of its own, a real nats-server, real gRPC; and what becomes of all of it when
//! processes are killed, servers go away and callers send what they should not.
#![cfg(test)]

mod away;
mod bad_input;
mod binary;
mod clients;
mod feedback_kills;
mod helpdesk_scorecard;
mod helpdesk_sla;
mod helpdesk_what_if;
mod import;
mod kills;
mod ledger;
mod load;
mod ocel;
mod plan;
mod process;
mod python;
mod races;
mod rebuild;
mod restart;
mod seed;
mod site;
mod sla_once;
mod sla_signals;
mod sla_stage;
mod sla_time;
mod story;
mod told_kills;
mod traces;
mod webhooks;

use std::time::Duration;

/// How long anything may take before a test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(30);
