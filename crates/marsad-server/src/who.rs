//! Who asks. Every request that reaches a handler carries its [`Who`].

use crate::desk::{self, Desk};
use crate::limits::ASKED;
use crate::problem::Problem;
use crate::view::url;
use crate::{App, Error, prefs};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};
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

impl Role {
    /// All, the one who may least first.
    pub const ALL: [Self; 3] = [Self::Reader, Self::Editor, Self::Admin];

    /// As the tables have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }
}

impl Who {
    /// The name that stands at what they do: their own, or else that of the machine's user.
    pub fn author(&self) -> String {
        let own = || ["USER", "USERNAME"].iter().find_map(|v| std::env::var(v).ok()).filter(|n| !n.is_empty());
        if self.name.is_empty() { own().unwrap_or_else(|| "local".to_owned()) } else { self.name.clone() }
    }

    /// Turns away whom the role does not allow it.
    ///
    /// # Errors
    /// As it says.
    pub(crate) fn may(&self, least: Role) -> Result<(), Problem> {
        if self.role >= least { Ok(()) } else { Err(Problem::forbidden(format!("this takes the role of {}; an admin gives it with `marsad users role`", least.name()))) }
    }
}

/// How it is found out who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    /// The sum of a token that lets in.
    token: Option<[u8; 32]>,
}

impl Access {
    /// Refuses to let everybody in who can reach the address.
    pub fn new(address: SocketAddr, token: Option<&str>, users: bool) -> Result<Self, Error> {
        match token {
            Some(token) if token.chars().count() < TOKEN => Err(Error::Token(TOKEN)),
            None if !users && !address.ip().is_loopback() => Err(Error::Open(address)),
            token => Ok(Self { token: token.map(sum) }),
        }
    }

    /// Whether nobody is asked: there is neither a token nor a user.
    pub fn is_open(&self, desk: &Desk) -> Result<bool, Error> {
        Ok(self.token.is_none() && !desk.has_users()?)
    }

    /// Whether a token lets in.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// The cookie's value for one who gives this token, if it is the right one.
    pub fn enter(&self, token: &str) -> Option<String> {
        self.token.filter(|right| sum(token) == *right).map(|right| session(&right))
    }

    fn who(&self, desk: &Desk, headers: &HeaderMap) -> Result<Option<Who>, Error> {
        let admin = || Some(Who { name: String::new(), role: Role::Admin });
        if self.is_open(desk)? {
            return Ok(admin());
        }
        let cookie = prefs::cookie(headers, COOKIE);
        if let Some(right) = self.token {
            let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
            // Sums are compared, so that the time it takes tells nothing of the token.
            if bearer.is_some_and(|t| sum(t) == right) || cookie.is_some_and(|c| sum(c) == sum(&session(&right))) {
                return Ok(admin());
            }
        }
        let user = cookie.map(|c| desk.session(c)).transpose()?.flatten();
        Ok(user.map(|u| Who { name: u.name, role: u.role }))
    }
}

fn sum(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn session(token: &[u8; 32]) -> String {
    desk::hex(&Sha256::digest([b"session of ".as_slice(), token].concat()))
}

/// Addresses that are open to all: what the page for entering needs, and alerts' feeds, which programs read; their names are
/// their keys.
fn is_open(path: &str) -> bool {
    matches!(path, "/login" | "/logout" | "/preferences") || path.starts_with("/assets/") || (path.starts_with("/alerts/") && path.ends_with(".atom"))
}

/// What a handler adds to the record of what somebody did.
#[derive(Clone, Debug)]
pub(crate) struct Noted(pub String);

/// A middleware: gives each request its [`Who`], turns away whom it does not know and what other sites send, and keeps a record
/// of what was changed or exported.
pub(crate) async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let (open, known) = match app.access.is_open(&app.desk).and_then(|open| Ok((open, app.access.who(&app.desk, headers)?))) {
        Ok(found) => found,
        Err(error) => return Problem::from(error).into_response(),
    };
    if open && !is_this_machine(headers) {
        return Problem::forbidden("this server answers only under a name of this machine, such as http://127.0.0.1 or http://localhost").into_response();
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && is_foreign(headers) {
        return Problem::forbidden("another site sent this; do it on the page itself").into_response();
    }
    let path = request.uri().path().to_owned();
    let here = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let who = match known {
        Some(who) => who,
        None if is_open(&path) => Who { name: String::new(), role: Role::Reader },
        None if request.method() == Method::GET && !path.starts_with("/api/") => return Redirect::to(&format!("/login?back={}", url::escape(&here))).into_response(),
        None => return Problem::unknown_user("log in, or give the token as `Authorization: Bearer TOKEN`").into_response(),
    };
    if !open && path.starts_with("/api/") && !app.limits.allow(&request, "api", ASKED) {
        return Problem::too_often("more requests than this server answers for one who asks; go on in a minute").into_response();
    }
    request.extensions_mut().insert(who.clone());
    let deed = (!is_open(&path) && (changes || path.contains("/export"))).then(|| format!("{} {here}", request.method()));
    let response = next.run(request).await;
    if let Some(deed) = deed {
        let more = response.extensions().get::<Noted>().map(|n| format!(" {}", n.0)).unwrap_or_default();
        if let Err(error) = app.desk.note(&who.author(), &format!("{deed}{more}: {}", response.status().as_u16())) {
            // What cannot be put on record is not done in silence.
            return Problem::from(error).into_response();
        }
    }
    response
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
