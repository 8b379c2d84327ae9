//! `cargo xtask test`: everything that has to hold, the cheap things first.

use crate::command::{Failure, Invocation};
use crate::steps::{Outcome, Steps};
use crate::tools::{self, NodeTool};
use crate::{schemas, system};

/// Runs all steps, or with `fast` those that need nothing from outside.
pub(crate) fn run(fast: bool, ci: bool) -> Result<(), Failure> {
    let mut steps = Steps::of("test");
    if !fast {
        steps.step("nats-server", || tools::nats_server(ci))?;
        steps.step("python", || tools::python(ci))?;
        steps.optional("chromium", || tools::chromium(ci))?;
        steps.step("receivers", || tools::receivers(ci))?;
        steps.optional("protobuf", || protobuf(ci))?;
        steps.optional("node", || tools::node_clients(ci))?;
        steps.optional("asyncapi", || asyncapi(ci))?;
    }
    steps.step("format", || {
        Invocation::cargo(["fmt", "--all", "--check"]).run()
    })?;
    steps.step("lints", || {
        Invocation::cargo([
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ])
        .run()
    })?;
    steps.step("schemas", schemas::check)?;
    let tests = Invocation::cargo(["test", "--workspace", "--locked"]);
    if fast {
        steps.step("unit tests", || tests.args(["--lib", "--bins"]).run())?;
    } else {
        steps.step("tests", || tests.run())?;
    }
    steps.close();
    Ok(())
}

/// buf's lint, and its breaking check against the last release if there has been one.
fn protobuf(ci: bool) -> Result<Outcome, Failure> {
    let buf = match tools::buf(ci)? {
        NodeTool::At(buf) => buf,
        NodeTool::NoNpm => {
            return Ok(Outcome::Skipped(format!(
                "{} is missing, and brings buf",
                system::NPM.name
            )));
        }
    };
    Invocation::new(&buf).args(["lint", "proto"]).run()?;
    if let Some(tag) = last_release()? {
        let against = format!(".git#tag={tag},subdir=proto");
        Invocation::new(&buf)
            .args(["breaking", "proto", "--against"])
            .arg(against)
            .run()?;
    }
    Ok(Outcome::Done)
}

/// Whether the document of the feeds is what it says it is.
fn asyncapi(ci: bool) -> Result<Outcome, Failure> {
    let asyncapi = match tools::asyncapi(ci)? {
        NodeTool::At(asyncapi) => asyncapi,
        NodeTool::NoNpm => {
            return Ok(Outcome::Skipped(format!(
                "{} is missing, and brings the command line of AsyncAPI",
                system::NPM.name
            )));
        }
    };
    let metrics = tools::folder().join("asyncapi/metrics.json");
    Invocation::new(asyncapi)
        .args(["validate", "libs/events/schemas/asyncapi.json"])
        .args(["--fail-severity", "warn"])
        // It would tell its makers that it was run, and keep a file in the home folder to say so.
        .env("CI", "true")
        .env("ASYNCAPI_METRICS_CONFIG_PATH", metrics)
        .env("SUPPRESS_NO_CONFIG_WARNING", "true")
        .env("NODE_ENV", "development")
        .run()?;
    Ok(Outcome::Done)
}

/// The youngest tag `v…` behind the commit at hand.
fn last_release() -> Result<Option<String>, Failure> {
    let tags = Invocation::new("git")
        .args([
            "tag",
            "--merged",
            "HEAD",
            "--list",
            "v*",
            "--sort=-creatordate",
        ])
        .output()?;
    Ok(tags.lines().next().map(str::to_owned))
}
