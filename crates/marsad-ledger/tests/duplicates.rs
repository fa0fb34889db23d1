//! Which texts count as one report: cuts and edits of it do, a form filled in anew and a passage in another report do not, and
//! none of it depends on the order in which they came. All texts are invented.

use marsad_format::{Document, Reading};
use marsad_ledger::near::Shape;
use marsad_ledger::{Entry, Ledger, Outcome};
use std::collections::{BTreeMap, BTreeSet};

/// An agency's report in five paragraphs, so that it can be cut.
const FIRE: [&str; 5] = [
    "اندلع حريق كبير فجر الثلاثاء في سوق الخضار القديم وسط مدينة الرمانة وأتى على أكثر من أربعين متجرا قبل أن تتمكن فرق الإطفاء من السيطرة عليه بعد خمس ساعات",
    "وقال قائد الدفاع المدني سامر الحلواني إن النيران بدأت في مخزن للزيوت وامتدت سريعا بسبب الرياح إلى المباني المجاورة ولم تسجل إصابات خطيرة بين العاملين",
    "وأوضح شهود أن أصحاب المتاجر هرعوا لإخراج بضائعهم بينما أغلقت الشرطة الشوارع المؤدية إلى المكان وطلبت من السكان فتح النوافذ والابتعاد عن الدخان",
    "وشكلت البلدية لجنة لحصر الأضرار التي قدرت مبدئيا بنحو ثلاثة ملايين ووعد رئيسها بتعويض التجار خلال شهر ونقلهم مؤقتا إلى ساحة المعارض",
    "ويعود بناء السوق إلى مطلع القرن الماضي وسبق أن شهد حريقا مماثلا قبل تسعة أعوام دمر جناحه الغربي كاملا وأعيد ترميمه بتبرعات الأهالي",
];

/// What the ministry writes each time, with another name, town and day.
fn sentence(name: &str, victim: &str, town: &str, day: &str, number: &str) -> String {
    format!(
        "أصدرت الوزارة بيانا بشأن تنفيذ حكم في أحد الجناة في منطقة {town} فيما يلي نصه أقدم {name} على قتل {victim} إثر خلاف حصل بينهما وبفضل من الله تمكنت سلطات الأمن من القبض على الجاني المذكور وأسفر التحقيق معه عن توجيه الاتهام إليه وبإحالته إلى المحكمة صدر بحقه صك برقم {number} وتم تنفيذ الحكم في الجاني {name} يوم {day} بمدينة {town}"
    )
}

fn document(source: &str, id: &str, title: &str, day: &str, text: &str) -> Document {
    Document { id: id.to_owned(), source: Some(source.to_owned()), title: Some(title.to_owned()), published: Some(day.to_owned()), text: text.to_owned(), ..Document::default() }
}

fn entry(document: &Document) -> Entry {
    let reading = Reading { id: document.id.clone(), source: document.source.clone(), published: document.published.clone(), title: document.title.clone(), ..Reading::default() };
    Entry::new(document.clone()).read(&reading, None).expect("an empty reading fits")
}

/// The articles, each by another outlet: the report whole; cut; with another lead; the passage of a round-up; two sentences; a third
/// text that resembles two of the others which do not resemble each other.
fn articles() -> Vec<Document> {
    let whole = FIRE.join(". ");
    let led = format!("في خبر عاجل وصلنا من مراسلنا هناك قبل قليل نوافيكم بما يلي من تفاصيله. {whole}");
    let round = [
        "استقبل محافظ الرمانة وفدا من غرفة التجارة وبحث معه توسعة الميناء الجاف وربطه بالطريق الساحلي قبل نهاية العام المقبل بتمويل من صندوق التنمية الوطني",
        "وفي الرياضة تعادل فريق الاتحاد مع ضيفه النجم بهدفين لكل منهما في مباراة شهدت طرد لاعبين وإهدار ركلة جزاء في الدقيقة الأخيرة أمام عشرة آلاف متفرج",
        "وأعلنت الجامعة فتح باب القبول لطلاب الهندسة والطب اعتبارا من الأحد وحددت عدد المقاعد بستمائة مقعد نصفها لأبناء القرى البعيدة عن المدينة",
        "من جهة أخرى توقعت هيئة الأرصاد موجة حر تستمر أسبوعا وتصل فيها الحرارة إلى خمس وأربعين درجة ودعت المزارعين إلى ري محاصيلهم ليلا",
        FIRE[1],
        FIRE[2],
    ]
    .join(". ");
    let first = sentence("خالد بن صالح المرجاني", "فهد بن ناصر السوسني", "الوادي", "الاثنين", "٤٤١");
    let second = sentence("ماجد بن عواد الزعفراني", "تركي بن حمد الياسميني", "الساحل", "الأربعاء", "٥١٧");
    let texts = [("وكالة", whole), ("صباح", FIRE[..2].join(". ")), ("مساء", led), ("جولة", round), ("بيان", first), ("خبر", second)];
    texts.iter().enumerate().map(|(n, (source, text))| document(source, &format!("a{n}"), &format!("عنوان {n}"), "2024-03-05", text)).collect()
}

/// The keys of the reports, by cluster.
fn clusters(ledger: &Ledger) -> BTreeSet<BTreeSet<String>> {
    let mut query = ledger.tables().prepare("SELECT cluster, key FROM report").expect("prepared");
    let mut found: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for row in query.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).expect("asked") {
        let (cluster, key): (i64, String) = row.expect("a row");
        found.entry(cluster).or_default().insert(key);
    }
    found.into_values().collect()
}

