CREATE TABLE IF NOT EXISTS user (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'admin')),
  hash TEXT NOT NULL,                 -- argon2id, in PHC's form
  added INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session (
  sum BLOB PRIMARY KEY,               -- SHA-256 of what the cookie holds
  user TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
  expires INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL
) STRICT;
-- A saved query, and where its incidents are told.
CREATE TABLE IF NOT EXISTS alert (
  id TEXT PRIMARY KEY,                -- 32 hex digits that nobody guesses: the feed's readers have no session
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  query TEXT NOT NULL,                -- as the list of incidents has it in its address
  webhook TEXT,
  secret TEXT NOT NULL,               -- of the webhook's signature
  added INTEGER NOT NULL,
  seq INTEGER NOT NULL                -- the ledger's last change that was looked at
) STRICT;
-- The incidents of an alert, by the ids under which they were found. Those that were there before it are never told.
CREATE TABLE IF NOT EXISTS hit (
  alert TEXT NOT NULL REFERENCES alert ON DELETE CASCADE,
  incident TEXT NOT NULL,
  at INTEGER NOT NULL,
  tries INTEGER NOT NULL,             -- how often the webhook was tried
  told INTEGER NOT NULL,              -- whether nothing is left to do
  PRIMARY KEY (alert, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS hit_open ON hit (alert) WHERE told = 0;
CREATE TABLE IF NOT EXISTS delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  alert TEXT NOT NULL REFERENCES alert ON DELETE CASCADE,
  at INTEGER NOT NULL,
  incident TEXT,                      -- NULL: a test
  ok INTEGER NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS delivery_alert ON delivery (alert, id);
