//! Addresses within the site.

use std::fmt::Write as _;

/// An address with some of its query's values set or taken out; the others stay as they are.
pub fn with(address: &str, changes: &[(&str, Option<&str>)]) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !changes.iter().any(|(name, _)| pair.split('=').next() == Some(name)));
    let mut pairs: Vec<String> = kept.map(str::to_owned).collect();
    pairs.extend(changes.iter().filter_map(|(name, value)| value.map(|v| format!("{name}={}", escape(v)))));
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// A value as it stands in a query or a path.
pub fn escape(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// An address within the site, or its first page: nobody is led elsewhere by a form.
pub fn local(address: &str) -> &str {
    let inside = address.starts_with('/') && !address.starts_with("//") && !address.contains(['\\', '\n', '\r', '\t']);
    if inside { address } else { "/" }
}

/// A value of an address's query.
pub fn value(address: &str, name: &str) -> Option<String> {
    let uri = address.parse().ok()?;
    let pairs: Vec<(String, String)> = axum::extract::Query::try_from_uri(&uri).ok()?.0;
    pairs.into_iter().find(|p| p.0 == name).map(|p| p.1)
}
