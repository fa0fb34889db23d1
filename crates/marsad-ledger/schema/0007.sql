-- What people have to look at, and what they put right in readings.

-- What is doubtful of each incident that nobody has reviewed, and what a look at it is worth: the doubts, weighed, times the
-- texts that stand or fall with it. Alone a missing day or place makes nobody look.
CREATE VIEW doubtful AS
  SELECT id AS incident, killed, injured, denied, unsure, dayless, placeless,
    (3 * killed + injured + 3 * denied + 2 * unsure + (killed + injured + denied + unsure > 0) * (dayless + placeless)) * (1 + min(independent, 9)) AS worth
  FROM (
    SELECT i.id, i.independent, i.denied > 0 AS denied, NOT i.exact AS dayless, i.place IS NULL AS placeless,
      ifnull(i.killed_high > i.killed_low, 0) AS killed, ifnull(i.injured_high > i.injured_low, 0) AS injured,
      ifnull((SELECT max(m.confidence) FROM act a JOIN mention m ON m.report = a.report AND m.start = a.start WHERE a.incident = i.id), 0) < 0.6 AS unsure
    FROM incident i WHERE i.state = 'open'
  );

-- The queue: `doubtful` as it stood when the incident was written.
CREATE TABLE doubt (
  incident INTEGER PRIMARY KEY,
  worth INTEGER NOT NULL
) STRICT;
CREATE INDEX doubt_worth ON doubt (worth DESC, incident);
INSERT INTO doubt (incident, worth) SELECT incident, worth FROM doubtful WHERE worth > 0;

-- Events as people read them. Nothing is ever taken out; the last of an event holds.
CREATE TABLE corrected_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  author TEXT NOT NULL,
  report TEXT NOT NULL,               -- the report's key, the same in every ledger
  start INTEGER NOT NULL,             -- the trigger
  event TEXT                          -- JSON as a reading has it; NULL: there is no event
) STRICT;
CREATE INDEX corrected_event_report ON corrected_event (report, start, id);
