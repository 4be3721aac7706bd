/**
 * What a worker is made of beside its code: plugins, interceptors, converter and codecs, as far as they have names; and its
 * workflow bundle, seen when the SDK makes it. Node only.
 * @module
 */
import { basename } from 'node:path';
import type { WorkerOptions } from '@temporalio/worker';
import type { PluginManifestEntry } from './environment/capture';

/** Names of what stands between Temporal and the worker's code, in the order given. */
export function manifestOf(options: WorkerOptions): PluginManifestEntry[] {
  const { plugins = [], interceptors, dataConverter } = options;
  const entries: PluginManifestEntry[] = [];
  for (const name of new Set(plugins.map((plugin) => plugin.name))) entries.push({ kind: 'plugin', name });
  const factories = [...(interceptors?.activity ?? []), ...(interceptors?.nexus ?? [])];
  for (const factory of factories) entries.push({ kind: 'interceptor', name: factory.name || 'anonymous' });
  for (const path of interceptors?.workflowModules ?? [])
    entries.push({ kind: 'interceptor', name: basename(path) });
  for (const path of [dataConverter?.payloadConverterPath, dataConverter?.failureConverterPath]) {
    if (path) entries.push({ kind: 'data_converter', name: basename(path) });
  }
  for (const codec of dataConverter?.payloadCodecs ?? []) {
    entries.push({ kind: 'codec', name: codec.constructor?.name || 'anonymous' });
  }
  return entries;
}

/** The part of webpack that is needed to see a bundle. */
interface Compiler {
  hooks: {
    assetEmitted: { tap(name: string, see: (file: string, info: { content: Buffer }) => void): void };
  };
}

/** Worker options by which the bundle that the SDK makes of `workflowsPath` is seen. */
export function watchBundle(options: WorkerOptions): {
  options: WorkerOptions;
  code: () => string | undefined;
} {
  let code: string | undefined;
  if (!options.workflowsPath || options.workflowBundle) return { options, code: () => code };
  const hook = options.bundlerOptions?.webpackConfigHook;
  const see = (file: string, info: { content: Buffer }): void => {
    if (file.endsWith('.js')) code = info.content.toString('utf8');
  };
  const watcher = {
    apply: (compiler: Compiler) => compiler.hooks.assetEmitted.tap('temporal-provenance', see),
  };
  const webpackConfigHook: NonNullable<typeof hook> = (config) => {
    const configured = hook ? hook(config) : config;
    return { ...configured, plugins: [...(configured.plugins ?? []), watcher as never] };
  };
  return {
    options: { ...options, bundlerOptions: { ...options.bundlerOptions, webpackConfigHook } },
    code: () => code,
  };
}
