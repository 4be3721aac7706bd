// Brings SQLite stores up. Arguments: dist, file… Prints `ready`, waits for a line, then a line per store: its id.
const { join } = require('node:path');
const [dist, ...files] = process.argv.slice(2);
const { SqliteEngine } = require(join(dist, 'src/store/sqlite/engine.js'));

process.stdout.write('ready\n');
process.stdin.once('data', () => {
  for (const path of files) {
    const engine = new SqliteEngine({ path, location: path, create: true });
    process.stdout.write(`${engine.storage_id}\n`);
    engine.close();
  }
  process.exit(0);
});
