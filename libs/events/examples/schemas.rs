//! Writes one JSON Schema file per event, and the AsyncAPI document of the departments' feeds, into a folder (by default
//! `libs/events/schemas`), the same each time.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

#[path = "schemas/asyncapi.rs"]
mod asyncapi;

fn main() -> Result<(), Box<dyn Error>> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(default, PathBuf::from);
    for kind in khidma_events::kinds() {
        let mut schema = (kind.schema)();
        schema.insert("$id".to_owned(), kind.type_name.into());
        write(&folder.join(asyncapi::schema_file(kind)), &schema)?;
    }
    write(&folder.join("asyncapi.json"), &asyncapi::document())
}

fn write(path: &Path, content: &impl Serialize) -> Result<(), Box<dyn Error>> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, serde_json::to_string_pretty(content)? + "\n")?;
    Ok(())
}
