-- What followers of the ledger have to be told: which incidents say something else than before, and which events went.

-- What an incident said when a change of it was noted last, and the number of that change.
CREATE TABLE noted (
  incident INTEGER PRIMARY KEY,
  print BLOB NOT NULL,                -- SHA-256 over all that is shown of it; empty where it was noted before this table was
  seq INTEGER NOT NULL                -- in `change`
) STRICT;
CREATE INDEX noted_seq ON noted (seq);

-- Incidents that grouping has touched since. They are compared and noted when it has come to its end, so that what it
-- takes apart and puts together again on its way is no change.
CREATE TABLE unnoted (
  incident INTEGER PRIMARY KEY
) STRICT;

-- Events, by the place of their trigger, that a later reading of the same text has no more.
CREATE TABLE dropped (
  report INTEGER NOT NULL,
  start INTEGER NOT NULL,
  seq INTEGER NOT NULL,               -- in `change`
  PRIMARY KEY (report, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX dropped_seq ON dropped (seq);

INSERT INTO noted (incident, print, seq)
  SELECT i.id, x'', max(c.seq) FROM incident i JOIN change c ON c.id = i.id AND c.subject = 'incident' GROUP BY i.id;
