// Brings stores up. Arguments: dist, file or PostgreSQL URL… Prints `ready`, waits for a line, then a line per store: its id.
const { join } = require('node:path');
const [dist, ...places] = process.argv.slice(2);
const { openStore } = require(join(dist, 'src/store/open.js'));
const { SqliteEngine } = require(join(dist, 'src/store/sqlite/engine.js'));

process.stdout.write('ready\n');
async function bringUp(place) {
  if (place.startsWith('postgres:')) {
    const store = await openStore(place);
    const { storage_id } = await store.identity();
    await store.close();
    return storage_id;
  }
  const engine = new SqliteEngine({ path: place, location: place, create: true });
  engine.close();
  return engine.storage_id;
}

process.stdin.once('data', async () => {
  for (const place of places) process.stdout.write(`${await bringUp(place)}\n`);
  process.exit(0);
});
