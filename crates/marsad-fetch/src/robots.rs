//! What a site's `robots.txt` allows (RFC 9309).

use std::fmt::Write as _;
use std::time::Duration;

/// The longest file that is heeded, in bytes; RFC 9309 asks for this much at least.
pub const LONGEST: u64 = 512 << 10;

/// The longest pause between two requests that a site is granted.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// The rules that hold for us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    /// Whether it allows, and the path it is for.
    rules: Vec<(bool, String)>,
    /// The pause that the site asks for.
    pub delay: Option<Duration>,
}

impl Robots {
    /// What forbids everything.
    pub fn closed() -> Self {
        Self { rules: vec![(false, "/".to_owned())], delay: None }
    }

    /// Reads a file: the groups that name `agent`, or else those for all.
    pub fn read(text: &str, agent: &str) -> Self {
        let (mut own, mut all) = (None::<Self>, Self::default());
        // Names that follow one another begin one group.
        let (mut ours, mut everyones, mut naming) = (false, false, false);
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if key == "user-agent" {
                if !naming {
                    (ours, everyones, naming) = (false, false, true);
                }
                ours |= value.eq_ignore_ascii_case(agent);
                everyones |= value == "*";
                if ours {
                    own.get_or_insert_default();
                }
                continue;
            }
            naming = false;
            for group in own.as_mut().filter(|_| ours).into_iter().chain(everyones.then_some(&mut all)) {
                match key.as_str() {
                    // An empty path forbids nothing.
                    "allow" | "disallow" if !value.is_empty() => group.rules.push((key == "allow", plain(value))),
                    "crawl-delay" => group.delay = value.parse().ok().and_then(|s| Duration::try_from_secs_f64(s).ok()).map(|d| d.min(LONGEST_DELAY)),
                    _ => {}
                }
            }
        }
        own.unwrap_or(all)
    }

    /// Whether a path with its query may be fetched: the longest rule decides, and of two as long the one that allows.
    pub fn allows(&self, path: &str) -> bool {
        let path = plain(path);
        let rule = self.rules.iter().filter(|(_, pattern)| fits(pattern, &path)).max_by_key(|(allow, pattern)| (pattern.len(), *allow));
        path == "/robots.txt" || rule.is_none_or(|(allow, _)| *allow)
    }
}

/// A path in one spelling: letters beyond ASCII percent-encoded, in capital digits.
fn plain(path: &str) -> String {
    let (mut out, mut digits) = (String::new(), 0);
    for byte in path.bytes() {
        if byte.is_ascii() {
            out.push(if digits > 0 { char::from(byte.to_ascii_uppercase()) } else { char::from(byte) });
            digits = if byte == b'%' { 2 } else { i32::max(digits - 1, 0) };
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Whether a path begins as the pattern does; `*` stands for anything, `$` for the end.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = pattern.strip_suffix('$').map_or((pattern, false), |p| (p, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (number, part) in parts.iter().enumerate() {
        if to_end && number + 1 == parts.len() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    !to_end || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_that_names_us_holds_and_else_that_for_all() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: Marsad # and the like\nDisallow: /private\nAllow: /private/open\nCrawl-delay: 2.5\n";
        let ours = Robots::read(text, "marsad");
        assert_eq!((ours.allows("/news/1"), ours.allows("/private/x"), ours.allows("/private/open/1")), (true, false, true));
        assert_eq!(ours.delay, Some(Duration::from_millis(2500)));
        let all = Robots::read(text, "someone");
        assert_eq!((all.allows("/news/1"), all.allows("/robots.txt"), all.delay), (false, true, None));
    }

    #[test]
    fn an_empty_or_broken_file_forbids_nothing() {
        for text in ["", "User-agent: *\nDisallow:\n", "<html>لا شيء</html>", "Disallow: /\n"] {
            assert!(Robots::read(text, "marsad").allows("/x"), "{text:?}");
        }
    }

    #[test]
    fn stars_ends_and_arabic_paths() {
        let robots = Robots::read("User-agent: *\nDisallow: /*.pdf$\nDisallow: /أخبار/سرية\nDisallow: /*?print=*&\n", "marsad");
        assert_eq!((robots.allows("/a.pdf"), robots.allows("/a.pdf?x")), (false, true));
        assert!(!robots.allows("/%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1/%D8%B3%D8%B1%D9%8A%D8%A9/1"), "one path in two spellings");
        assert_eq!((robots.allows("/a?print=1&b"), robots.allows("/a?print=1")), (false, true));
    }
}
