//! Compiles the tables of `knowledge/` into the artefact that the program carries.

#[path = "src/compile.rs"]
#[allow(dead_code, missing_docs, reason = "shared with the library")]
mod compile;

use std::path::Path;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=src/compile.rs");
    println!("cargo::rerun-if-changed=src/compile_names.rs");
    let out = std::env::var_os("OUT_DIR").map(|d| Path::new(&d).join("knowledge.bin"));
    let written = compile::folder(&folder).and_then(|bytes| out.map_or(Ok(()), |path| std::fs::write(&path, bytes).map_err(|e| vec![compile::Error::file(&path, e.to_string())])));
    if let Err(faults) = written {
        for fault in faults {
            println!("cargo::error={fault}");
        }
        std::process::exit(1);
    }
}
