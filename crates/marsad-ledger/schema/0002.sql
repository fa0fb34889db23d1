-- Incidents. All but `retired`, `correction` and `corrected` is made from the reports, and can be made again.

-- What a report tells of one act: its mentions, joined.
CREATE TABLE act (
  id INTEGER PRIMARY KEY,
  key INTEGER NOT NULL UNIQUE,        -- the report's day (16 bits) before 44 bits over report and place in it
  report INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
  start INTEGER NOT NULL,             -- the first trigger
  status TEXT NOT NULL,
  incident INTEGER,                   -- of an act that happened
  anchor INTEGER,                     -- of one announced or denied: the act that it is held beside
  features BLOB NOT NULL              -- as they are compared, in postcard's format
) STRICT;
CREATE INDEX act_report ON act (report, start);
CREATE INDEX act_incident ON act (incident);
CREATE INDEX act_anchor ON act (anchor) WHERE anchor IS NOT NULL;

-- Under which keys an act is found, and when it was.
CREATE TABLE block (
  key INTEGER NOT NULL,
  day INTEGER NOT NULL,
  act INTEGER NOT NULL,
  PRIMARY KEY (key, day, act)
) STRICT, WITHOUT ROWID;

-- Pairs that may be one, each both ways.
CREATE TABLE edge (
  a INTEGER NOT NULL,
  b INTEGER NOT NULL,
  score REAL NOT NULL,                -- log odds
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident (
  id INTEGER PRIMARY KEY,             -- the smallest key of its acts: that of the first report
  kind TEXT NOT NULL,
  day INTEGER,                        -- the day it most likely was, for order and filters
  day_from INTEGER,
  day_to INTEGER,
  exact INTEGER NOT NULL,             -- whether a report states the day
  place TEXT,                         -- the text's words
  place_name TEXT,
  country TEXT,
  lat REAL,
  lon REAL,
  precision TEXT,
  killed INTEGER,                     -- by the conservative rule
  killed_low INTEGER,
  killed_high INTEGER,
  injured INTEGER,
  injured_low INTEGER,
  injured_high INTEGER,
  reports INTEGER NOT NULL,           -- articles that tell of it
  leads INTEGER NOT NULL,             -- of these, those that are about it
  independent INTEGER NOT NULL,       -- texts that are no copies of each other
  outlets INTEGER NOT NULL,
  denied INTEGER NOT NULL,            -- reports that deny it
  state TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'dismissed')),
  terms BLOB NOT NULL                 -- its rows in `term`, eight bytes each
) STRICT;
CREATE INDEX incident_day ON incident (day, id);
CREATE INDEX incident_kind ON incident (kind, day, id);
CREATE INDEX incident_country ON incident (country, day, id);
CREATE INDEX incident_told ON incident (leads, day, id);

-- Words of actors and places, hashed, by which incidents are asked for.
CREATE TABLE term (
  term INTEGER NOT NULL,
  day INTEGER NOT NULL,
  incident INTEGER NOT NULL,
  PRIMARY KEY (term, day, incident)
) STRICT, WITHOUT ROWID;

-- Ids that were an incident's once, with the report and the place in it that they stood for.
CREATE TABLE retired (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL,
  start INTEGER NOT NULL
) STRICT;

-- What people put right. Nothing is ever taken out; an `undo` names what holds no more.
CREATE TABLE correction (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  author TEXT NOT NULL,
  note TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('split', 'merge', 'dismiss', 'confirm', 'undo')),
  undoes INTEGER REFERENCES correction
) STRICT;
CREATE TABLE corrected (
  correction INTEGER NOT NULL REFERENCES correction,
  side INTEGER NOT NULL,              -- 0 and 1: what is parted or joined
  report TEXT NOT NULL,               -- the report's key, the same in every ledger
  start INTEGER NOT NULL,
  PRIMARY KEY (correction, side, report, start)
) STRICT, WITHOUT ROWID;

-- How far the changes were grouped, and by which tables.
CREATE TABLE grouped (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  rules TEXT NOT NULL
) STRICT;
