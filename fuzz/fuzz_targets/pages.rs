//! Any bytes as a web page: the article's fields are whole, or the page is refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marsad_intake::page;

fuzz_target!(|data: &[u8]| {
    if let Ok(html) = page::decode(data, None)
        && let Ok(article) = page::article(&html, Some("https://example.org/2026/11/23/a"))
    {
        assert!(!article.text.trim().is_empty());
        assert!(article.published.is_none_or(|p| p.len() == 10 || p.len() >= 20));
    }
});
