//! `khidma up` over a long history: how long until it serves, and how much memory it takes.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::history::History;
use crate::table::Table;

/// A server that ends with the benchmark.
struct Up(Child);

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures the first start (which builds the read models) and a restart, and says it as a table.
pub(crate) async fn measure(history: &History) -> Outcome<String> {
    let binary = std::env::current_exe()?.with_file_name("khidma");
    if !binary.exists() {
        return Err(format!(
            "{} is missing: build it with cargo build --release",
            binary.display()
        )
        .into());
    }
    let mut table = Table::new([
        "",
        "seconds to serving",
        "resident MiB",
        "resident MiB after 10 s",
    ]);
    for name in [
        "first start: builds the read models",
        "restart",
        "restart after kill -9",
    ] {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let began = Instant::now();
        let up = Up(start(&binary, history.folder.path(), port)?);
        while !healthy(&binary, port)? {
            if began.elapsed() > Duration::from_secs(300) {
                return Err("it does not come up".into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let took = began.elapsed();
        let early = resident(up.0.id())?;
        tokio::time::sleep(Duration::from_secs(10)).await;
        let late = resident(up.0.id())?;
        table.row([
            name.to_owned(),
            format!("{:.2}", took.as_secs_f64()),
            early.to_string(),
            late.to_string(),
        ]);
        if name == "first start: builds the read models" {
            stop(up).await?;
        }
    }
    Ok(format!(
        "`khidma up` over {} events\n\n{table}",
        history.events
    ))
}

fn start(binary: &Path, data: &Path, port: u16) -> Outcome<Child> {
    let mut command = Command::new(binary);
    command
        .arg("up")
        .arg("--data")
        .arg(data)
        .arg("--listen")
        .arg(format!("127.0.0.1:{port}"));
    Ok(command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()?)
}

fn healthy(binary: &Path, port: u16) -> Outcome<bool> {
    let mut command = Command::new(binary);
    command
        .arg("health")
        .arg("--server")
        .arg(format!("http://127.0.0.1:{port}"));
    Ok(command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?
        .success())
}

/// Ends it as an operator would.
async fn stop(mut up: Up) -> Outcome {
    Command::new("kill")
        .arg("-TERM")
        .arg(up.0.id().to_string())
        .status()?;
    while up.0.try_wait()?.is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Resident memory in MiB.
pub(crate) fn resident(process: u32) -> Outcome<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("no VmRSS")?;
    let kib: u64 = line.split_whitespace().next().ok_or("no figure")?.parse()?;
    Ok(kib / 1024)
}
