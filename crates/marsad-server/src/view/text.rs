/// Words that come from an article or the knowledge base, with the language and direction that they have themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The words, without control characters.
    pub text: String,
    /// `ar`, or empty where nothing but the script is known.
    pub lang: &'static str,
    /// `rtl` or `ltr`.
    pub dir: &'static str,
}

impl Field {
    /// Arabic where most letters are.
    pub fn of(text: &str) -> Self {
        let arabic = |c: &char| matches!(c, '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
        let (all, rtl) = (text.chars().filter(|c| c.is_alphabetic()).count(), text.chars().filter(|c| c.is_alphabetic() && arabic(c)).count());
        let (lang, dir) = if rtl * 2 >= all && all > 0 { ("ar", "rtl") } else { ("", "ltr") };
        Self { text: clean(text), lang, dir }
    }
}

/// Without what turns the direction of the words behind it, hides, or is no character: an article must not rearrange a page.
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| !is_control(*c)).collect()
}

fn is_control(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// An address that a link may lead to.
pub fn safe_url(url: &str) -> Option<&str> {
    let scheme = url.split_once("://").map(|s| s.0.to_ascii_lowercase())?;
    (matches!(scheme.as_str(), "http" | "https") && !url.chars().any(|c| c.is_control() || c.is_whitespace() || is_control(c))).then_some(url)
}

impl std::fmt::Display for Field {
    /// As HTML, set apart from the direction of what stands around it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<bdi dir=\"{}\"", self.dir)?;
        if !self.lang.is_empty() {
            write!(f, " lang=\"{}\"", self.lang)?;
        }
        write!(f, ">{}</bdi>", askama::filters::escape(&self.text, askama::filters::Html).map_err(|_| std::fmt::Error)?)
    }
}

impl askama::filters::HtmlSafe for Field {}
