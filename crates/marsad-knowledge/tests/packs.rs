//! A user's tables: what is recognised, what lies over ours, and which fault is named where.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::PlaceKind;
use marsad_knowledge::{Knowledge, Situation, packs};
use std::path::Path;

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("the tables have no fault")
}

/// The program's tables with one table of a user's over them.
fn over(table: &str, text: &str) -> Knowledge {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(table);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    std::fs::write(&path, text).expect("written");
    let mut k = knowledge();
    let compiled = folder.path().join("compiled");
    std::fs::write(&compiled, k.compile_over(folder.path()).expect("no fault")).expect("written");
    k.lay_over(&compiled).expect("it opens");
    k
}

#[test]
fn a_users_rows_come_first_and_ours_stay() {
    let k = over("places/IQ.tsv", "names_ar\tname\tkind\tadmin1\tadmin2\tlat\tlon\nكركوك\tMy Kirkuk\tvillage\tNineveh\t\t36.00\t43.00\nزعزعستان\tZaza\tvillage\t\t\t35.10\t44.20\n");
    let found = k.places("كركوك");
    assert_eq!((found[0].name, found[0].by_user, found[0].kind), ("My Kirkuk", true, PlaceKind::Village));
    assert!(found.iter().any(|p| p.name == "Kirkuk" && !p.by_user), "ours is still there: {found:?}");
    assert_eq!(k.places("زعزعستان")[0].iso2, "IQ", "the file's name is the state");
    assert_eq!(k.all_places().count(), knowledge().all_places().count() + 2);
}

#[test]
fn a_users_actors_words_and_adjectives_lie_over_ours() {
    let k = over("actors.tsv", "id\twikidata\tname\tnames_ar\tshort_ar\twhere\tcode\tfrom\tto\nmine\t\tMy Brigade\tلواء الزعزعة|داعش\tالزعازع\tIRQ\tIRQ REB\t\t\n");
    let actor = |name: &str, news: &[&str]| k.actor(name, None, news).map(|a| (a.id, a.code));
    assert_eq!(actor("لواء الزعزعة", &[]), Some(("mine", "IRQ REB")));
    assert_eq!(actor("داعش", &["SYR"]), Some(("mine", "IRQ REB")), "a name that both have is the user's");
    assert_eq!(actor("تنظيم القاعدة", &[]).map(|a| a.0), Some("alqaeda"), "ours is still there");
    assert_eq!((actor("الزعازع", &["IRQ"]).is_some(), actor("الزعازع", &["TUN"])), (true, None), "a short name counts in its state's news");
    let k = over("persons.tsv", "id\twikidata\tname\tnames_ar\tshort_ar\tcode\trole_ar\tfrom\tto\nz\t\tZaza Zaza\tزعزوع الزعزاع\t\tIRQ GOV\tوزير\t2014\t2016\nz\t\t\t\t\tIRQ LEG\tنائب\t2017\t\n");
    let code = |day| k.known("زعزوع الزعزاع", Some(day), &[]).map(|p| p.code);
    assert_eq!((code("2015-01-01").as_deref(), code("2018-01-01").as_deref()), (Some("IRQ GOV"), Some("IRQ LEG")), "each office in its time");
    let coded = |k: &Knowledge, phrase: &str| k.code_for(phrase, &Situation::default()).code;
    let k = over("roles.tsv", "sectors\tweight\twords\nMIL\trole\tزعزاع\n");
    assert_eq!((coded(&k, "زعزاع عراقي"), coded(&k, "شرطي عراقي")), ("IRQ MIL".to_owned(), coded(&knowledge(), "شرطي عراقي")));
    let k = over("demonyms.tsv", "code\tnisba\tplurals\tnames\nIRQ\tزعزعي\t\tزعزعستان\n");
    assert_eq!((k.demonym("الزعزعيين").map(|c| c.iso3), k.country("زعزعستان").map(|c| c.iso3), k.demonym("عراقي").map(|c| c.iso3)), (Some("IRQ"), Some("IRQ"), Some("IRQ")));
    let k = over("bodies.tsv", "sectors\tname\tnames_ar\nMIL\tZaza Corps of {}\tفيلق الزعزعة #M\n");
    assert_eq!(k.known("فيلق الزعزعة التونسي", None, &[]).map(|b| (b.name, b.code)), Some(("Zaza Corps of Tunisia".to_owned(), "TUN MIL".to_owned())));
}

