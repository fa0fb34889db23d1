//! A row in every format, read back.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_export::codes::Codes;
use marsad_export::{Dialect, IncidentRow, Parquet, Party, Sink as _, Spot, Table, Value, acled, columns, gdelt_event, gdelt_mention};

/// An air raid on Duma, with a headline that a spreadsheet would run as a formula.
fn raid() -> IncidentRow {
    let party = |text: &str, code: &str| Party { text: text.into(), code: code.into(), ..Party::default() };
    IncidentRow {
        id: "041a2b3c4d5e6f7".into(),
        kind: "ASSAULT".into(),
        mode: vec!["aerial".into()],
        days: Some(("2026-03-01".into(), "2026-03-01".into())),
        span: 1,
        actors: vec![party("الطيران الحربي", "SYR MIL")],
        recipients: vec![party("مدنيون", "SYR CVL")],
        place: Spot { text: Some("دوما".into()), name: Some("Duma".into()), country: Some("SY".into()), lat: Some(33.57), lon: Some(36.4), kind: Some("city".into()), ..Spot::default() },
        title: Some("=غارة على دوما".into()),
        ..IncidentRow::default()
    }
}

#[test]
fn every_row_has_the_cells_that_the_list_of_columns_names() {
    let codes = Codes::embedded().expect("our own tables");
    let width = |table: &str| columns(table).expect("our own tables").len();
    assert_eq!(raid().values(&codes).len(), width("incidents"));
    assert_eq!(acled(&raid(), &codes).expect("ACLED codes air raids").len(), width("acled"));
    assert_eq!(gdelt_event(&raid(), &codes).len(), width("gdelt_events"));
    let event = marsad_export::EventRow::default();
    assert_eq!(event.values(&codes).len(), width("events"));
    assert_eq!(gdelt_mention(&event, "").len(), width("gdelt_mentions"));
    assert_eq!(marsad_export::ClaimRow::default().values().len(), width("claims"));
    assert_eq!(marsad_export::ReportRow::default().values().len(), width("reports"));
}

#[test]
fn an_air_raid_on_civilians_is_what_acled_and_cameo_call_it() {
    let codes = Codes::embedded().expect("our own tables");
    let row = acled(&raid(), &codes).expect("ACLED codes air raids");
    assert_eq!(row[5], Value::from("Explosions/Remote violence"));
    assert_eq!(row[13], Value::from("State forces-Civilians"));
    assert_eq!(row[14], Value::from("Civilian targeting"));
    assert_eq!(gdelt_event(&raid(), &codes)[26], Value::from("195"));
}

#[test]
fn acled_knows_nobody_on_both_sides_no_unarmed_battles_and_no_nameless_attackers() {
    let codes = Codes::embedded().expect("our own tables");
    let column = |name: &str| columns("acled").expect("our own tables").iter().position(|c| c.name == name).expect("a column");
    let cells = |row: &IncidentRow, names: &[&str]| names.iter().map(|n| acled(row, &codes).expect("ACLED codes it")[column(n)].cell()).collect::<Vec<_>>();
    let party = |text: &str, code: &str| Party { text: text.into(), code: code.into(), ..Party::default() };

    // A judge shot by nobody knows whom: he bears no arms, so he is a civilian, and who he is stands beside it.
    let judge = IncidentRow { mode: vec!["firearms".into()], actors: vec![], recipients: vec![party("قاض", "SYR JUD")], ..raid() };
    assert_eq!(
        cells(&judge, &["event_type", "actor1", "inter1", "actor2", "assoc_actor_2", "inter2", "civilian_targeting"]),
        ["Violence against civilians", "Unidentified Armed Group (Syria)", "Political militia", "Civilians (Syria)", "قاض", "Civilians", "Civilian targeting"]
    );
    // From the air nobody knows what flew.
    assert_eq!(cells(&IncidentRow { actors: vec![], ..raid() }, &["actor1", "inter1"]), ["", ""]);
    // Civilians named among the attackers do not lead them, and who attacks is not attacked by himself.
    let clash = IncidentRow {
        mode: vec![],
        actors: vec![party("سكان", "SYR CVL"), party("فصيل", "SYR REB")],
        recipients: vec![party("فصيل", "SYR REB"), party("جنود", "SYR MIL")],
        ..raid()
    };
    assert_eq!(cells(&clash, &["event_type", "actor1", "actor2", "interaction"]), ["Battles", "فصيل", "جنود", "Rebel group-State forces"]);
}

