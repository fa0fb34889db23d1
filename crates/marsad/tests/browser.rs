//! The observatory in a real browser: Chromium without a window, driven through chromedriver, against the program itself over a
//! ledger of real articles (of the program's own examples where there are none).
//!
//! `cargo test -p marsad --test browser -- --nocapture` leaves a picture of every page in `target/screens`.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program and waits for the line of its output that `found` makes something of.
fn start<T>(command: &mut Command, found: impl Fn(&str) -> Option<T>) -> (Running, T) {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let out = child.stdout.take().expect("its output");
    let running = Running(child);
    let mut lines = BufReader::new(out).lines();
    let value = lines.find_map(|line| found(&line.expect("a line"))).expect("it says where it listens");
    std::thread::spawn(move || lines.for_each(drop));
    (running, value)
}

const MODULE: &str = env!("CARGO_MANIFEST_DIR");
/// The widths that the pages are made for: a desk and a telephone.
const WIDTHS: [(u32, u32); 2] = [(1440, 900), (390, 844)];

fn root() -> PathBuf {
    Path::new(MODULE).join("../..")
}

/// Chromium's driver and axe's script, or why the browser is not asked.
fn tools() -> Result<String, String> {
    for program in ["chromium", "chromedriver"] {
        Command::new(program).arg("--version").output().map_err(|_| format!("{program} is not installed"))?;
    }
    let axe = root().join("target/browser/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&axe).map_err(|_| format!("{} is not there: `bash scripts/test` fetches it", axe.display()))
}

/// A draw of real articles, one from every so many of a file; without them the program's own examples.
fn articles(into: &Path) {
    let news = root().join("../shared/news");
    let mut lines = Vec::new();
    for (file, count) in [("saudinewsnet.jsonl.gz", 60), ("ant_multisource.jsonl.gz", 40)] {
        let Ok(file) = std::fs::File::open(news.join(file)) else { continue };
        let all: Vec<String> = BufReader::new(flate2::read::MultiGzDecoder::new(file)).lines().take(400 * count).collect::<Result<_, _>>().expect("the news");
        lines.extend(all.into_iter().step_by(400));
    }
    let examples = std::fs::read_to_string(root().join("examples/wire.jsonl")).expect("the examples");
    lines.extend(examples.lines().map(str::to_owned));
    std::fs::write(into, lines.join("\n")).expect("written");
}

/// The program with a ledger, and a browser that looks at it.
struct Site {
    url: String,
    client: Client,
    axe: String,
    _folder: tempfile::TempDir,
    _programs: [Running; 2],
}

impl Site {
    async fn open(axe: String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (input, ledger) = (folder.path().join("news.jsonl"), folder.path().join("ledger"));
        articles(&input);
        let marsad = env!("CARGO_BIN_EXE_marsad");
        let added = Command::new(marsad).args(["add".as_ref(), input.as_os_str(), "--ledger".as_ref(), ledger.as_os_str()]).output().expect("it starts");
        assert!(added.status.code().is_some_and(|c| c < 2), "{}", String::from_utf8_lossy(&added.stderr));
        let (server, url) = start(Command::new(marsad).args(["serve", "--port", "0"]).arg(&ledger), |line| {
            line.split_whitespace().find(|w| w.starts_with("http://")).map(|w| w.trim_end_matches('/').to_owned())
        });
        let (driver, port) = start(Command::new("chromedriver").arg("--port=0"), |line| {
            line.strip_suffix('.').and_then(|l| l.rsplit_once("on port ")).map(|(_, port)| port.to_owned())
        });
        let mut wanted = Capabilities::new();
        // Without a sandbox, since the tests may run as root in a container, where there is none to be had.
        wanted.insert("goog:chromeOptions".into(), json!({"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]}));
        wanted.insert("goog:loggingPrefs".into(), json!({"browser": "ALL"}));
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&format!("http://localhost:{port}")).await.expect("the browser");
        Self { url, client, axe, _folder: folder, _programs: [server, driver] }
    }

    async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.url)).await.expect("the page");
    }

    /// Runs a script in the page, from outside its content security policy.
    async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("the script runs")
    }

    async fn size(&self, (width, height): (u32, u32)) {
        self.client.set_window_size(width, height).await.expect("a window");
    }

    /// How many elements there are by a CSS selector.
    async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.expect("a selector").len()
    }

    async fn text(&self, css: &str) -> String {
        self.client.find(Locator::Css(css)).await.unwrap_or_else(|e| panic!("{css}: {e}")).text().await.expect("its text")
    }

    async fn click(&self, css: &str) {
        self.client.find(Locator::Css(css)).await.unwrap_or_else(|e| panic!("{css}: {e}")).click().await.expect("a click");
    }

    async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        format!("{}{}", url.path(), url.query().map(|q| format!("?{q}")).unwrap_or_default())
    }

    /// What axe-core finds to be serious or critical by WCAG 2.2 AA.
    async fn barriers(&self) -> Vec<String> {
        self.script(&self.axe, vec![]).await;
        let rules = json!({"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]});
        let run = "const done = arguments[1]; axe.run(document, arguments[0]).then(r => done(r.violations), e => done([{id: String(e), impact: 'critical', nodes: []}]))";
        let found = self.client.execute_async(run, vec![rules]).await.expect("axe runs");
        let serious = |v: &&Value| matches!(v["impact"].as_str(), Some("serious" | "critical"));
        let tell = |v: &Value| format!("{} ({})", v["id"].as_str().unwrap_or_default(), v["nodes"][0]["html"].as_str().unwrap_or_default());
        found.as_array().expect("a list").iter().filter(serious).map(tell).collect()
    }

    /// What the browser complained of since it was last asked: errors of scripts, what the policy refused, what was not there.
    async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(BrowserLog).await.expect("the log");
        let severe = log.as_array().expect("a list").iter().filter(|e| e["level"] == "SEVERE");
        severe.filter_map(|e| e["message"].as_str()).map(str::to_owned).collect()
    }

    /// Files of other origins than the server's, and how many bytes all came to over the wire.
    async fn traffic(&self) -> (Vec<String>, u64) {
        let all = "return performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).map(e => [e.name, e.transferSize])";
        let entries = self.script(all, vec![]).await;
        let entries: Vec<(String, u64)> = serde_json::from_value(entries).expect("names and sizes");
        let foreign = entries.iter().map(|(name, _)| name.clone()).filter(|name| !name.starts_with(&self.url) && !name.starts_with("data:")).collect();
        (foreign, entries.iter().map(|(_, size)| size).sum())
    }

    /// A picture of the whole page.
    async fn picture(&self, name: &str, (width, height): (u32, u32)) {
        let tall = self.script("return document.documentElement.scrollHeight", vec![]).await.as_u64().unwrap_or(0) as u32;
        self.size((width, tall.clamp(height, 4000))).await;
        let folder = root().join("target/screens");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{name}.png")), self.client.screenshot().await.expect("a picture")).expect("written");
        self.size((width, height)).await;
    }
}

