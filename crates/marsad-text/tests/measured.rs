//! The figures that must hold over the shared corpora; skipped, and said to be, where these are not at hand.

#[path = "../examples/timex/judge.rs"]
#[expect(dead_code, reason = "only the program asks for and reads what others find")]
mod judge;

use judge::Source;
use std::path::PathBuf;

type Outcome = Result<(), judge::Failure>;

fn shared(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MARSAD_SHARED").map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")), PathBuf::from);
    let path = root.join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
    }
    path.exists().then_some(path)
}

#[test]
fn articles_of_the_guide() -> Outcome {
    let Some(folder) = shared("gold/dev") else { return Ok(()) };
    let made = judge::guide(&Source::Here, &folder, None)?;
    assert!(made.judged.f1() >= 0.88, "{:?}\n{}", made.judged, made.misses.join("\n"));
    Ok(())
}

#[test]
fn articles_in_timex3() -> Outcome {
    let Some(folder) = shared("timex/arabic_tml") else { return Ok(()) };
    let made = judge::timex(&Source::Here, &folder, true, false)?;
    assert!(made.exact.f1() >= 0.85, "{:?}\n{}", made.exact, made.misses.join("\n"));
    assert!(made.value as f64 >= 0.85 * made.overlap.hit as f64, "{} of {}\n{}", made.value, made.overlap.hit, made.misses.join("\n"));
    Ok(())
}

#[test]
fn specs_of_the_recognizers() -> Outcome {
    let Some(folder) = shared("timex/recognizers") else { return Ok(()) };
    for (name, spec) in judge::recognizers(&Source::Here, &folder, include_str!("data/recognizers_set_aside.tsv"))? {
        assert!(spec.right as f64 >= 0.85 * spec.cases as f64, "{name}: {} of {}\n{}", spec.right, spec.cases, spec.misses.join("\n"));
    }
    Ok(())
}

#[test]
fn a_case_set_aside_has_a_reason() {
    for line in include_str!("data/recognizers_set_aside.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert!(cells.len() == 3 && cells[1].parse::<usize>().is_ok() && cells[2].len() > 8, "{line}");
    }
}
