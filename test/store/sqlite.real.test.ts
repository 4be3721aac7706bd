/** SQLite passes the contract, in its thread, from the built package. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from './built';
import { storeContract } from './contract';

storeContract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-store-'));
  const url = `sqlite:${join(folder, 'provenance.db')}`;
  const store = await openStore(url);
  return {
    store,
    reopen: () => openStore(url),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
