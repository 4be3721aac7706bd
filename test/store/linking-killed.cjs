/**
 * A process that derives links until it is killed: `node linking-killed.cjs <dist> <store>`. Says each page once it is committed.
 */
const { writeSync } = require('node:fs');
const { join } = require('node:path');

const [, , dist, url] = process.argv;
const { openStore } = require(join(dist, 'src/store/open.js'));

void (async () => {
  const store = await openStore(url);
  for (;;) {
    const { done } = await store.link(1);
    writeSync(1, done ? 'done\n' : 'page\n');
    if (done) break;
  }
  await store.close();
})();
