//! `khidma`: every service in one binary, and the client that asks them.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    khidma::run(std::env::args_os()).await.into()
}
