/**
 * The page as it is built, on a store of records, for tests: served on a free port of the loopback address.
 * @module
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { WriteRecord } from '../../src/store/interface/written';
import { fromBuild, openStore } from '../built';
import { newFolder } from '../record/spool-kit';

const { serve } = fromBuild<typeof import('../../src/web/serve')>('src/web/serve');

/** A site that is served, and its store. */
export interface TestSite {
  /** `http://127.0.0.1:PORT` */
  address: string;
  /** URL of the store. */
  store: string;
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Text of a page or JSON of the API. */
  text(path: string): Promise<string>;
  json<Answer = never>(path: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Serves a store that holds `records`; `store`: one that is there already. */
export async function startSite(
  given: { records?: readonly WriteRecord[]; store?: string } & Partial<Parameters<typeof serve>[0]> = {},
): Promise<TestSite> {
  const { records = [], store, ...options } = given;
  const folder = store === undefined ? await newFolder() : undefined;
  const url = store ?? `sqlite:${join(folder!, 'provenance.db')}`;
  if (folder !== undefined) {
    const made = await openStore(url, { mode: 'write', create: true });
    if (records.length > 0) await made.write([...records]);
    await made.close();
  }
  const served = await serve({ labs: { lab: 'default' }, port: 0, ...options, store: url });
  const get = (path: string, init?: RequestInit) => fetch(`${served.address}${path}`, init);
  return {
    address: served.address,
    store: url,
    get,
    text: async (path) => (await get(path)).text(),
    json: async (path) => JSON.parse(await (await get(path)).text()),
    async close() {
      await served.close();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
