import Foundation
import GRDB

/// The schema of `survey.sqlite` and its history.
enum SurveyDatabase {
  /// Opens the database in write-ahead mode and brings it to the present schema.
  static func open(path: String) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.busyMode = .timeout(20)
    configuration.prepareDatabase { db in
      // A power cut may cost the last transactions, never the database; a killed process costs nothing.
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    let pool = try DatabasePool(path: path, configuration: configuration)
    try migrator.migrate(pool)
    return pool
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: the way through the house") { db in
      try db.execute(sql: harvest)
      try db.execute(sql: matches)
      try db.execute(sql: spectra)
      try db.execute(sql: learning)
      try db.execute(sql: provenance)
    }
    migrator.registerMigration("2: harvests, and what they left behind") { db in try db.execute(sql: harvests)
    }
    migrator.registerMigration("3: audits of rounds, drawn from strata") { db in
      try db.execute(sql: audits)
    }
    migrator.registerMigration("4: the spectra that set the units of a quick look") { db in
      try db.execute(sql: calibration)
    }
    migrator.registerMigration("5: the way in which a collection is fetched") { db in
      try db.execute(sql: "ALTER TABLE collection ADD COLUMN way TEXT")
    }
    migrator.registerMigration("6: who was asked a query, and for how many rows") { db in
      try db.execute(
        sql: "ALTER TABLE query ADD COLUMN service TEXT; ALTER TABLE query ADD COLUMN maxrec INTEGER")
    }
    migrator.registerMigration("7: the preset standard bridges pixels without flux") { db in
      try db.execute(sql: bridges)
    }
    return migrator
  }

  /// What archives list: a collection a service, a cell a query, a row a spectrum, and the ways to its bytes.
  private static let harvest = """
    CREATE TABLE collection (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, service TEXT NOT NULL, descriptors TEXT NOT NULL DEFAULT '[]'
    );
    CREATE TABLE cell (
      collection INTEGER NOT NULL REFERENCES collection, region TEXT NOT NULL, cell_order INTEGER NOT NULL,
      cell INTEGER NOT NULL, day_start REAL NOT NULL, day_end REAL NOT NULL, state TEXT NOT NULL, listed INTEGER,
      problem TEXT, PRIMARY KEY (collection, region, cell_order, cell, day_start, day_end)
    ) WITHOUT ROWID;
    CREATE TABLE spectrum (
      id INTEGER PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collection, did TEXT NOT NULL,
      ra REAL, dec REAL, cell INTEGER, title TEXT, target TEXT, date_obs REAL, exposure REAL,
      spectral_start REAL, spectral_end REAL, pixels INTEGER, snr REAL, flux_calibration TEXT, instrument TEXT,
      modified TEXT, UNIQUE (collection, did)
    );
    CREATE INDEX spectrum_on_cell ON spectrum (collection, cell);
    CREATE TABLE access (
      spectrum INTEGER NOT NULL REFERENCES spectrum, rank INTEGER NOT NULL, format TEXT NOT NULL, url TEXT NOT NULL,
      size INTEGER, PRIMARY KEY (spectrum, rank, format, url)
    ) WITHOUT ROWID;
    """

  /// A pass over an archive: what it saw, and so what is new, changed or gone; the slices of one by TAP; its queries.
  private static let harvests = """
    CREATE TABLE harvest (
      id INTEGER PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collection, region TEXT NOT NULL, via TEXT NOT NULL,
      plan TEXT NOT NULL, since REAL, started TEXT NOT NULL, ended TEXT, failures INTEGER, watermark TEXT,
      new INTEGER, changed INTEGER, gone INTEGER, back INTEGER
    );
    INSERT INTO harvest (collection, region, via, plan, started, ended, failures)
      SELECT collection, region, 'ssap', region, datetime('now'),
        CASE WHEN sum(state = 'pending') = 0 THEN datetime('now') END, sum(state = 'failed')
      FROM cell GROUP BY collection, region;
    CREATE TABLE slice (
      id INTEGER PRIMARY KEY, harvest INTEGER NOT NULL REFERENCES harvest, slice TEXT NOT NULL, expected INTEGER,
      state TEXT NOT NULL, listed INTEGER, job TEXT, problem TEXT, UNIQUE (harvest, slice)
    );
    ALTER TABLE spectrum ADD COLUMN first_seen INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE spectrum ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE spectrum ADD COLUMN gone INTEGER;
    ALTER TABLE spectrum ADD COLUMN withdrawn TEXT;
    ALTER TABLE spectrum ADD COLUMN fingerprint TEXT;
    ALTER TABLE access ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE query ADD COLUMN harvest INTEGER;
    ALTER TABLE query ADD COLUMN adql TEXT;
    ALTER TABLE query ADD COLUMN seconds REAL;
    ALTER TABLE query ADD COLUMN bytes INTEGER;
    ALTER TABLE query ADD COLUMN digest TEXT;
    """

  /// Which spectra are of one star; catalogues hold the other side where that is a file.
  private static let matches = """
    CREATE TABLE match (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, left_name TEXT NOT NULL, right_name TEXT NOT NULL,
      radius REAL NOT NULL, mode TEXT NOT NULL, right_is_file INTEGER NOT NULL, report TEXT NOT NULL
    );
    CREATE TABLE match_pair (
      match INTEGER NOT NULL REFERENCES match, left_spectrum INTEGER NOT NULL REFERENCES spectrum,
      right_row INTEGER NOT NULL, right_label TEXT NOT NULL, separation REAL NOT NULL,
      PRIMARY KEY (match, left_spectrum, right_row)
    ) WITHOUT ROWID;
    CREATE INDEX pair_on_right ON match_pair (match, right_row);
    """

  /// What was fetched and what was made of it.
  private static let spectra = """
    CREATE TABLE download (
      spectrum INTEGER PRIMARY KEY REFERENCES spectrum, form TEXT NOT NULL, state TEXT NOT NULL, path TEXT, bytes INTEGER,
      checksum TEXT, problem TEXT
    );
    CREATE TABLE feature (
      spectrum INTEGER NOT NULL REFERENCES spectrum, preset TEXT NOT NULL, state TEXT NOT NULL, vector BLOB,
      layout TEXT, snr REAL, date_obs REAL, simulated INTEGER NOT NULL DEFAULT 0, problem TEXT,
      PRIMARY KEY (spectrum, preset)
    ) WITHOUT ROWID;
    """

  /// Models, what they say, and what is asked of a person.
  private static let learning = """
    CREATE TABLE model (
      name TEXT PRIMARY KEY, path TEXT NOT NULL, preset TEXT NOT NULL, class_set TEXT NOT NULL,
      simulated INTEGER NOT NULL, seed INTEGER NOT NULL, spectra INTEGER NOT NULL, record TEXT NOT NULL
    );
    CREATE TABLE score (
      model TEXT NOT NULL REFERENCES model, spectrum INTEGER NOT NULL REFERENCES spectrum,
      class INTEGER NOT NULL, background REAL NOT NULL, entropy REAL NOT NULL, probabilities BLOB NOT NULL,
      PRIMARY KEY (model, spectrum)
    ) WITHOUT ROWID;
    CREATE INDEX score_on_background ON score (model, background);
    CREATE TABLE round (
      number INTEGER PRIMARY KEY, model TEXT NOT NULL REFERENCES model, strategy TEXT NOT NULL, seed INTEGER NOT NULL
    );
    CREATE TABLE round_item (
      round INTEGER NOT NULL REFERENCES round, purpose TEXT NOT NULL, position INTEGER NOT NULL,
      spectrum INTEGER NOT NULL REFERENCES spectrum, predicted INTEGER NOT NULL,
      PRIMARY KEY (round, purpose, position)
    ) WITHOUT ROWID;
    """

  /// The parts of the pool that a round's sample was drawn from, and what the round was asked for.
  private static let audits = """
    CREATE TABLE round_stratum (
      round INTEGER NOT NULL REFERENCES round, stratum INTEGER NOT NULL, size INTEGER NOT NULL,
      candidate INTEGER NOT NULL, PRIMARY KEY (round, stratum)
    ) WITHOUT ROWID;
    ALTER TABLE round_item ADD COLUMN stratum INTEGER;
    ALTER TABLE round ADD COLUMN audit TEXT NOT NULL DEFAULT 'candidates';
    """

  /// Which spectra of a collection a model's integers are calibrated on: drawn once, so that a run that goes on after a
  /// stop looks at the rest as it looked at the first.
  private static let calibration = """
    CREATE TABLE calibration (
      model TEXT NOT NULL REFERENCES model, collection INTEGER NOT NULL REFERENCES collection,
      spectrum INTEGER NOT NULL REFERENCES spectrum, PRIMARY KEY (model, collection, spectrum)
    ) WITHOUT ROWID;
    """

  /// Vectors of the preset standard made before it bridged pixels without flux go, and what models said of them.
  ///
  /// Mixed with later ones they would be of two kinds under one name. Kept files give them anew, others are fetched again.
  private static let bridges = """
    DELETE FROM score WHERE model IN (SELECT name FROM model WHERE preset = 'standard' OR preset LIKE 'standard+%');
    DELETE FROM feature WHERE preset = 'standard' OR preset LIKE 'standard+%';
    """

  /// Who did what when: the only tables with times of day in them.
  private static let provenance = """
    CREATE TABLE run (
      id INTEGER PRIMARY KEY, command TEXT NOT NULL, version TEXT NOT NULL, started TEXT NOT NULL, ended TEXT,
      outcome TEXT
    );
    CREATE TABLE query (
      id INTEGER PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collection, asked TEXT NOT NULL, url TEXT NOT NULL,
      status TEXT NOT NULL, listed INTEGER NOT NULL
    );
    """
}

extension SurveyDatabase {
  /// The version of SQLite in this process.
  static func sqliteVersion() throws(SurveyError) -> String {
    try surveyed(.database, "cannot ask SQLite") {
      try DatabaseQueue().read { db in try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "?" }
    }
  }
}