#[test]
fn foreign_tables_of_places_become_ours() {
    let whos = "wof_id\tcc\tplacetype\tlat\tlon\tpop\tgn_id\twd_id\tregion_id\tcounty_id\tname_latin\tname_ar\tvariants_ar\tckb\n\
        1\tIQ\tregion\t36.2\t42.2\t0\t5\t\t1\t\tNinawa\tنينوى\tالموصل\t\n\
        2\tIQ\tlocality\t36.1\t42.3\t0\t-1\t\t1\t\tZaza\tزعزعة\t\tزەعزەعە\n\
        3\tIQ\tcountry\t33.0\t44.0\t0\t\t\t\t\tIraq\tالعراق\t\t\n";
    let pack = packs::recognise(Path::new("wof.tsv"), whos).expect("recognised");
    assert_eq!((pack.table.as_str(), pack.rows), ("gazetteer.tsv", 2), "states are known already");
    let k = over(&pack.table, &pack.text);
    assert!(!k.places("الموصل").iter().any(|p| p.name == "Ninawa"), "a region's variants hold its seat's name");
    let zaza = k.places("زعزعة")[0];
    assert_eq!((zaza.name, zaza.admin1, zaza.kind, zaza.geonames), ("Zaza", Some("Ninawa"), PlaceKind::Village, None));
    let geonames = "77\tZaza\tZaza\tZaza,زعزعة الكبرى,Заза\t36.1\t42.3\tP\tPPL\tIQ\t\t15\t\t\t\t12000\t\t300\tAsia/Baghdad\t2020-01-01\n\
        78\tNowhere\tNowhere\tNowhere\t36.1\t42.3\tP\tPPL\tIQ\t\t15\t\t\t\t0\t\t300\tAsia/Baghdad\t2020-01-01\n";
    let pack = packs::recognise(Path::new("IQ.txt"), geonames).expect("recognised");
    assert_eq!(pack.rows, 1, "the second has no Arabic name");
    let k = over(&pack.table, &pack.text);
    let zaza = k.places("زعزعة الكبرى")[0];
    assert_eq!((zaza.kind, zaza.population, zaza.geonames), (PlaceKind::City, 12000, Some(77)));
}

#[test]
fn a_fault_names_file_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("places")).expect("made");
    for (row, message) in [
        ("زعزعة\tZaza\tvilage\t\t\t35.1\t44.2", "vilage is no kind of place"),
        ("زعزعة\tZaza\tvillage\t\t\t95.1\t44.2", "95.1, 44.2 is no position"),
        ("\tZaza\tvillage\t\t\t35.1\t44.2", "needs an Arabic name"),
        ("زعزعة\tZaza\tvillage", "3 columns where the header has 7"),
    ] {
        std::fs::write(folder.path().join("places/IQ.tsv"), format!("names_ar\tname\tkind\tadmin1\tadmin2\tlat\tlon\n{row}\n")).expect("written");
        let fault = knowledge().compile_over(folder.path()).expect_err("a fault")[0].to_string();
        assert!(fault.contains("IQ.tsv, line 2") && fault.contains(message), "{fault}");
    }
    let unknown = packs::recognise(Path::new("my.tsv"), "a\tb\n1\t2\n").expect_err("a fault").to_string();
    assert!(unknown.contains("my.tsv, line 1") && unknown.contains("names_ar | name | kind"), "the remedy lists what is known: {unknown}");
    let nameless = packs::recognise(Path::new("mine.tsv"), "names_ar\tname\tkind\tadmin1\tadmin2\tlat\tlon\n").expect_err("a fault").to_string();
    assert!(nameless.contains("IQ.tsv"), "{nameless}");
}

#[test]
fn all_faults_are_told_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("places")).expect("made");
    let rows = "زعزعة\tZaza\tvilage\t\t\t95.1\t44.2\nسلطعة\tSalta\tvillage\t\t\t35.1\t44.2\nلا شيء\n";
    std::fs::write(folder.path().join("places/IQ.tsv"), format!("names_ar\tname\tkind\tadmin1\tadmin2\tlat\tlon\n{rows}")).expect("written");
    std::fs::write(folder.path().join("peoples.tsv"), "state\tpeople\nIRX\tIRQ\n").expect("written");
    let faults: Vec<String> = knowledge().compile_over(folder.path()).expect_err("faults").iter().map(ToString::to_string).collect();
    // The short line is found while the table is read, the two faults of the first row when its cells are.
    for (fault, parts) in faults.iter().zip([["IQ.tsv, line 4", "1 columns"], ["IQ.tsv, line 2", "vilage"], ["IQ.tsv, line 2", "95.1"], ["peoples.tsv, line 2", "IRX"]]) {
        assert!(parts.iter().all(|p| fault.contains(p)), "{parts:?}: {fault}");
    }
    assert_eq!(faults.len(), 4, "{faults:?}");
}

#[test]
fn divisions_have_the_codes_that_relief_uses() {
    let k = knowledge();
    for (name, code) in [("نينوى", "IQG15"), ("الحمدانية", "IQG15Q03"), ("عفرين", "SY0203"), ("النبطية", "LB4"), ("شمال دارفور", "SD02"), ("التعزية", "YE1520")] {
        assert!(k.places(name).iter().any(|p| k.pcode(p) == Some(code)), "{name} has {code}");
    }
    assert!(k.places("الموصل").iter().filter(|p| p.kind == PlaceKind::City).all(|p| k.pcode(p).is_none()), "a town has none");
}

#[test]
fn a_changed_byte_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("compiled");
    let mut bytes = knowledge().compile_over(folder.path()).expect("no table is needed");
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    std::fs::write(&path, bytes).expect("written");
    let fault = knowledge().lay_over(&path).expect_err("a fault").to_string();
    assert!(fault.contains("damaged"), "{fault}");
    assert!(knowledge().verify().is_ok());
    assert!(knowledge().size() < 12 << 20, "the program's tables stay below 12 MB");
}
