//! What every answer goes through on its way out: security headers, an entity tag, compression.

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;

/// Nothing comes from elsewhere, nothing runs that stands in a page, nobody frames a page.
const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; worker-src 'self'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    // With none, a browser would not say that a form is our own where it speaks plain http.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];
/// Bytes from which compression pays.
const WORTH: usize = 1024;

/// A middleware. Answers that are streams (exports) go out as they come.
pub async fn finish(mut request: Request, next: Next) -> Response {
    let head = request.method() == Method::HEAD;
    if head {
        // A tag is of what GET would give.
        *request.method_mut() = Method::GET;
    }
    let tagged = request.method() == Method::GET;
    let asked = request.headers().clone();
    let mut response = next.run(request).await;
    if response.body().size_hint().exact().is_some() {
        response = whole(response, &asked, tagged).await;
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, accept-language, authorization, cookie"));
    }
    if head {
        *response.body_mut() = Body::empty();
    }
    response
}

/// Tags and compresses an answer that is all there.
async fn whole(response: Response, asked: &HeaderMap, tagged: bool) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    if tagged && parts.status == StatusCode::OK {
        let mut tag = String::from("W/\"");
        for byte in &Sha256::digest(&bytes)[..12] {
            let _ = write!(tag, "{byte:02x}");
        }
        tag.push('"');
        let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).map(str::trim);
        let same = known.into_iter().any(|k| k == "*" || k.trim_start_matches("W/") == tag.trim_start_matches("W/"));
        if let Ok(value) = HeaderValue::from_str(&tag) {
            parts.headers.insert(header::ETAG, value);
        }
        if same {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            return Response::from_parts(parts, Body::empty());
        }
    }
    let text = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|t| t.starts_with("text/") || t.contains("json") || t.contains("javascript") || t.contains("xml"));
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).is_some_and(takes_gzip);
    if text && accepted && bytes.len() >= WORTH {
        let mut packed = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::fast());
        if packed.write_all(&bytes).is_ok()
            && let Ok(packed) = packed.finish()
        {
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(packed.len()));
            return Response::from_parts(parts, Body::from(packed));
        }
    }
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Response::from_parts(parts, Body::from(bytes))
}

fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        matches!(pieces.next(), Some("gzip" | "*")) && !pieces.any(|q| q.trim_start_matches("q=").parse() == Ok(0.0))
    })
}
