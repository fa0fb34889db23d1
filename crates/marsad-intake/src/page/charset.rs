//! The encoding of a page: byte order mark, then the server's header, then the page's own word, then a guess.

use crate::encoding::{self, Kind};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252, X_USER_DEFINED};

/// Where a page or feed says its encoding, it does so in its first bytes.
const HEAD: usize = 4096;

/// The page as text. `stated` is the encoding of the server's header.
///
/// What is valid UTF-8 beyond ASCII is UTF-8 whatever was stated, and a stated encoding without Arabic letters gives way
/// to a guess with them: old pages say ISO-8859-1 and are windows-1256.
///
/// # Errors
/// With a reason when the bytes are no text.
pub fn decode(bytes: &[u8], stated: Option<&str>) -> Result<String, String> {
    if Encoding::for_bom(bytes).is_some() {
        return encoding::decode(bytes);
    }
    if !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() {
        return encoding::decode(bytes);
    }
    let own = || label(&bytes[..bytes.len().min(HEAD)]);
    let known = stated.and_then(|s| Encoding::for_label(s.trim().as_bytes())).or_else(|| own().and_then(|l| Encoding::for_label(l.as_bytes())));
    let Some(known) = known.filter(|e| *e != X_USER_DEFINED) else { return encoding::decode(bytes) };
    if known == UTF_8 || known == WINDOWS_1252 {
        let guess = encoding::kind(bytes, true)?;
        let latin = matches!(guess, Kind::Other(e) if e == WINDOWS_1252);
        return if latin { Ok(known.decode(bytes).0.into_owned()) } else { encoding::decode(bytes) };
    }
    Ok(known.decode(bytes).0.into_owned())
}

/// The encoding that a head names: `charset=…` of HTML, `encoding="…"` of XML.
fn label(head: &[u8]) -> Option<String> {
    let head: String = head.iter().map(|b| char::from(b.to_ascii_lowercase())).collect();
    let xml = head.trim_start().strip_prefix("<?xml").and_then(|h| h.split("?>").next()).and_then(|h| h.split_once("encoding"));
    let value = xml.or_else(|| head.split_once("charset"))?.1.trim_start().strip_prefix('=')?;
    let value: String = value.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.')).collect();
    (!value.is_empty()).then_some(value)
}
