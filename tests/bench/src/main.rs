//! `cargo xtask bench NAME`: figures as ratios against a bare baseline in the same run, as tables on standard output.
#![expect(clippy::print_stdout, reason = "it is there to print figures")]

mod baseline;
mod calendar;
mod commands;
mod echo;
mod feedback;
mod feeds;
mod history;
mod import;
mod load;
mod memory;
mod plan;
mod rebuild;
mod scorecard;
mod search;
mod sla;
mod stage;
mod table;
mod what_if;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

/// The allocator of the real binary.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// What goes wrong ends the benchmark, with its cause.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Benchmarks, each against a bare baseline in the same run.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// Commands over gRPC beside an echo and beside bare appends; then the rebuild of the read model; then memory and
    /// restart with 100,000 requests.
    Commands {
        /// Calls measured for each figure at 64 and 256 in flight; an eighth of it at 1.
        #[arg(long, default_value_t = 40_000)]
        calls: usize,
        /// Requests, of six events each, for the rebuild and for memory.
        #[arg(long, default_value_t = 100_000)]
        requests: usize,
        /// Connections that the calls are spread over.
        #[arg(long, default_value_t = 1)]
        connections: usize,
        /// Only this part: `commands`, `rebuild` or `memory`.
        #[arg(long)]
        only: Option<String>,
    },
    /// How long a plan of many tasks takes to begin.
    Plan {
        /// Its tasks; none needs another.
        #[arg(long, default_value_t = 1000)]
        tasks: usize,
    },
    /// Business time elapsed and reached, on one core, beside Python's businesstimedelta.
    Calendar {
        /// Cases that both answer and that are compared.
        #[arg(long, default_value_t = 300)]
        cases: usize,
    },
    /// Service levels: business time beside Python's businesstimedelta; many clocks open, many due at once; how far they are
    /// behind the requests; a policy tried out on a long history.
    Sla {
        /// Clocks that are open, four a request.
        #[arg(long, default_value_t = 1_000_000)]
        clocks: usize,
        /// Clocks that fall due in the same second.
        #[arg(long, default_value_t = 10_000)]
        due: usize,
        /// Requests submitted while the clocks follow.
        #[arg(long, default_value_t = 40_000)]
        calls: usize,
        /// Requests, of six events each, on which a policy is tried out.
        #[arg(long, default_value_t = 1_000_000)]
        requests: usize,
        /// Only this part: `calendar`, `clocks`, `following` or `what-if`.
        #[arg(long)]
        only: Option<String>,
    },
    /// The second half of `sla --only clocks`, which measures memory and so has a process of its own.
    #[command(hide = true)]
    SlaRestart {
        /// The data folder, with a log and a read model.
        folder: std::path::PathBuf,
        /// Clocks that are open.
        clocks: usize,
        /// Clocks that fall due in the same second.
        due: usize,
        /// Resident MiB of such a process without any clocks.
        empty: u64,
    },
    /// A draft of a policy tried out over gRPC on many requests, beside a scan of the same rows.
    WhatIf {
        /// Requests, of six events each.
        #[arg(long, default_value_t = 1_000_000)]
        requests: usize,
        /// The cache of the read model, in MiB.
        #[arg(long, default_value_t = 32)]
        cache_mib: u16,
    },
    /// Feeds and notifications: publishing beside bare publishing, subscribers beside bare streaming, from an event to an
    /// inbox, webhooks to a local sink.
    Feeds {
        /// Events published, and told to subscribers.
        #[arg(long, default_value_t = 100_000)]
        events: usize,
        /// Subscribers, spread over 50 departments.
        #[arg(long, default_value_t = 1000)]
        subscribers: usize,
        /// Requests whose receipts come into inboxes.
        #[arg(long, default_value_t = 20_000)]
        requests: usize,
        /// Messages posted to a webhook.
        #[arg(long, default_value_t = 10_000)]
        webhooks: usize,
        /// Only this part: `publishing`, `subscribers`, `inbox` or `webhooks`.
        #[arg(long)]
        only: Option<String>,
    },
    /// Feedback: collecting answers beside an echo, and looks at the results of many.
    Feedback {
        /// Answers measured for each figure at 64 and 256 in flight; an eighth of it at 1.
        #[arg(long, default_value_t = 40_000)]
        calls: usize,
        /// Answers to the round that is looked at.
        #[arg(long, default_value_t = 1_000_000)]
        answers: usize,
        /// Looks at its results.
        #[arg(long, default_value_t = 2_000)]
        looks: usize,
        /// Only this part: `collecting` or `results`.
        #[arg(long)]
        only: Option<String>,
    },
    /// A help desk's log imported over gRPC beside bare appends of the same bytes.
    Import,
    /// The scorecard of a department with many requests.
    Scorecard {
        /// Requests, with two clocks and an answer each.
        #[arg(long, default_value_t = 100_000)]
        requests: usize,
    },
    /// Searching for words among many requests, by callers who may read few, many and all of them.
    Search {
        /// Requests to search.
        #[arg(long, default_value_t = 100_000)]
        requests: usize,
        /// Calls measured for each figure.
        #[arg(long, default_value_t = 4_000)]
        calls: usize,
        /// Calls under way at once.
        #[arg(long, default_value_t = 16)]
        in_flight: usize,
    },
}

