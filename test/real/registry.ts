/** A real image registry (`docker-registry`) on loopback. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findExecutable, freePort, startDaemon } from './daemon';

export interface Registry {
  /** `localhost:<port>`; engines push there without TLS. */
  address: string;
  /** Digest that the registry gives for a tag; undefined when it has none. */
  digest(repository: string, tag: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Why there can be no registry on this machine; undefined when there can. */
export function registryMissing(): string | undefined {
  return findExecutable('docker-registry') ? undefined : 'docker-registry is not installed';
}

export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-registry-'));
  const port = await freePort();
  const config = join(folder, 'config.yml');
  const storage = `storage:\n  filesystem:\n    rootdirectory: ${join(folder, 'data')}\n`;
  writeFileSync(config, `version: 0.1\nlog:\n  level: error\n${storage}http:\n  addr: 127.0.0.1:${port}\n`);
  const url = `http://127.0.0.1:${port}/v2/`;
  const daemon = await startDaemon(
    findExecutable('docker-registry') ?? '',
    ['serve', config],
    async () => (await fetch(url)).ok,
  );
  return {
    address: `localhost:${port}`,
    async digest(repository, tag) {
      const accept = 'application/vnd.docker.distribution.manifest.v2+json';
      const answer = await fetch(`${url}${repository}/manifests/${tag}`, { headers: { accept } });
      return answer.headers.get('docker-content-digest') ?? undefined;
    },
    async stop() {
      await daemon.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
