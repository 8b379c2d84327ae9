//! Writes one JSON Schema file per event into a folder (by default `libs/events/schemas`), the same each time.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(default, PathBuf::from);
    for kind in khidma_events::kinds() {
        // `khidma.requests.submitted.v1` becomes `requests/submitted.v1.json`.
        let path = kind
            .type_name
            .trim_start_matches("khidma.")
            .replacen('.', "/", 1)
            + ".json";
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut schema = (kind.schema)();
        schema.insert("$id".to_owned(), kind.type_name.into());
        fs::write(path, serde_json::to_string_pretty(&schema)? + "\n")?;
    }
    Ok(())
}
