//! What has to be on the machine itself, and how it comes there on a clean Debian.

use crate::command::{Failure, Invocation};
use crate::steps::say;

/// Something the system has or has not.
pub(crate) struct Need {
    /// What it is called when it is missing.
    pub(crate) name: &'static str,
    /// Whether it is there.
    pub(crate) present: fn() -> bool,
    /// The Debian packages that bring it.
    pub(crate) packages: &'static [&'static str],
}

/// Node's package manager.
pub(crate) const NPM: Need = Need {
    name: "npm",
    present: || Invocation::new("npm").arg("--version").succeeds(),
    packages: &["nodejs", "npm"],
};

/// A Python 3 that can make virtual environments and fetch packages into them.
pub(crate) const PYTHON: Need = Need {
    name: "python3 with pip and venv",
    present: || {
        Invocation::new("python3")
            .args(["-c", "import ensurepip, pip, venv"])
            .succeeds()
    },
    packages: &["python3", "python3-pip", "python3-venv"],
};

/// A browser, to see how what is sent to people is laid out.
pub(crate) const CHROMIUM: Need = Need {
    name: "chromium",
    present: || Invocation::new("chromium").arg("--version").succeeds(),
    packages: &["chromium"],
};

/// Makes sure of `need`: in CI, as root, by installing it; anywhere else by saying that it is missing.
pub(crate) fn ensure(need: &Need, ci: bool) -> Result<(), Failure> {
    if (need.present)() {
        return Ok(());
    }
    if ci && is_root() {
        say(&format!("    installing {}", need.packages.join(" ")));
        Invocation::new("apt-get").args(["update", "-qq"]).run()?;
        Invocation::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(need.packages)
            .run()?;
    }
    if (need.present)() {
        Ok(())
    } else {
        Err(missing(need))
    }
}

fn missing(need: &Need) -> Failure {
    let packages = need.packages.join(" ");
    Failure::Wrong(format!(
        "{} is missing; on Debian: apt-get install {packages}",
        need.name
    ))
}

fn is_root() -> bool {
    Invocation::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|uid| uid == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_ci_a_missing_thing_is_named_and_nothing_is_installed() {
        let need = Need {
            name: "a unicorn",
            present: || false,
            packages: &["unicorn"],
        };
        let failure = ensure(&need, false).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "a unicorn is missing; on Debian: apt-get install unicorn"
        );
    }
}
