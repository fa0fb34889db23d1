//! `marsad knowledge` as its user sees it.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use std::path::Path;
use std::process::{Command, Output};

fn marsad(data: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_marsad")).env("MARSAD_DATA", data).args(args).output().expect("the program starts")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn names_are_looked_up() {
    let data = tempfile::tempdir().expect("a folder");
    let tripoli = said(&marsad(data.path(), &["knowledge", "lookup", "طرابلس"]));
    assert!(tripoli.contains("LB") && tripoli.contains("LY"), "both stand there: {tripoli}");
    let json: serde_json::Value = serde_json::from_slice(&marsad(data.path(), &["knowledge", "lookup", "--json", "Mosul"]).stdout).expect("JSON");
    assert_eq!((&json["places"][0]["country"], &json["places"][0]["name_ar"]), (&"IQ".into(), &"الموصل".into()), "Latin letters do too");
    let nothing = marsad(data.path(), &["knowledge", "lookup", "زعزعستان"]);
    assert_eq!(nothing.status.code(), Some(1), "{}", said(&nothing));
}

#[test]
fn a_users_table_is_added_used_and_taken_away() {
    let data = tempfile::tempdir().expect("a folder");
    let file = data.path().join("IQ.tsv");
    let table = |kind: &str| format!("names_ar\tname\tkind\tadmin1\tadmin2\tlat\tlon\nزعزعستان\tZaza\t{kind}\t\t\t35.10\t44.20\n");
    std::fs::write(&file, table("vilage")).expect("written");
    let path = file.to_str().expect("a path");
    let faulty = marsad(data.path(), &["knowledge", "add", path]);
    assert_eq!(faulty.status.code(), Some(2));
    assert!(said(&faulty).contains(&format!("{path}, line 2: vilage is no kind of place")), "the user's own file is named: {}", said(&faulty));
    std::fs::write(&file, table("village")).expect("written");
    let added = marsad(data.path(), &["knowledge", "add", path, "--name", "mine"]);
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    assert!(said(&marsad(data.path(), &["knowledge", "lookup", "زعزعستان"])).contains("your pack"));
    assert!(said(&marsad(data.path(), &["knowledge", "list"])).contains("mine  places/IQ.tsv  1 rows"));
    // What was compiled for another edition is made anew.
    for entry in std::fs::read_dir(data.path().join("packs")).expect("the folder").filter_map(Result::ok).filter(|e| e.path().is_file()) {
        std::fs::remove_file(entry.path()).expect("removed");
    }
    assert!(said(&marsad(data.path(), &["knowledge", "lookup", "زعزعستان"])).contains("your pack"));
    assert_eq!(marsad(data.path(), &["knowledge", "remove", "mine"]).status.code(), Some(0));
    assert_eq!(marsad(data.path(), &["knowledge", "lookup", "زعزعستان"]).status.code(), Some(1));
}

#[test]
fn tables_are_checked() {
    let data = tempfile::tempdir().expect("a folder");
    let own = marsad(data.path(), &["knowledge", "check"]);
    assert_eq!(own.status.code(), Some(0), "{}", said(&own));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");
    let tables = marsad(data.path(), &["knowledge", "check", folder]);
    assert!(said(&tables).contains("no fault"), "{}", said(&tables));
    // An editor's copy with two slips in two files: both are told, counted, and the exit code says that there are some.
    let copy = data.path().join("copy");
    std::fs::create_dir_all(copy.join("places")).expect("made");
    for entry in ["", "places"].iter().flat_map(|sub| std::fs::read_dir(Path::new(folder).join(sub)).expect("listed")).map(|e| e.expect("an entry").path()).filter(|p| p.is_file()) {
        std::fs::copy(&entry, copy.join(entry.strip_prefix(folder).expect("below it"))).expect("copied");
    }
    for (table, row) in [("places/JO.tsv", "المفرق القديمة\tOld Mafraq\tvilage\t\t\t32.3\t36.2\n"), ("capitals.tsv", "XYZ\tزعزع\n")] {
        let path = copy.join(table);
        let text = std::fs::read_to_string(&path).expect("read");
        std::fs::write(&path, text + row).expect("written");
    }
    let faulty = marsad(data.path(), &["knowledge", "check", copy.to_str().expect("a path")]);
    assert_eq!(faulty.status.code(), Some(1), "{}", said(&faulty));
    for part in ["JO.tsv, line", "vilage is no kind of place", "capitals.tsv, line", "XYZ", "2 faults"] {
        assert!(said(&faulty).contains(part), "{part}: {}", said(&faulty));
    }
    let missing = marsad(data.path(), &["knowledge", "check", data.path().to_str().expect("a path")]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(said(&missing).contains("countries.tsv"), "{}", said(&missing));
}
