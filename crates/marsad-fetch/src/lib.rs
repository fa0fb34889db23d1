//! Here is an address, give me what stands there: over http and https, as a polite guest.
//!
//! One request a host at a time, with a pause behind it; `robots.txt` is heeded, what did not change is not sent again,
//! and a server that asks to wait is left alone. Sizes and times are bounded. Addresses within the machine or the house
//! are refused unless they are allowed. Behind a proxy (the variable `HTTPS_PROXY` and its like) names are the proxy's to find.

mod guard;
mod post;
mod robots;

pub use post::Poster;

use guard::{Guard, PRIVATE};
use robots::Robots;
use std::collections::BTreeMap;
use std::io::{Read as _, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use ureq::http::header::{ACCEPT, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, http::Response};
use url::{Host as Name, Url};

/// The name by which `robots.txt` knows us.
pub const AGENT: &str = "marsad";

/// Redirects that are followed.
const REDIRECTS: usize = 8;

/// How long what `robots.txt` says is believed.
const ROBOTS: Duration = Duration::from_secs(24 * 3600);

/// How long a try to connect may take.
const CONNECT: Duration = Duration::from_secs(15);

/// How long one waits where a wait is looked up now and then.
const NAP: Duration = Duration::from_millis(50);

/// The longest that a server is let alone because it asks for it.
const LONGEST_WAIT: Duration = Duration::from_secs(7 * 24 * 3600);

/// How to behave.
#[derive(Clone, Debug)]
pub struct Options {
    /// How to write to us, an address of the web or of mail; it stands in the user agent.
    pub contact: Option<String>,
    /// Whether addresses within the machine and the house may be fetched.
    pub allow_private: bool,
    /// Between the end of a request and the next one to the same host.
    pub pause: Duration,
    /// Looked at while waiting: whether to give up.
    pub stop: fn() -> bool,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Its address.
    pub url: &'a str,
    /// The tag of what is there already.
    pub etag: Option<&'a str>,
    /// The day of what is there already, as the server gave it.
    pub modified: Option<&'a str>,
    /// The most that is taken, in bytes after unpacking.
    pub most: u64,
    /// How long it may take, redirects apart.
    pub time: Duration,
}

/// What a server said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What is there already is still so; nothing was written.
    pub unchanged: bool,
    /// Where it was found, after redirects.
    pub url: String,
    /// Where it is for good, if the server says that it has moved.
    pub moved: Option<String>,
    /// The encoding that the server states.
    pub charset: Option<String>,
    /// Its tag.
    pub etag: Option<String>,
    /// When it was changed, in the server's words.
    pub modified: Option<String>,
}

/// What kept an address from being fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The site does not want us to: robots.txt, or a refusal.
    Forbidden,
    /// There is nothing.
    Gone,
    /// It is no address that may be fetched.
    Address,
    /// It is too long.
    Long,
    /// The server or the way to it is in trouble; later it may go.
    Trouble,
    /// The user stopped.
    Stopped,
}

/// Why an address was not fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{url}: {reason}")]
pub struct Error {
    /// The address at which it went wrong.
    pub url: String,
    /// What sort of trouble it is.
    pub kind: Kind,
    /// Why, and what to do.
    pub reason: String,
    /// How long the server asks to be let alone.
    pub retry_after: Option<Duration>,
}

/// What is known of a host. Whoever holds it is the one that asks there.
#[derive(Default)]
struct Host {
    robots: Option<(Instant, Robots)>,
    /// The end of the pause.
    free: Option<Instant>,
    /// Until when it asked to be let alone.
    closed: Option<Instant>,
}

/// Fetches, and remembers how to behave where. Threads may share it.
pub struct Fetcher {
    agent: Agent,
    options: Options,
    hosts: Mutex<BTreeMap<String, Arc<Mutex<Host>>>>,
}

/// One request's outcome.
enum Step {
    Done(Box<Answer>),
    Redirect { to: Url, lasting: bool },
}

