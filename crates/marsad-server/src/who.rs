//! Who asks. Every request that reaches a handler carries its [`Who`].

use crate::problem::Problem;
use crate::view::url;
use crate::{App, Error, prefs};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::net::SocketAddr;

/// The cookie of one who gave the token.
pub const COOKIE: &str = "session";
/// The least characters of a token.
const TOKEN: usize = 16;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Read.
    Reader,
    /// And correct.
    Editor,
    /// And decide who may.
    Admin,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Their name; empty where nobody had to give one.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::unknown_user("nobody said who asks"))
    }
}

/// How it is found out who asks.
#[derive(Clone, Debug)]
pub enum Access {
    /// Whoever sits at this machine.
    Loopback,
    /// Whoever knows the token; here is its sum.
    Token([u8; 32]),
}

impl Access {
    /// Refuses to let everybody in who can reach the address.
    pub(crate) fn new(address: SocketAddr, token: Option<&str>) -> Result<Self, Error> {
        match token {
            Some(token) if token.chars().count() < TOKEN => Err(Error::Token(TOKEN)),
            Some(token) => Ok(Self::Token(sum(token))),
            None if address.ip().is_loopback() => Ok(Self::Loopback),
            None => Err(Error::Open(address)),
        }
    }

    /// The cookie's value for one who gives this token, if it is the right one.
    pub(crate) fn enter(&self, token: &str) -> Option<String> {
        matches!(self, Self::Token(right) if sum(token) == *right).then(|| session(&sum(token)))
    }

    fn who(&self, headers: &HeaderMap) -> Option<Who> {
        let known = match self {
            Self::Loopback => true,
            Self::Token(right) => {
                let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
                // Sums are compared, so that the time it takes tells nothing of the token.
                bearer.is_some_and(|t| sum(t) == *right) || prefs::cookie(headers, COOKIE).is_some_and(|c| sum(c) == sum(&session(right)))
            }
        };
        known.then(|| Who { name: String::new(), role: Role::Admin })
    }
}

fn sum(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn session(token: &[u8; 32]) -> String {
    Sha256::digest([b"session of ".as_slice(), token].concat()).iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// Addresses that are open to all: what the page for entering needs.
fn is_open(path: &str) -> bool {
    path == "/login" || path == "/preferences" || path.starts_with("/assets/")
}

/// A middleware: gives each request its [`Who`], and turns away whom it does not know and what other sites send.
pub(crate) async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    if matches!(app.access, Access::Loopback) && !is_this_machine(headers) {
        return Problem::forbidden("this server answers only under a name of this machine, such as http://127.0.0.1 or http://localhost").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) && is_foreign(headers) {
        return Problem::forbidden("another site sent this; do it on the page itself").into_response();
    }
    let path = request.uri().path();
    match app.access.who(headers) {
        Some(who) => drop(request.extensions_mut().insert(who)),
        None if is_open(path) => drop(request.extensions_mut().insert(Who { name: String::new(), role: Role::Reader })),
        None if request.method() == Method::GET && !path.starts_with("/api/") => {
            let here = request.uri().path_and_query().map_or("/", |p| p.as_str());
            return Redirect::to(&format!("/login?back={}", url::escape(here))).into_response();
        }
        None => return Problem::unknown_user("give the token as `Authorization: Bearer TOKEN`").into_response(),
    }
    next.run(request).await
}

/// Whether the request names this machine as its goal. A page elsewhere can make a name of its own lead here, and would read
/// the ledger under it.
fn is_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|v| v.to_str().ok()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.ends_with(".localhost") || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a page of another site sent this.
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    let origin = text(header::ORIGIN);
    origin.is_some_and(|o| o.split_once("://").map(|o| o.1) != text(header::HOST))
}
