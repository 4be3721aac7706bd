/**
 * What differs between the workers of one process: the workflow bundle and the plugins. Node.
 * @module
 */
import { readFile } from 'node:fs/promises';
import type { Json, JsonObject } from '../../model/json';
import type { Findings, Probe } from '../findings';
import { sha256 } from '../identity/canonical';
import type { Field } from '../identity/fields';

/** One Temporal plugin, interceptor, data converter or codec of a worker. */
export interface PluginManifestEntry {
  kind: 'plugin' | 'interceptor' | 'data_converter' | 'codec';
  name: string;
  /** Version of its npm package; absent if unknown. */
  version?: string;
}

/** Workflow code as the worker received it: bundled text, a bundle's file, or the path of the sources. */
export interface WorkflowCode {
  code?: string;
  codePath?: string;
  path?: string;
  /** Further modules of the bundle (interceptors). */
  modules?: readonly string[];
}

/** What a worker has in addition to the code of its process. */
export interface WorkerCode {
  plugins: readonly PluginManifestEntry[];
  workflowBundle?: WorkflowCode;
}

const FIELDS: readonly Field[] = ['code.workflow_bundle', 'code.plugins'];

/** The probe. */
export function workerProbe(worker: WorkerCode): Probe {
  return {
    fields: FIELDS,
    async run(_context, findings) {
      findings.found('code.plugins', manifest(worker.plugins));
      await readBundle(worker.workflowBundle, findings);
    },
  };
}

/** In the given order, since the order of interceptors changes their effect. */
function manifest(plugins: readonly PluginManifestEntry[]): Json {
  return plugins.map(({ kind, name, version }): JsonObject => ({ kind, name, version: version ?? null }));
}

async function readBundle(bundle: WorkflowCode | undefined, findings: Findings): Promise<void> {
  const field = 'code.workflow_bundle';
  if (bundle?.code !== undefined) {
    findings.found(field, bundleDigest(bundle.code));
    if (!bundle.path) findings.keep('text/javascript', Buffer.from(withoutMap(bundle.code)));
  } else if (bundle?.codePath) {
    const code = await readFile(bundle.codePath, 'utf8').catch(() => undefined);
    findings.take(field, code === undefined ? undefined : bundleDigest(code), 'not_found');
  } else findings.absent(bundle?.path ? 'bundled_at_start' : 'no_workflows', field);
}

/** Digest of a bundle's code. */
export function bundleDigest(code: string): string {
  return sha256(withoutMap(code));
}

/**
 * A bundle's inline source map (its last line, about a megabyte) holds the absolute paths of the build machine,
 * so it is left out.
 */
function withoutMap(code: string): string {
  const map = code.lastIndexOf('\n//# sourceMappingURL=data:');
  return map < 0 ? code : code.slice(0, map);
}
