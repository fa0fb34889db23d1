//! Files that the program carries: styles, fonts, scripts. Each is served under its name with a sum over it, and kept for ever.

use crate::App;
use crate::problem::Problem;
use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Names, types and bytes of files under `assets/`.
macro_rules! files {
    ($($name:literal $kind:literal),* $(,)?) => { [$(($name, $kind, include_bytes!(concat!("../assets/", $name)).as_slice())),*] };
}

const FILES: &[(&str, &str, &[u8])] = &files![
    "icon.svg" "image/svg+xml",
    "review.js" "text/javascript; charset=utf-8",
    "briefing.css" "text/css; charset=utf-8",
    "file.js" "text/javascript; charset=utf-8",
    "fonts/ibm-plex-sans-arabic-arabic-400-normal.woff2" "font/woff2",
    "fonts/ibm-plex-sans-arabic-arabic-600-normal.woff2" "font/woff2",
    "fonts/ibm-plex-sans-arabic-latin-400-normal.woff2" "font/woff2",
    "fonts/ibm-plex-sans-arabic-latin-600-normal.woff2" "font/woff2",
    "fonts/noto-naskh-arabic-arabic-wght-normal.woff2" "font/woff2",
    "fonts/noto-naskh-arabic-latin-wght-normal.woff2" "font/woff2",
    "fonts/ibm-plex-sans-arabic.OFL.txt" "text/plain; charset=utf-8",
    "fonts/noto-naskh-arabic.OFL.txt" "text/plain; charset=utf-8",
    "keys.js" "text/javascript; charset=utf-8",
    "reader.js" "text/javascript; charset=utf-8",
    "map/world-atlas.ISC.txt" "text/plain; charset=utf-8",
    "incidents.js" "text/javascript; charset=utf-8",
    // Behind what it refers to by `asset:NAME`.
    "style.css" "text/css; charset=utf-8",
];

struct Asset {
    kind: &'static str,
    bytes: Vec<u8>,
}

/// By the name with the sum in it; and from the plain name to that.
static ASSETS: LazyLock<(BTreeMap<String, Asset>, BTreeMap<&'static str, String>)> = LazyLock::new(|| {
    let (mut assets, mut names) = (BTreeMap::new(), BTreeMap::new());
    for &(name, kind, bytes) in FILES {
        let bytes = if kind.starts_with("text/css") { refer(bytes, &names) } else { bytes.to_vec() };
        let sum = Sha256::digest(&bytes)[..6].iter().fold(String::new(), |mut out, b| {
            let _ = write!(out, "{b:02x}");
            out
        });
        let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
        let public = format!("{stem}.{sum}.{end}");
        names.insert(name, format!("/assets/{public}"));
        assets.insert(public, Asset { kind, bytes });
    }
    (assets, names)
});

/// A style sheet with addresses for `asset:NAME`.
fn refer(bytes: &[u8], names: &BTreeMap<&'static str, String>) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    for (name, address) in names {
        text = text.replace(&format!("asset:{name}"), address);
    }
    text.into_bytes()
}

/// The address of a file.
pub fn address(name: &str) -> &'static str {
    ASSETS.1.get(name).map_or("", String::as_str)
}

/// `/assets/…`.
pub fn routes() -> Router<App> {
    Router::new().route("/assets/{*name}", get(one))
}

async fn one(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = ASSETS.0.get(&name).ok_or_else(|| Problem::missing("there is no such file; load the page again"))?;
    Ok(([(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], asset.bytes.as_slice()).into_response())
}