#[tokio::main]
async fn main() -> Outcome {
    match Arguments::parse().bench {
        Bench::Commands {
            calls,
            requests,
            connections,
            only,
        } => all_of_commands(calls, requests, connections, only).await,
        Bench::Plan { tasks } => {
            println!("{}", plan::measure(tasks).await?);
            Ok(())
        }
        Bench::Scorecard { requests } => {
            println!("{}", scorecard::measure(requests).await?);
            Ok(())
        }
        Bench::Search {
            requests,
            calls,
            in_flight,
        } => {
            println!("{}", search::measure(requests, calls, in_flight).await?);
            Ok(())
        }
        Bench::Calendar { cases } => {
            println!("{}", calendar::measure(cases)?);
            Ok(())
        }
        Bench::Sla {
            clocks,
            due,
            calls,
            requests,
            only,
        } => all_of_sla([clocks, due, calls, requests], only).await,
        Bench::SlaRestart {
            folder,
            clocks,
            due,
            empty,
        } => {
            println!("{}", sla::restarted(&folder, clocks, due, empty).await?);
            Ok(())
        }
        Bench::WhatIf {
            requests,
            cache_mib,
        } => {
            println!("{}", what_if::measure(requests, cache_mib).await?);
            Ok(())
        }
        Bench::Feeds {
            events,
            subscribers,
            requests,
            webhooks,
            only,
        } => all_of_feeds([events, subscribers, requests, webhooks], only).await,
        Bench::Feedback {
            calls,
            answers,
            looks,
            only,
        } => all_of_feedback([calls, answers, looks], only).await,
        Bench::Import => {
            println!("{}", import::measure().await?);
            Ok(())
        }
    }
}

async fn all_of_commands(
    calls: usize,
    requests: usize,
    connections: usize,
    only: Option<String>,
) -> Outcome {
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if wanted("commands") {
        println!("{}", commands::measure(calls, connections).await?);
    }
    if wanted("rebuild") || wanted("memory") {
        let history = history::write(requests).await?;
        if wanted("rebuild") {
            println!("{}", rebuild::measure(&history).await?);
        }
        if wanted("memory") {
            println!("{}", memory::measure(&history).await?);
        }
    }
    Ok(())
}

async fn all_of_sla([clocks, due, calls, requests]: [usize; 4], only: Option<String>) -> Outcome {
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if wanted("clocks") {
        sla::measure(clocks, due).await?;
    }
    if wanted("following") {
        println!("{}", sla::following::measure(calls).await?);
    }
    if wanted("what-if") {
        println!("{}", what_if::measure(requests, 32).await?);
    }
    if wanted("calendar") {
        println!("{}", calendar::measure(300)?);
    }
    Ok(())
}

async fn all_of_feedback([calls, answers, looks]: [usize; 3], only: Option<String>) -> Outcome {
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if wanted("collecting") {
        println!("{}", feedback::collecting::measure(calls).await?);
    }
    if wanted("results") {
        println!("{}", feedback::results::measure(answers, looks).await?);
    }
    Ok(())
}

async fn all_of_feeds(
    [events, subscribers, requests, webhooks]: [usize; 4],
    only: Option<String>,
) -> Outcome {
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if wanted("publishing") {
        println!("{}", feeds::publishing::measure(events).await?);
    }
    if wanted("subscribers") {
        println!(
            "{}",
            feeds::subscribers::measure(events, subscribers).await?
        );
    }
    if wanted("inbox") {
        println!("{}", feeds::inbox::measure(requests).await?);
    }
    if wanted("webhooks") {
        println!("{}", feeds::webhooks::measure(webhooks).await?);
    }
    Ok(())
}
