//! The observatory in the browser: a ledger as a JSON API and as pages, served on one address.
//!
//! `wire` is what every answer goes through (security headers, entity tags, compression), [`who`] says who asks, `ask` what
//! is asked for, `api` and `pages` answer, `view` makes what the ledger holds readable. Templates stand in `templates/`, a
//! folder a page; the pages' words in `data/words.tsv`.

mod api;
mod ask;
mod assets;
pub mod desk;
mod draw;
mod error;
mod limits;
mod pages;
mod pool;
mod prefs;
mod problem;
mod search;
mod tend;
mod view;
mod watchman;
pub mod who;
mod wire;
mod words;
mod writer;

pub use error::Error;
pub use pages::briefing::Form;

use desk::Desk;
use draw::World;
use limits::Limits;
use marsad_export::codes::Codes;
use marsad_fetch::Poster;
use marsad_knowledge::Knowledge;
use marsad_ledger::{Embedding, Ledger};
use pool::Pool;
use prefs::Prefs;
use problem::Problem;
use search::Search;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use view::{Chrome, Names};
use who::{Access, Role, Who};
use words::Words;
use writer::Writer;

/// Gives words their meaning, to search by it.
pub type Meaning = Box<dyn Fn(&str) -> Result<Embedding, String> + Send + Sync>;

/// How long open connections may go on after the end was asked for.
const GRACE: Duration = Duration::from_secs(5);

/// What to serve, and where.
pub struct Config {
    /// The ledger's folder.
    pub ledger: PathBuf,
    /// The address to listen on.
    pub address: IpAddr,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// What lets in; where there are users, each may log in as well. Without either only this machine may ask.
    pub token: Option<String>,
    /// The knowledge base.
    pub knowledge: Knowledge,
    /// For searching by meaning; without it there is none.
    pub meaning: Option<Meaning>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("ledger", &self.ledger).field("address", &self.address).field("port", &self.port).finish_non_exhaustive()
    }
}

/// What all requests share.
#[derive(Clone, Debug)]
pub struct App(Arc<Shared>);

/// See [`App`].
pub struct Shared {
    pool: Pool,
    search: Search,
    knowledge: Knowledge,
    names: Names,
    codes: Codes,
    world: World,
    meaning: Option<Meaning>,
    words: Words,
    access: Access,
    desk: Desk,
    limits: Limits,
    writer: Writer,
    poster: Poster,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("pool", &self.pool).finish_non_exhaustive()
    }
}

impl App {
    /// Asks the ledger on a thread where waiting is no harm.
    async fn read<T: Send + 'static>(&self, question: impl FnOnce(&Ledger) -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
        let _turn = self.pool.turn().await;
        let app = self.clone();
        tokio::task::spawn_blocking(move || app.pool.ask(question)).await.map_err(|e| Problem::failed(format!("the question could not be answered ({e}); please report it")))?
    }
}

impl Shared {
    /// Opens the ledger, for those who may reach an address.
    fn new(config: Config, wanted: SocketAddr) -> Result<Self, Error> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let pool = Pool::new(config.ledger.clone(), cores.max(2) * 2)?;
        let desk = Desk::open(&config.ledger)?;
        let access = Access::new(wanted, config.token.as_deref(), desk.has_users()?)?;
        Ok(Self {
            pool,
            search: Search::default(),
            names: Names::of(&config.knowledge),
            knowledge: config.knowledge,
            codes: Codes::embedded()?,
            world: World::embedded()?,
            meaning: config.meaning,
            words: Words::embedded()?,
            access,
            desk,
            limits: Limits::default(),
            writer: Writer::new(config.ledger),
            poster: Poster::new(false),
        })
    }
}

/// The incidents under some conditions as a briefing, every line with its sources. The conditions are as the list of incidents
/// has them in its address; `site` is where the pages are to be found, if anywhere.
///
/// # Errors
/// When there is no ledger, or a condition cannot be understood.
pub fn briefing(config: Config, conditions: &[(String, String)], arabic: bool, site: Option<String>, form: Form) -> Result<String, Error> {
    let wanted = SocketAddr::new(config.address, config.port);
    let app = App(Arc::new(Shared::new(config, wanted)?));
    let mut prefs = Prefs::default();
    prefs.choose("lang", if arabic { "ar" } else { "en" });
    let query: Vec<String> = conditions.iter().map(|(name, value)| format!("{name}={}", view::url::escape(value))).collect();
    let c = Chrome { app, prefs, who: Who { name: String::new(), role: Role::Reader }, here: String::new() };
    pages::briefing::alone(&c, &query.join("&"), site, form).map_err(|p| Error::Briefing(p.detail))
}

/// A server that listens, and answers once it [runs](Server::run).
#[derive(Debug)]
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    address: SocketAddr,
    shared: Shared,
}

impl Server {
    /// Opens the ledger and listens.
    ///
    /// # Errors
    /// When there is no ledger, the address cannot be had, or others could reach it without being asked who they are.
    pub fn bind(config: Config) -> Result<Self, Error> {
        let wanted = SocketAddr::new(config.address, config.port);
        let shared = Shared::new(config, wanted)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Threads)?;
        let listener = runtime.block_on(TcpListener::bind(wanted)).map_err(|source| Error::Address { address: wanted, source })?;
        let address = listener.local_addr().map_err(|source| Error::Address { address: wanted, source })?;
        Ok(Self { runtime, listener, address, shared })
    }

    /// Lets webhooks be addresses within this machine or its house.
    #[must_use]
    pub fn allow_private(mut self) -> Self {
        self.shared.poster = Poster::new(true);
        self
    }

    /// The address of the first page.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Answers until `stop` is ready, then lets open requests end.
    ///
    /// # Errors
    /// When the address is lost.
    pub fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
        let Self { runtime, listener, address, shared } = self;
        let app = App(Arc::new(shared));
        let folder = app.pool.folder().to_owned();
        let routes = routes(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let served = runtime.block_on(async move {
            let watching = tokio::spawn(watchman::watch(app));
            let tending = tokio::spawn(tend::tend(folder));
            let (tell, told) = tokio::sync::oneshot::channel();
            let serve = axum::serve(listener, routes).with_graceful_shutdown(async move {
                stop.await;
                let _ = tell.send(());
            });
            let late = async move {
                let _ = told.await;
                tokio::time::sleep(GRACE).await;
            };
            let done = tokio::select! {
                done = serve.into_future() => done,
                () = late => Ok(()),
            };
            watching.abort();
            tending.abort();
            done
        });
        runtime.shutdown_timeout(Duration::from_secs(1));
        served.map_err(|source| Error::Address { address, source })
    }
}

/// Ready when the user or the system asks for the end.
pub async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => return,
                _ = terminated.recv() => return,
            }
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

fn routes(app: App) -> axum::Router {
    let (api, document) = api::routes().split_for_parts();
    axum::Router::new()
        .merge(api)
        .merge(api::reference(document))
        .merge(pages::routes())
        .merge(assets::routes())
        .fallback(async || Problem::missing("there is nothing at this address; the list under /incidents has the incidents there are"))
        .method_not_allowed_fallback(async || Problem::method())
        .layer(axum::middleware::from_fn_with_state(app.clone(), pages::show_problems))
        .layer(axum::middleware::from_fn_with_state(app.clone(), who::identify))
        .layer(axum::middleware::from_fn(wire::finish))
        .with_state(app)
}
