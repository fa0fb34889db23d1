//! How often one may ask.

use axum::extract::{ConnectInfo, Request};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Requests to the API in a minute.
pub const ASKED: u32 = 600;
/// Tries to log in in a minute.
pub const ENTERED: u32 = 10;

const MINUTE: Duration = Duration::from_secs(60);
/// From so many on, those whose minute is over are forgotten.
const MANY: usize = 4096;

/// Who asked for what, since when, and how often.
#[derive(Debug, Default)]
pub struct Limits(Mutex<BTreeMap<(IpAddr, &'static str), (Instant, u32)>>);

impl Limits {
    /// Counts a request; whether it is not one too many.
    pub fn allow(&self, request: &Request, what: &'static str, most: u32) -> bool {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |c| c.0.ip());
        self.count(peer, what, most, Instant::now())
    }

    /// As [`Limits::allow`], for an address.
    pub fn count(&self, peer: IpAddr, what: &'static str, most: u32, now: Instant) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > MANY {
            all.retain(|_, (since, _)| now.duration_since(*since) < MINUTE);
        }
        let entry = all.entry((peer, what)).or_insert((now, 0));
        if now.duration_since(entry.0) >= MINUTE {
            *entry = (now, 0);
        }
        entry.1 += 1;
        entry.1 <= most
    }
}
