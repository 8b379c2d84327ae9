//! `khidma`: every service in one binary, and the client that asks them.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// With glibc's allocator a quarter of a command's time went into it: many small pieces, and whole pages for sled.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    khidma::run(std::env::args_os()).await.into()
}
