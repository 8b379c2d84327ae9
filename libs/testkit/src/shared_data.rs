//! Real data that is not part of the repository.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "where the data lies is a matter of the machine; a test that is left out says so, and in CI may not be"
)]

use std::path::{Path, PathBuf};

/// What the folder holds.
const HELPDESK: &str = "helpdesk.xes.gz";

/// The folder with real data: `KHIDMA_DATA` if it holds them, or else `../shared/data` beside the repository. Where neither
/// does, the test says that it is left out and gets `None`; with `CI` set it fails.
pub fn shared_data() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let named = std::env::var_os("KHIDMA_DATA").map(PathBuf::from);
    let found = named
        .into_iter()
        .chain([beside])
        .find(|folder| folder.join(HELPDESK).is_file());
    if found.is_none() {
        let said = format!("{HELPDESK} is neither in KHIDMA_DATA nor in ../shared/data");
        let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
        assert!(!ci, "{said}");
        eprintln!("left out: {said}");
    }
    found
}