#[test]
fn gdelt_counts_days_places_and_times_in_its_own_way() {
    let codes = Codes::embedded().expect("our own tables");
    let cell = |row: &IncidentRow, name: &str| {
        let at = columns("gdelt_events").expect("our own tables").iter().position(|c| c.name == name).expect("a column");
        gdelt_event(row, &codes)[at].cell()
    };
    let on = |day: &str| IncidentRow { days: Some((day.into(), day.into())), ..raid() };
    // As in GDELT's own rows: (30 days for each month that has passed + the day) / 365.
    assert_eq!([cell(&on("2014-02-18"), "FractionDate"), cell(&on("2014-12-31"), "FractionDate")], ["2014.1315", "2014.989"]);
    let at = |country: &str, kind: &str| IncidentRow { place: Spot { country: Some(country.into()), kind: Some(kind.into()), lat: Some(1.0), lon: Some(1.0), ..Spot::default() }, ..raid() };
    assert_eq!([("SY", "city"), ("SY", "admin1"), ("US", "city"), ("US", "admin1"), ("US", "country")].map(|(c, k)| cell(&at(c, k), "ActionGeo_Type")), ["4", "5", "3", "2", "1"]);
    let mention = |published: &str| gdelt_mention(&marsad_export::EventRow { published: Some(published.into()), at: (20, 24), ..Default::default() }, "قال شاهد إنه سمع. ثم وقع انفجار.");
    assert_eq!([mention("2018-02-16T19:15:09+04:00")[2].cell(), mention("2018-02-16")[2].cell()], ["20180216151509", "20180216000000"]);
    assert_eq!(mention("2018-02-16")[6].cell(), "2", "the second sentence");
}

#[test]
fn what_excel_would_run_as_a_formula_is_led_by_an_apostrophe() {
    let codes = Codes::embedded().expect("our own tables");
    let mut out = Vec::new();
    let mut table = Table::new(&mut out, &columns("incidents").expect("our own tables"), Dialect::Excel, false).expect("a header");
    table.row(&raid().values(&codes)).expect("a row");
    table.finish().expect("an end");
    drop(table);
    let text = String::from_utf8(out).expect("UTF-8");
    assert!(text.starts_with("\u{feff}id,") && text.contains("'=غارة") && text.ends_with("\r\n"));
}

#[test]
fn parquet_is_read_back_with_its_lists() {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    let codes = Codes::embedded().expect("our own tables");
    let path = std::env::temp_dir().join(format!("marsad-export-{}.parquet", std::process::id()));
    let mut sink = Parquet::new(std::fs::File::create(&path).expect("a file"), columns("incidents").expect("our own tables"), "incidents").expect("a header");
    sink.row(&raid().values(&codes)).expect("a row");
    sink.finish().expect("an end");
    let reader = SerializedFileReader::new(std::fs::File::open(&path).expect("the file")).expect("Parquet");
    let rows: Vec<String> = reader.get_row_iter(None).expect("rows").map(|r| r.expect("a row").to_string()).collect();
    std::fs::remove_file(&path).expect("the file is ours");
    assert!(rows.len() == 1 && rows[0].contains("aerial") && rows[0].contains("مدنيون"), "{rows:?}");
}

#[test]
fn a_workbook_is_read_back_by_another_reader() {
    use calamine::Reader as _;
    let codes = Codes::embedded().expect("our own tables");
    let mut out = Vec::new();
    let mut sink = marsad_export::Xlsx::new(&mut out, columns("incidents").expect("our own tables"), "incidents", true).expect("a header");
    sink.row(&raid().values(&codes)).expect("a row");
    sink.finish().expect("an end");
    drop(sink);
    let mut book: calamine::Xlsx<_> = calamine::Reader::new(std::io::Cursor::new(out)).expect("a workbook");
    let sheet = book.worksheet_range("incidents").expect("the sheet");
    assert_eq!(sheet.height(), 3, "names, HXL tags and a row");
    assert!(sheet.rows().nth(2).expect("the row").iter().any(|c| c.to_string() == "دوما"));
}
