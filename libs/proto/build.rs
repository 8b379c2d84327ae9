//! Compiles `proto/` in pure Rust (protox): no protoc to install.

use std::path::{Path, PathBuf};

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script where to write by the environment"
)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new("../../proto");
    let files = proto_files(root)?;
    println!("cargo::rerun-if-changed={}", root.display());
    let descriptors = protox::compile(files, [root])?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    std::fs::write(
        out.join("khidma.bin"),
        protox::prost::Message::encode_to_vec(&descriptors),
    )?;
    // Every message knows its own name, so that its JSON form can be found in the descriptors.
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    // Maps are encoded in one order only: what a call says is told by its bytes, so that a repeated one is known again.
    config.btree_map(["."]);
    // One event goes to many subscribers: they share its data.
    config.bytes([".khidma.feeds.v1"]);
    tonic_prost_build::configure().compile_fds_with_config(descriptors, config)?;
    Ok(())
}

/// All there are; their packages are in `lib.rs`.
fn proto_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(proto_files(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "proto")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
