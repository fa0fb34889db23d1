-- What incidents are counted by. `term` holds, beside words, the participants by name and the outlets, so that an incident
-- is found by the very value that it is counted under.

-- The participants that incidents have: by canonical name, those without one by PLOVER's code.
CREATE TABLE named (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE INDEX incident_place ON incident (place_name, country, day, id);
CREATE INDEX incident_state ON incident (state, day, id) WHERE state <> 'open';

-- What no question asks for costs each report time.
DROP INDEX incident_told;
DROP INDEX mention_day;
DROP INDEX mention_country;
DROP INDEX participant_code;

-- Whether all reports are grouped, without a look at what else changed since.
CREATE INDEX change_report ON change (seq) WHERE subject = 'report';

-- The incidents that are there have no such terms: all are grouped anew.
DELETE FROM grouped;