/// The browser's own log, by chromedriver's command.
#[derive(Debug)]
struct BrowserLog;

impl WebDriverCompatibleCommand for BrowserLog {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}

/// The addresses of every kind of page, with a name for its picture.
async fn pages(site: &Site) -> Vec<(&'static str, String)> {
    site.go("/incidents").await;
    let incident = site.client.find(Locator::Css("table.incidents a.title")).await.expect("an incident").attr("href").await.expect("read").expect("an address");
    site.go(&incident).await;
    let first = async |css: &str| site.client.find(Locator::Css(css)).await.expect(css).attr("href").await.expect("read").expect("an address");
    let (report, actor) = (first("a[href^='/reports/']").await, first("a[href^='/actors/']").await);
    let known = [
        ("incidents", "/incidents"),
        ("map", "/incidents?view=map"),
        ("search", "/search?q=%D9%87%D8%AC%D9%88%D9%85"),
        ("review", "/review"),
        ("sources", "/sources"),
        ("alerts", "/alerts"),
        ("briefing", "/briefing"),
        ("about", "/about"),
        ("api", "/api"),
        ("preferences", "/preferences"),
        ("missing", "/incidents/no-such-id"),
    ];
    known.into_iter().map(|(name, path)| (name, path.to_owned())).chain([("incident", incident), ("report", report), ("actor", actor)]).collect()
}

