/** Data on a mount that does not answer: nobody waits for it, and all other data is captured meanwhile. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { DATA } from '../../src/model/data-limits';
import { type DeadMount, mountDead } from '../real/dead-mount';
import { DataLab, itemsOf } from './data-kit';

let mount: DeadMount | string | undefined;

afterEach(async () => {
  if (typeof mount === 'object') await mount.end();
});

test('a mount that does not answer costs only the records of its own files', async (context) => {
  mount = await mountDead();
  if (typeof mount === 'string') return context.skip(true, mount);
  const { folder } = mount;
  const lab = new DataLab();
  writeFileSync(lab.path('in.csv'), 'x');
  await pause(30);
  const began = performance.now();
  const run = lab.capture.begin([join(folder, 'raw.csv'), lab.path('in.csv')]);
  run?.open('hung');
  run?.end({ path: join(folder, 'out.csv') });
  // Nothing is waited for.
  expect(performance.now() - began).toBeLessThan(DATA.file_ms / 2);
  const other = await lab.run([lab.path('in.csv')]);
  expect(itemsOf(other)).toEqual(['used in.csv']);
  const hung = lab.documents.find(({ run_start }) => run_start === 'hung');
  expect(hung?.items).toMatchObject([
    { direction: 'used', missing: 'unreadable', uri: `file://here${folder}/raw.csv` },
    { direction: 'used', size_bytes: 1 },
    { direction: 'mentioned', missing: 'unreadable' },
  ]);
  expect(hung).toMatchObject({ inputs: 'unknown', reasons: ['unreadable'] });
  // The folder is left alone for a while: the next run on it is told at once.
  const again = performance.now();
  expect(itemsOf(await lab.run([join(folder, 'raw.csv')]))).toEqual(['used raw.csv']);
  expect(performance.now() - again).toBeLessThan(DATA.file_ms);
  expect(lab.losses).toEqual([]);
});

test('many folders that hang stop the file reader until one answers', async (context) => {
  mount = await mountDead();
  if (typeof mount === 'string') return context.skip(true, mount);
  const lab = new DataLab();
  writeFileSync(lab.path('in.csv'), 'x');
  for (let index = 0; index < DATA.threads; index++) {
    const hung = await lab.run([join(mount.folder, `d${index}`, 'a.csv')]);
    expect(hung?.items).toMatchObject([{ missing: 'unreadable' }]);
  }
  expect((await lab.run([lab.path('in.csv')]))?.items).toMatchObject([{ missing: 'unreadable' }]);
  await mount.end();
  mount = undefined;
  for (;;) {
    const document = await lab.run([lab.path('in.csv')]);
    if (document?.items[0]?.signature) break;
    await pause(50);
  }
});
