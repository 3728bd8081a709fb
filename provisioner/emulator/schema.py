"""The tables of the emulator's database. Values only.

Times are milliseconds since 1970 by the emulator's clock. A room's `base` is what lists show and its `body`
the rest, so that a page of a list reads no bodies: `body` stands last, beyond the part of a row that is read.
"""

from __future__ import annotations

APPLICATION_ID = 0x4D535250
"""Marks a SQLite file as the emulator's."""
VERSION = 1
"""Moves on with every change below; a file of another version is refused."""

TABLES = """
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE rooms (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  room_id TEXT NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL,
  room_name TEXT NOT NULL,
  room_type TEXT NOT NULL,
  shared_type TEXT,
  dh_ids TEXT NOT NULL,
  model_ids TEXT NOT NULL,
  script_version INTEGER NOT NULL,
  last_job INTEGER,
  base TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX rooms_by_age ON rooms (created_ms, seq);

CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id TEXT NOT NULL UNIQUE,
  room_id TEXT NOT NULL,
  room_name TEXT NOT NULL,
  state TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  starts_ms INTEGER NOT NULL,
  ends_ms INTEGER,
  ends_as TEXT NOT NULL,
  error TEXT,
  started_ms INTEGER,
  ended_ms INTEGER,
  next_ms INTEGER,
  rtc TEXT NOT NULL,
  report_url TEXT NOT NULL,
  config TEXT NOT NULL
);
CREATE INDEX jobs_by_room ON jobs (room_id, created_ms, seq);
CREATE INDEX jobs_by_age ON jobs (created_ms, seq);
CREATE INDEX jobs_to_move ON jobs (next_ms) WHERE next_ms IS NOT NULL;

CREATE TABLE commands (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  command TEXT NOT NULL,
  params TEXT NOT NULL
);

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  operation TEXT NOT NULL,
  method TEXT NOT NULL,
  room_id TEXT,
  job_id TEXT,
  status INTEGER,
  error_code TEXT,
  request_id TEXT NOT NULL,
  applied INTEGER NOT NULL,
  body_digest TEXT,
  origin TEXT NOT NULL
);
"""

FORGOTTEN_BY_RESET = ("rooms", "jobs", "commands", "ledger")
"""The tables that a reset empties; of `meta` the project and its keys stay."""
