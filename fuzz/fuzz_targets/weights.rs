//! Any bytes behind a right head and checksum as a weights file: refused, or usable.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marsad_model::{Encoder, Precision, Tokenizer, Weights};
use sha2::{Digest, Sha256};

fuzz_target!(|data: &[u8]| {
    let Some((length, body)) = data.split_at_checked(2) else { return };
    let length = u32::from(u16::from_le_bytes([length[0], length[1]]));
    let file = [b"MARSADW1".as_slice(), &1u32.to_le_bytes(), &length.to_le_bytes(), Sha256::digest(body).as_slice(), body].concat();
    let Ok(weights) = Weights::from_bytes(file, "fuzzed") else { return };
    if let Ok(tokenizer) = Tokenizer::new(&weights) {
        assert!(!tokenizer.encode_word("بغداد", true).is_empty());
    }
    if let Ok(encoder) = Encoder::new(&weights)
        && let Ok(states) = encoder.encode(&[&[0, 5, 2]], Precision::Int8)
    {
        let _ = (encoder.linear("cue", &states[0]), encoder.vector(&states[0]));
    }
});
