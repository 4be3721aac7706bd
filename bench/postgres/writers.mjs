/**
 * A process with some of the writers. Each writer has its own store and one commit in progress, as a worker
 * has.
 */
import { createRequire } from 'node:module';
import { opening, stopping } from './records.mjs';

const { openStore } = createRequire(import.meta.url)(
  process.env.PROVENANCE_DIST ?? '../../dist/src/store/open.js',
);

process.once('message', async ({ url, first, writers, batch, stops, seconds }) => {
  const stores = await Promise.all(Array.from({ length: writers }, () => openStore(`${url}?pool=1`)));
  await Promise.all(stores.map((store, i) => store.write([opening(first + i, -1)])));
  process.send({ ready: true });
  await new Promise((resolve) => process.once('message', resolve));
  const end = performance.now() + seconds * 1000;
  const times = [];
  let runs = 0;
  await Promise.all(
    stores.map(async (store, i) => {
      for (let n = 0; performance.now() < end; n += batch) {
        const opens = Array.from({ length: batch }, (_, j) => opening(first + i, n + j));
        const start = performance.now();
        const answers = await store.write(stops ? [...opens, ...opens.map(stopping)] : opens);
        times.push(performance.now() - start);
        runs += answers.filter((answer) => answer.kind === 'opened').length;
      }
    }),
  );
  await Promise.all(stores.map((store) => store.close()));
  process.send({ runs, times }, () => process.exit(0));
});
