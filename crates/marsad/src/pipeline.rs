//! Jobs from those who bring them, through a bounded queue to the working threads, and on in the order in which they were
//! brought, so that what comes of them does not depend on the threads.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// Jobs on their way for each thread: what is done waits for a slow one before it.
const AHEAD: usize = 16;

/// Where jobs are brought; several threads may.
pub struct Line<J>(Mutex<Entrance<J>>);

struct Entrance<J> {
    /// One for each job that may set out.
    tickets: mpsc::Receiver<()>,
    to_work: mpsc::Sender<(usize, J)>,
    number: usize,
}

impl<J> Line<J> {
    /// Waits for room; `false` when nothing more is wanted.
    pub fn send(&self, job: J) -> bool {
        let mut entrance = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entrance.number += 1;
        entrance.tickets.recv().is_ok() && entrance.to_work.send((entrance.number - 1, job)).is_ok()
    }
}

/// What comes of the jobs, in their order.
pub struct Results<R> {
    done: mpsc::Receiver<(usize, R)>,
    waiting: BTreeMap<usize, R>,
    next: usize,
    give_back: mpsc::Sender<()>,
}

impl<R> Results<R> {
    /// The next result; `None` when there are no more, or none came in that time.
    pub fn next(&mut self, patience: Option<Duration>) -> Option<R> {
        let until = patience.map(|p| Instant::now() + p);
        loop {
            if let Some(result) = self.waiting.remove(&self.next) {
                self.next += 1;
                let _ = self.give_back.send(());
                return Some(result);
            }
            let (number, result) = match until {
                None => self.done.recv().ok()?,
                Some(until) => self.done.recv_timeout(until.saturating_duration_since(Instant::now())).ok()?,
            };
            self.waiting.insert(number, result);
        }
    }
}

/// Lets `bring` send jobs, `work` on them in so many threads, and `take` have the results. What the bringing complains of
/// is told when all that was sent is taken.
pub fn ordered<J: Send, R: Send, T>(
    threads: usize,
    work: impl Fn(J) -> R + Sync,
    bring: impl FnOnce(&Line<J>) -> anyhow::Result<()> + Send,
    take: impl FnOnce(&mut Results<R>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    // What is on its way is bounded by the tickets, so the queues themselves never fill and nobody waits to send.
    let (to_work, jobs) = mpsc::channel();
    let (to_take, done) = mpsc::channel();
    let (give_back, tickets) = mpsc::channel();
    for _ in 0..threads * AHEAD {
        let _ = give_back.send(());
    }
    let jobs = Mutex::new(jobs);
    std::thread::scope(|scope| {
        let (jobs, work) = (&jobs, &work);
        for _ in 0..threads {
            let to_take = to_take.clone();
            scope.spawn(move || {
                loop {
                    let job = jobs.lock().map_or(None, |jobs| jobs.recv().ok());
                    let Some((number, job)) = job else { break };
                    if to_take.send((number, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(to_take);
        let bringing = scope.spawn(move || bring(&Line(Mutex::new(Entrance { tickets, to_work, number: 0 }))));
        let mut results = Results { done, waiting: BTreeMap::new(), next: 0, give_back };
        let taken = take(&mut results);
        // Without it all threads stop, also where the taking ended early.
        drop(results);
        let brought = bringing.join().map_err(|_| anyhow::anyhow!("the program failed while reading its input; please report it"))?;
        let taken = taken?;
        brought.map(|()| taken)
    })
}