fn error(url: &Url, kind: Kind, reason: impl Into<String>) -> Error {
    Error { url: url.to_string(), kind, reason: reason.into(), retry_after: None }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The host of an address, with its port where that is an unusual one: where requests queue.
///
/// # Errors
/// When it is no address of the web.
pub fn host(url: &str) -> Result<String, Error> {
    parse(url).map(|url| queue(&url))
}

fn queue(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

fn parse(url: &str) -> Result<Url, Error> {
    let wrong = |reason: String| Error { url: url.to_owned(), kind: Kind::Address, reason, retry_after: None };
    let parsed = Url::parse(url.trim()).map_err(|e| wrong(format!("it is no address of the web ({e}); give one that begins with https://")))?;
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host().is_none() {
        return Err(wrong("only http and https are fetched; give an address that begins with https://".to_owned()));
    }
    Ok(parsed)
}

impl Fetcher {
    /// Makes one.
    pub fn new(options: Options) -> Self {
        let contact = options.contact.as_ref().map_or_else(String::new, |c| format!("; +{c}"));
        let config = Agent::config_builder()
            .user_agent(format!("Marsad/{} (reads news feeds{contact})", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            // With a pause between requests a connection that is kept may have been closed by the other side.
            .max_idle_connections(0)
            .build();
        let guard = Guard { allow_private: options.allow_private, inner: DefaultResolver::default() };
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), guard), options, hosts: Mutex::default() }
    }

    /// Fetches into `sink`, which gets the body unpacked.
    ///
    /// # Errors
    /// When it may not or cannot be fetched; what `sink` has by then is not whole.
    pub fn get(&self, asked: &Asked, sink: &mut dyn Write) -> Result<Answer, Error> {
        let (mut at, mut moved, mut lasting) = (parse(asked.url)?, None, true);
        for _ in 0..=REDIRECTS {
            match self.step(&at, asked, sink)? {
                Step::Done(answer) => return Ok(Answer { url: at.to_string(), moved, ..*answer }),
                Step::Redirect { to, lasting: this } => {
                    lasting &= this;
                    if lasting {
                        moved = Some(to.to_string());
                    }
                    at = to;
                }
            }
        }
        Err(error(&at, Kind::Trouble, format!("it leads on and on, {REDIRECTS} times; look in a browser where it ends")))
    }

    fn step(&self, url: &Url, asked: &Asked, sink: &mut dyn Write) -> Result<Step, Error> {
        self.admit(url)?;
        let host = Arc::clone(lock(&self.hosts).entry(queue(url)).or_default());
        let mut host = self.enter(&host)?;
        if let Some(left) = host.closed.and_then(|c| c.checked_duration_since(Instant::now())) {
            return Err(Error { retry_after: Some(left), ..error(url, Kind::Trouble, format!("the server asked to be let alone for {} more seconds", left.as_secs())) });
        }
        if host.robots.as_ref().is_none_or(|(at, _)| at.elapsed() > ROBOTS) {
            let robots = self.robots(url, &mut host)?;
            host.robots = Some((Instant::now(), robots));
        }
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        if host.robots.as_ref().is_some_and(|(_, r)| !r.allows(path)) {
            return Err(error(url, Kind::Forbidden, "the site's robots.txt asks programs not to fetch it; save the page with a browser, and add the file"));
        }
        let began = Instant::now();
        let response = self.send(url, &mut host, &[(IF_NONE_MATCH, asked.etag), (IF_MODIFIED_SINCE, asked.modified)], asked.time)?;
        let header = |name: &HeaderName| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let status = response.status();
        let answer = Answer { etag: header(&ETAG), modified: header(&LAST_MODIFIED), charset: response.body().charset().map(str::to_owned), ..Answer::default() };
        match status.as_u16() {
            200..=203 => {
                let result = self.body(url, response, asked, began, sink);
                self.leave(&mut host);
                result.map(|()| Step::Done(Box::new(answer)))
            }
            304 => Ok(Step::Done(Box::new(Answer { unchanged: true, ..answer }))),
            code @ (301 | 302 | 303 | 307 | 308) => {
                let to = header(&LOCATION).ok_or_else(|| error(url, Kind::Trouble, "the server says that it is elsewhere and not where; look for it in a browser"))?;
                let to = url.join(&to).map_err(|e| error(url, Kind::Trouble, format!("the server sends on to {to:?}, which is no address ({e})")))?;
                Ok(Step::Redirect { to: parse(to.as_str())?, lasting: matches!(code, 301 | 308) })
            }
            code => {
                let (kind, reason) = match code {
                    401 | 402 | 403 | 451 => (Kind::Forbidden, format!("the server refuses it ({status}); look in a browser whether it wants a login or keeps programs out")),
                    404 | 410 => (Kind::Gone, format!("there is nothing at this address ({status}); look for the new one")),
                    429 => (Kind::Trouble, format!("the server wants fewer requests ({status}); it will be tried later")),
                    _ => (Kind::Trouble, format!("the server answers {status}; it will be tried later")),
                };
                let retry_after = header(&RETRY_AFTER).filter(|_| matches!(code, 429 | 503)).and_then(|v| wait(&v));
                host.closed = retry_after.and_then(|after| Instant::now().checked_add(after));
                Err(Error { retry_after, ..error(url, kind, reason) })
            }
        }
    }

    /// Refuses what is no public address by its own words; names are looked at when they are found.
    fn admit(&self, url: &Url) -> Result<(), Error> {
        let private = match url.host() {
            Some(Name::Ipv4(v4)) => guard::private(v4.into()),
            Some(Name::Ipv6(v6)) => guard::private(v6.into()),
            _ => false,
        };
        if private && !self.options.allow_private { Err(refused(url)) } else { Ok(()) }
    }

    /// Waits until nobody else asks there.
    fn enter<'a>(&self, host: &'a Mutex<Host>) -> Result<MutexGuard<'a, Host>, Error> {
        loop {
            match host.try_lock() {
                Ok(host) => return Ok(host),
                Err(std::sync::TryLockError::Poisoned(host)) => return Ok(host.into_inner()),
                Err(std::sync::TryLockError::WouldBlock) => self.nap(NAP)?,
            }
        }
    }

    /// Waits, unless the user stops.
    fn nap(&self, time: Duration) -> Result<(), Error> {
        let until = Instant::now() + time;
        loop {
            if (self.options.stop)() {
                return Err(Error { url: String::new(), kind: Kind::Stopped, reason: "stopped".to_owned(), retry_after: None });
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(NAP));
        }
    }

    fn leave(&self, host: &mut Host) {
        let delay = host.robots.as_ref().and_then(|(_, r)| r.delay).unwrap_or_default();
        host.free = Instant::now().checked_add(self.options.pause.max(delay));
    }

    /// One request, after the pause that the last one left.
    fn send(&self, url: &Url, host: &mut Host, headers: &[(HeaderName, Option<&str>)], time: Duration) -> Result<Response<Body>, Error> {
        self.nap(host.free.map_or(Duration::ZERO, |f| f.saturating_duration_since(Instant::now())))?;
        let mut request = self.agent.get(url.as_str()).header(ACCEPT, "*/*");
        for (name, value) in headers {
            if let Some(value) = value {
                request = request.header(name, *value);
            }
        }
        let result = request.config().timeout_global(Some(time)).build().call();
        self.leave(host);
        result.map_err(|e| trouble(url, &e, time))
    }

    /// What a site allows. Without the file all is allowed, and where the server is in trouble nothing is, until it is well.
    fn robots(&self, url: &Url, host: &mut Host) -> Result<Robots, Error> {
        let mut at = url.join("/robots.txt").map_err(|e| error(url, Kind::Address, e.to_string()))?;
        at.set_query(None);
        for _ in 0..=REDIRECTS {
            let response = self.send(&at, host, &[], CONNECT * 2)?;
            match response.status().as_u16() {
                200..=299 => {
                    let mut text = Vec::new();
                    let read = response.into_body().into_with_config().limit(u64::MAX).reader().take(robots::LONGEST).read_to_end(&mut text);
                    self.leave(host);
                    read.map_err(|e| error(&at, Kind::Trouble, format!("it breaks off ({e}); it will be tried later")))?;
                    return Ok(Robots::read(&String::from_utf8_lossy(&text), AGENT));
                }
                300..=399 => {
                    let to = response.headers().get(LOCATION).and_then(|v| v.to_str().ok()).and_then(|to| at.join(to).ok());
                    let Some(to) = to else { return Ok(Robots::default()) };
                    at = parse(to.as_str())?;
                    self.admit(&at)?;
                }
                400..=499 => return Ok(Robots::default()),
                code => return Err(error(&at, Kind::Trouble, format!("the server answers {code}, so that it is not known what may be fetched; it will be tried later"))),
            }
        }
        Ok(Robots::closed())
    }

    fn body(&self, url: &Url, response: Response<Body>, asked: &Asked, began: Instant, sink: &mut dyn Write) -> Result<(), Error> {
        let long = || error(url, Kind::Long, format!("it is longer than {} MB; fetch it by other means, and add the file", asked.most >> 20));
        let packed = response.headers().contains_key("content-encoding");
        if !packed && response.body().content_length().is_some_and(|n| n > asked.most) {
            return Err(long());
        }
        let mut reader = response.into_body().into_with_config().limit(u64::MAX).reader();
        let (mut buffer, mut taken) = (vec![0; 64 << 10], 0);
        loop {
            let n = match reader.read(&mut buffer) {
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(trouble(url, &e.into(), asked.time)),
                Ok(n) => n,
            };
            taken += n as u64;
            if taken > asked.most {
                return Err(long());
            }
            if n == 0 {
                return Ok(());
            }
            sink.write_all(&buffer[..n]).map_err(|e| error(url, Kind::Trouble, format!("it cannot be kept ({e}); make room on the disk")))?;
            self.nap(Duration::ZERO)?;
            if began.elapsed() > asked.time {
                return Err(slow(url, asked.time));
            }
        }
    }
}

