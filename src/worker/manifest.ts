/**
 * Lists what a worker consists of in addition to its code: plugins, interceptors, converter and codecs, as far
 * as they have names. Also reads its workflow bundle when the SDK builds it. Node only.
 * @module
 */
import { basename } from 'node:path';
import type { WorkerOptions } from '@temporalio/worker';
import type { PluginManifestEntry, WorkflowCode } from '../environment/capture';
import { versionAround, versionByName, versionOf } from './package-versions';

/**
 * The parts between Temporal and the worker's code, by kind, name and (if known) version, in the given order.
 */
export function manifestOf(options: WorkerOptions): PluginManifestEntry[] {
  const { plugins = [], interceptors, dataConverter } = options;
  const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  const modules = interceptors?.workflowModules ?? [];
  const converters = [dataConverter?.payloadConverterPath, dataConverter?.failureConverterPath];
  return [
    ...[...byName].map(([name, plugin]) => entry('plugin', name, versionOf(plugin) ?? versionByName(name))),
    ...[...(interceptors?.activity ?? []), ...(interceptors?.nexus ?? [])].map((factory) =>
      entry('interceptor', factory.name || 'anonymous', versionOf(factory)),
    ),
    ...modules.map((path) => entry('interceptor', basename(path), versionAround(path))),
    ...converters
      .filter((path) => path !== undefined)
      .map((path) => entry('data_converter', basename(path), versionAround(path))),
    ...(dataConverter?.payloadCodecs ?? []).map((codec) =>
      entry('codec', codec.constructor?.name || 'anonymous', versionOf(codec)),
    ),
  ];
}

/**
 * The code of a worker's workflows. It is the bundle, or the path of the sources with the `code` that the SDK
 * built from them. Modules that the worker loads by path (interceptors of workflows, data converters) are
 * added.
 */
export function workflowCode(options: WorkerOptions, code: string | undefined): WorkflowCode {
  const { workflowBundle, workflowsPath, interceptors, dataConverter } = options;
  const converters = [dataConverter?.payloadConverterPath, dataConverter?.failureConverterPath];
  const modules = [
    ...(interceptors?.workflowModules ?? []),
    ...converters.filter((path) => path !== undefined),
  ];
  return { ...(workflowBundle ?? (workflowsPath ? { code, path: workflowsPath } : {})), modules };
}

function entry(
  kind: PluginManifestEntry['kind'],
  name: string,
  version: string | undefined,
): PluginManifestEntry {
  return version === undefined ? { kind, name } : { kind, name, version };
}

/** The part of webpack that is needed to read a bundle. */
interface Compiler {
  hooks: {
    assetEmitted: { tap(name: string, see: (file: string, info: { content: Buffer }) => void): void };
  };
}

/** Worker options with a hook that reads the bundle which the SDK builds from `workflowsPath`. */
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
