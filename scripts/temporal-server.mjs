/**
 * Installs, once, the Temporal server that standalone activities need, which is newer than the dev server. Go
 * builds it into the cache folder. Tests look for it there (`test/real/standalone-server.ts`) and skip if it is
 * missing.
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { main, step } from './progress.mjs';
import { cacheFolder, goInstall, installInto } from './temporal.mjs';

/** The newest version that Go 1.26 below .10 builds. */
const VERSION = '1.31.2';
const NAME = `temporal-server-${VERSION}`;

await main(async () => {
  if (existsSync(join(cacheFolder(), 'bin', NAME))) return;
  const install = (folder) => goInstall(`go.temporal.io/server/cmd/server@v${VERSION}`, folder);
  await step('Temporal server, built with Go', () => installInto(NAME, install), 'once, one to four minutes');
});
