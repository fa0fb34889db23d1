-- The ledger's tables. Days are counted from 1970-01-01, times are seconds of the Unix clock, offsets are characters of the
-- report's text as it came in.

CREATE TABLE outlet (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE           -- '' where the input names none
) STRICT;

-- A text, once, however many outlets print it. Two texts are the same where their folded words are.
CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,           -- 32 hex digits of SHA-256 over the folded words: the same in every ledger
  cluster INTEGER NOT NULL,           -- the report with the smallest key among those that are near-equal
  day INTEGER,                        -- the earliest day on which one of its documents was published
  live INTEGER NOT NULL,              -- how many documents show it now; 0: only older versions do
  words INTEGER NOT NULL,
  added INTEGER NOT NULL
) STRICT;
CREATE INDEX report_cluster ON report (cluster);
CREATE INDEX report_day ON report (day);

CREATE TABLE body (
  report INTEGER PRIMARY KEY REFERENCES report ON DELETE CASCADE,
  text BLOB NOT NULL                  -- zstd over UTF-8, exactly as it came in
) STRICT;

-- What made a reading.
CREATE TABLE maker (
  id INTEGER PRIMARY KEY,
  program TEXT NOT NULL,
  weights TEXT NOT NULL,
  knowledge TEXT NOT NULL,
  UNIQUE (program, weights, knowledge)
) STRICT;

CREATE TABLE reading (
  report INTEGER PRIMARY KEY REFERENCES report ON DELETE CASCADE,
  maker INTEGER NOT NULL REFERENCES maker,
  as_of TEXT,                         -- the day of publication it was made with
  events INTEGER NOT NULL,
  json BLOB NOT NULL,                 -- zstd over a line of JSON as READING.md has it
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX reading_maker ON reading (maker);

-- An outlet's article. It keeps its key through all its versions.
CREATE TABLE document (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,           -- 16 hex digits over outlet and address: the same in every ledger
  outlet INTEGER NOT NULL REFERENCES outlet,
  name TEXT NOT NULL,                 -- the caller's id
  url TEXT,
  lang TEXT,
  author TEXT,
  published TEXT,                     -- as given
  day INTEGER,
  version INTEGER NOT NULL,           -- the one that holds now
  report INTEGER NOT NULL REFERENCES report,
  added INTEGER NOT NULL
) STRICT;
CREATE INDEX document_report ON document (report);
CREATE INDEX document_outlet ON document (outlet, day);

CREATE TABLE version (
  document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
  number INTEGER NOT NULL,            -- from 1, in the order of arrival
  report INTEGER NOT NULL REFERENCES report,
  title TEXT,
  published TEXT,
  added INTEGER NOT NULL,
  PRIMARY KEY (document, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_report ON version (report);

-- By what an article is known again: 63 bits over its outlet and its address, or over its outlet and the caller's id.
CREATE TABLE identity (
  hash INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE
) STRICT;
CREATE INDEX identity_document ON identity (document);

-- The events of readings, a row each, for grouping and queries; made from `reading`, and can be made again.
CREATE TABLE mention (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
  number INTEGER NOT NULL,            -- index in the reading's events
  kind TEXT NOT NULL,                 -- PLOVER's type
  status TEXT NOT NULL,
  start INTEGER NOT NULL,             -- the trigger
  end INTEGER NOT NULL,
  sentence_start INTEGER NOT NULL,
  sentence_end INTEGER NOT NULL,
  place TEXT,                         -- the text's words
  place_name TEXT,
  country TEXT,
  admin1 TEXT,
  lat REAL,
  lon REAL,
  precision TEXT,                     -- country, admin1, admin2, city, village, region, natural, facility
  geonames INTEGER,
  date TEXT,
  day_from INTEGER,                   -- first and last day that `date` covers
  day_to INTEGER,
  killed_min INTEGER,
  killed_max INTEGER,
  injured_min INTEGER,
  injured_max INTEGER,
  speaker TEXT,                       -- who says so, if not the outlet itself
  confidence REAL NOT NULL,
  UNIQUE (report, number)
) STRICT;
CREATE INDEX mention_day ON mention (day_from, kind);
CREATE INDEX mention_country ON mention (country, day_from);

CREATE TABLE participant (
  mention INTEGER NOT NULL REFERENCES mention ON DELETE CASCADE,
  side TEXT NOT NULL CHECK (side IN ('actor', 'recipient')),
  number INTEGER NOT NULL,
  code TEXT NOT NULL,
  name TEXT,                          -- canonical, where known
  entity TEXT,
  text TEXT NOT NULL,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL,
  PRIMARY KEY (mention, side, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX participant_code ON participant (code);

-- The meaning of title and first sentences.
CREATE TABLE embedding (
  report INTEGER PRIMARY KEY REFERENCES report ON DELETE CASCADE,
  weights TEXT NOT NULL,              -- the version that made it; others cannot be compared with it
  scale REAL NOT NULL,                -- the value of 1 in the vector
  vector BLOB NOT NULL                -- signed bytes
) STRICT;

-- The smallest shingles of each report, by the week, and the pairs found near-equal (each pair both ways).
CREATE TABLE sketch (
  bucket INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  report INTEGER NOT NULL,
  PRIMARY KEY (bucket, hash, report)
) STRICT, WITHOUT ROWID;
CREATE TABLE near (
  a INTEGER NOT NULL,
  b INTEGER NOT NULL,
  resemblance REAL NOT NULL,
  containment REAL NOT NULL,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

-- How far a file was taken in.
CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  hash TEXT NOT NULL,
  records INTEGER NOT NULL,           -- taken or refused so far
  done INTEGER NOT NULL
) STRICT;

CREATE TABLE refusal (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL,
  line INTEGER,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX refusal_once ON refusal (file, ifnull(line, 0), reason);

-- What came, changed or went, in order: what a search index, an export or a follower has not seen yet.
CREATE TABLE change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  subject TEXT NOT NULL,              -- report, document
  id INTEGER NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('added', 'changed', 'deleted'))
) STRICT;
CREATE INDEX change_at ON change (at);

-- What reports tell now, with the report's key and its cluster. Join `document` on `report` for the outlets.
CREATE VIEW current_mention AS
  SELECT m.*, r.key AS report_key, r.cluster, r.day AS report_day FROM mention m JOIN report r ON r.id = m.report WHERE r.live > 0;