fn keys(documents: &[&Document]) -> BTreeSet<String> {
    documents.iter().map(|d| Shape::of(&d.text).key).collect()
}

/// A ledger with the documents in that order, so many in a batch.
fn filled(documents: &[&Document], every: usize) -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::open(folder.path()).expect("opened");
    for chunk in documents.chunks(every) {
        let mut batch = ledger.batch().expect("begun");
        for document in chunk {
            batch.add(&entry(document)).expect("added");
        }
        batch.commit().expect("committed");
    }
    (folder, ledger)
}

/// All orders of the numbers below `n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    orders(n - 1).into_iter().flat_map(|order| (0..n).map(move |at| [&order[..at], &[n - 1], &order[at..]].concat())).collect()
}

#[test]
fn a_cut_and_another_lead_are_the_report_and_a_passage_and_a_form_are_not() {
    let all = articles();
    let (_folder, ledger) = filled(&all.iter().collect::<Vec<_>>(), 10);
    let expected = BTreeSet::from([keys(&[&all[0], &all[1], &all[2]]), keys(&[&all[3]]), keys(&[&all[4]]), keys(&[&all[5]])]);
    assert_eq!(clusters(&ledger), expected);
    let counts: BTreeMap<&str, i64> = ledger.counts().expect("counted").into_iter().collect();
    assert_eq!((counts["reports"], counts["independent"]), (6, 4));
}

/// Five texts of which each shares much with the next and none with the one after: a window of three paragraphs that moves on.
fn chain() -> Vec<Document> {
    let paragraphs: Vec<String> = (0..9).map(|n| (0..24).map(|w| format!("كلمة{n}و{w}")).collect::<Vec<_>>().join(" ")).collect();
    (0..5).map(|n| document(&format!("منبر{n}"), &format!("c{n}"), &format!("حلقة {n}"), "2024-03-05", &paragraphs[n..n + 5].join(" "))).collect()
}

#[test]
fn a_chain_does_not_join_its_ends() {
    let links = chain();
    let alike = |a: usize, b: usize| Shape::of(&links[a].text).compare(&Shape::of(&links[b].text)).near();
    assert!((0..4).all(|n| alike(n, n + 1)) && !alike(0, 4), "the texts are a chain");
    let (_folder, ledger) = filled(&links.iter().collect::<Vec<_>>(), 10);
    let both = keys(&[&links[0], &links[4]]);
    assert!(!clusters(&ledger).iter().any(|c| c.is_superset(&both)), "{:?}", clusters(&ledger));
}

#[test]
fn the_clusters_are_the_same_in_whatever_order_and_batches_the_texts_come() {
    // Of a day, and of days: a text that comes with its later day first is placed anew when the earlier one comes.
    let mut all = chain();
    all.push(articles().swap_remove(0));
    let again = Document { id: "later".to_owned(), source: Some("أرشيف".to_owned()), published: Some("2024-03-11".to_owned()), ..all[2].clone() };
    let mut expected = None;
    for (n, order) in orders(5).into_iter().enumerate().step_by(3) {
        let mut documents: Vec<&Document> = order.iter().map(|i| &all[*i]).collect();
        documents.insert(n % 6, &again);
        documents.push(&all[5]);
        let (_folder, ledger) = filled(&documents, 1 + n % 4);
        assert_eq!(ledger.check(|| ()).expect("checked"), [], "order {order:?}");
        assert_eq!(&clusters(&ledger), expected.get_or_insert_with(|| clusters(&ledger)), "order {order:?}");
    }
}

#[test]
fn an_edited_article_is_a_version_and_no_new_report_stands_beside_it() {
    let whole = FIRE.join(". ");
    let first = document("وكالة", "a", "حريق في سوق الرمانة", "2024-03-05", &whole);
    let edited = Document { text: whole.replace("أربعين متجرا", "ستين متجرا") + ". وأعيد فتح الطرق مساء", ..first.clone() };
    let moved = Document { id: "b".to_owned(), text: whole.replace("خمس ساعات", "ست ساعات"), ..first.clone() };
    let (_folder, mut ledger) = filled(&[&first], 1);
    let mut batch = ledger.batch().expect("begun");
    assert_eq!(batch.add(&entry(&edited)).expect("added"), Outcome::Version(2), "the same id");
    assert_eq!(batch.add(&entry(&moved)).expect("added"), Outcome::Version(3), "another id, the same headline");
    batch.commit().expect("committed");
    let counts: BTreeMap<&str, i64> = ledger.counts().expect("counted").into_iter().collect();
    assert_eq!((counts["articles"], counts["reports"], counts["independent"]), (1, 1, 1));
}

#[test]
fn a_new_reading_leaves_the_clusters_alone() {
    let all = articles();
    let (_folder, mut ledger) = filled(&all.iter().collect::<Vec<_>>(), 10);
    let before = clusters(&ledger);
    let mut batch = ledger.batch().expect("begun");
    for (n, document) in all.iter().enumerate() {
        assert!(batch.reread(n as i64 + 1, &entry(document)).expect("read anew"));
    }
    batch.commit().expect("committed");
    assert_eq!(clusters(&ledger), before);
    assert_eq!(ledger.check(|| ()).expect("checked"), []);
}
