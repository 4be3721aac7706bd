// A kind of record that exists in tests alone: a remark on a run. Its whole description, as a file of src/store/records would be.
const { ID, JSON_TEXT, PLAIN, TEXT } = require('./table.js');

exports.kind = {
  name: 'remark',
  schema_version: 3,
  table: {
    name: 'remark',
    key: ['id'],
    serial: 'id',
    columns: { id: PLAIN, remark_id: ID, run_start: ID, time: PLAIN, author: TEXT, document: JSON_TEXT },
    ofRun: { column: 'run_start', by: 'uid' },
    chained: {
      code: 200,
      what: 'remark',
      label: 'remark',
      column: 'document',
      named: 'remark_id',
      comes: 'with-row',
    },
  },
  columns: {
    remark_id: (document) => document.remark_id,
    run_start: (document) => document.run_start,
    time: (document) => document.time,
    author: (document) => document.author,
  },
};

exports.sql = {
  sqlite: `CREATE TABLE remark (id INTEGER PRIMARY KEY, remark_id TEXT NOT NULL UNIQUE, run_start TEXT NOT NULL, time REAL NOT NULL,
      author TEXT NOT NULL, document TEXT NOT NULL) STRICT;
    CREATE INDEX remark_run ON remark (run_start, id);
    CREATE TRIGGER remark_stays BEFORE UPDATE ON remark BEGIN SELECT RAISE(ABORT, 'a remark is never rewritten'); END;`,
  postgres: `CREATE TABLE remark (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, remark_id text COLLATE "C" NOT NULL UNIQUE,
      run_start text COLLATE "C" NOT NULL, time double precision NOT NULL, author text NOT NULL, document json NOT NULL);
    CREATE INDEX remark_run ON remark (run_start, id);
    CREATE TRIGGER remark_stays BEFORE UPDATE ON remark FOR EACH ROW EXECUTE FUNCTION refuse_change('a remark is never rewritten');`,
};
