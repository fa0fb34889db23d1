use crate::guard::{Guard, PRIVATE, private};
use crate::{Error, Kind, error, parse};
use std::fmt;
use std::time::Duration;
use ureq::Agent;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use url::Host as Name;

/// How long the other side may take.
const TIME: Duration = Duration::from_secs(10);

/// Sends something to an address of the web, once and nowhere else: it follows no redirect.
pub struct Poster {
    agent: Agent,
    allow_private: bool,
}

impl fmt::Debug for Poster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poster").field("allow_private", &self.allow_private).finish_non_exhaustive()
    }
}

impl Poster {
    /// One that sends to addresses of this machine or its house as well, or does not.
    pub fn new(allow_private: bool) -> Self {
        let config = Agent::config_builder()
            .user_agent(format!("Marsad/{}", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(TIME))
            .max_idle_connections(0)
            .build();
        let guard = Guard { allow_private, inner: DefaultResolver::default() };
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), guard), allow_private }
    }

    /// Whether it is an address that this may be sent to, as far as it says so itself; of a name it turns out when it is sent.
    ///
    /// # Errors
    /// When it is none of the web, or a private one.
    pub fn admits(&self, url: &str) -> Result<(), Error> {
        let parsed = parse(url)?;
        let own = match parsed.host() {
            Some(Name::Ipv4(v4)) => private(v4.into()),
            Some(Name::Ipv6(v6)) => private(v6.into()),
            _ => false,
        };
        if own && !self.allow_private { Err(error(&parsed, Kind::Address, PRIVATE)) } else { Ok(()) }
    }

    /// Sends; gives the status that the other side answers.
    ///
    /// # Errors
    /// When it may not be sent there, or there is no answer.
    pub fn post(&self, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<u16, Error> {
        self.admits(url)?;
        let parsed = parse(url)?;
        let request = headers.iter().fold(self.agent.post(parsed.as_str()), |r, (name, value)| r.header(*name, *value));
        request.send(body).map(|answer| answer.status().as_u16()).map_err(|e| error(&parsed, Kind::Trouble, e.to_string()))
    }
}
