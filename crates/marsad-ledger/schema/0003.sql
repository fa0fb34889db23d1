-- Feeds that are watched, and what was taken out of feeds.

CREATE TABLE feed (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT NOT NULL UNIQUE,           -- where it is fetched
  title TEXT,
  page TEXT,                          -- the outlet's
  folders TEXT NOT NULL,              -- of the list it came from, a line each, the outermost first
  added INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'ok', 'unchanged', 'empty', 'failing', 'blocked', 'unreadable')),
  reason TEXT,                        -- why it is failing, blocked or unreadable, or some articles are not whole
  tried INTEGER,                      -- the last time
  succeeded INTEGER,                  -- the last time it was fetched and read
  failing INTEGER,                    -- since when it is not
  failures INTEGER NOT NULL,          -- how often, one after the other
  due INTEGER NOT NULL,               -- when it is to be tried next
  etag TEXT,                          -- what is there already, in the server's words
  modified TEXT
) STRICT;

-- Entries of feeds that need not be taken again. Feed 0 is any that was added once and is not watched.
CREATE TABLE item (
  name INTEGER NOT NULL,              -- 63 bits over its address, or else over the feed's and its key
  feed INTEGER NOT NULL,
  print INTEGER NOT NULL,             -- 63 bits over what the feed says of it
  day INTEGER NOT NULL,               -- of its publication, or else of its arrival
  tries INTEGER NOT NULL,             -- how often its page could not be fetched; 0: it is taken
  seen INTEGER NOT NULL,              -- when it stood in the feed last
  PRIMARY KEY (name, feed)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_feed ON item (feed, day);
