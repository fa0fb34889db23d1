-- Who did it and to whom, so that lists of incidents can say so: at most three a side, those that most reports name first,
-- a line each: the words of a report, a tab, the canonical name where there is one.
ALTER TABLE incident ADD COLUMN actors TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN recipients TEXT NOT NULL DEFAULT '';

-- The incidents that are there have none yet: all are grouped anew.
DELETE FROM grouped;