/// One picture of each page in each language, width and theme; on the way no page may have a serious barrier, be wider than its
/// window, complain in the browser's log, ask another origin for anything, or weigh more than a quarter of a megabyte.
async fn every_page_is_sound(site: &Site) {
    let mut faults = Vec::new();
    for (name, path) in pages(site).await {
        for lang in ["ar", "en"] {
            for theme in ["light", "dark"] {
                for width in WIDTHS {
                    let here = format!("{name}-{lang}-{theme}-{}", width.0);
                    let sign = if path.contains('?') { '&' } else { '?' };
                    site.size(width).await;
                    site.go(&format!("{}{sign}lang={lang}&theme={theme}", path.split('#').next().unwrap_or_default())).await;
                    let html = site.client.find(Locator::Css("html")).await.expect("a page");
                    assert_eq!(html.attr("lang").await.expect("read").as_deref(), Some(lang), "{here}");
                    let wide = site.script("return document.documentElement.scrollWidth - window.innerWidth", vec![]).await;
                    if wide.as_i64() > Some(0) {
                        faults.push(format!("{here}: {wide} px wider than the window"));
                    }
                    let (foreign, bytes) = site.traffic().await;
                    faults.extend(foreign.into_iter().map(|name| format!("{here}: asks another origin for {name}")));
                    if bytes > 250_000 {
                        faults.push(format!("{here}: {bytes} bytes"));
                    }
                    faults.extend(site.barriers().await.into_iter().map(|b| format!("{here}: {b}")));
                    faults.extend(site.complaints().await.into_iter().filter(|c| name != "missing" || !c.contains("404")).map(|c| format!("{here}: {c}")));
                    site.picture(&here, width).await;
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Facets → incident → the sentence that proves a claim → the same incidents as a file.
async fn a_researcher_reaches_the_sentence(site: &Site) {
    site.size(WIDTHS[0]).await;
    site.go("/incidents?type=ASSAULT&lang=en").await;
    assert!(site.count("table.incidents tbody tr").await > 0, "no assault among the incidents");
    let listed = site.text("table.incidents a.title").await;
    site.click("table.incidents a.title").await;
    assert!(site.path().await.starts_with("/incidents/"), "{}", site.path().await);
    let title = site.text("h1").await;
    assert!(listed.contains(title.trim()) || title.contains(listed.lines().last().unwrap_or_default().trim()), "the list says {listed}, the page {title}");
    // A value opens its sentences, and a sentence the article at that sentence.
    site.click("table.claims button[popovertarget]").await;
    let sentence = site.text("table.claims [popover]:popover-open blockquote a").await;
    site.click("table.claims [popover]:popover-open blockquote a").await;
    assert!(site.path().await.starts_with("/reports/"), "{}", site.path().await);
    let cited = site.text("#cited").await;
    let folded = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(folded(&cited).contains(&folded(&sentence)) || folded(&sentence).contains(&folded(&cited)), "the claim's sentence is {sentence}, the report marks {cited}");
}

#[test]
fn the_observatory_in_a_browser() {
    let axe = match tools() {
        Ok(axe) => axe,
        Err(why) => {
            eprintln!("skipped: the_observatory_in_a_browser, since {why}");
            return;
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    runtime.block_on(async {
        let site = Site::open(axe).await;
        a_researcher_reaches_the_sentence(&site).await;
        every_page_is_sound(&site).await;
        site.client.clone().close().await.expect("closed");
    });
}