fn refused(url: &Url) -> Error {
    error(url, Kind::Address, format!("{PRIVATE}, of this machine or its house; --allow-private fetches it all the same"))
}

fn slow(url: &Url, time: Duration) -> Error {
    error(url, Kind::Trouble, format!("it is not whole after {} seconds; it will be tried later", time.as_secs()))
}

/// What went wrong on the way.
fn trouble(url: &Url, fault: &ureq::Error, time: Duration) -> Error {
    match fault {
        ureq::Error::Io(e) if e.to_string() == PRIVATE => refused(url),
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => error(url, Kind::Trouble, "the server cannot be reached in time; it will be tried later"),
        ureq::Error::Timeout(_) => slow(url, time),
        ureq::Error::HostNotFound => error(url, Kind::Trouble, "there is no server of that name; check the address"),
        ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => error(url, Kind::Trouble, "the server takes no connection; it will be tried later"),
        other => error(url, Kind::Trouble, format!("{other}; it will be tried later")),
    }
}

/// How long a server asks to be let alone: in seconds, or until a day.
fn wait(value: &str) -> Option<Duration> {
    let seconds = value.trim().parse::<u64>().ok().or_else(|| {
        let until = jiff::fmt::rfc2822::parse(value.trim()).ok()?.timestamp().as_second();
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs() as i64;
        u64::try_from(until - now).ok()
    })?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}
