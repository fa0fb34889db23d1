//! What the intake makes of pages, one JSON object a line, whatever their language: `bench/pages.py` measures with it.
//!
//! `pages FILE.html…`; a page's address is in `FILE.url` where there is one.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        let bytes = std::fs::read(&file)?;
        let url = std::fs::read_to_string(std::path::Path::new(&file).with_extension("url")).ok();
        let article = marsad_intake::page::decode(&bytes, None).and_then(|html| marsad_intake::page::article(&html, url.as_deref().map(str::trim)));
        match article {
            Ok(article) => println!("{}", serde_json::json!({"file": file, "article": article})),
            Err(reason) => println!("{}", serde_json::json!({"file": file, "refused": reason})),
        }
    }
    Ok(())
}
