/**
 * Keeps modules for clients, workers and activities out of workflow bundles, with a one-line error. If workflow
 * code imports the package's root, the bundle would otherwise include drivers and native modules, with hundreds
 * of lines of bundler errors. Node only.
 * @module
 */
import { join } from 'node:path';
import type { BundleOptions } from '@temporalio/worker';
import { ProvenanceError } from '../errors';

type ConfigHook = NonNullable<BundleOptions['webpackConfigHook']>;
type Configuration = Parameters<ConfigHook>[0];

const NAME = 'temporal-provenance';

/** Entries that workflow code cannot import, by import name and by file. */
const ENTRIES: readonly [name: string, file: string, what: string][] = [
  [NAME, 'index', 'clients and workers'],
  [`${NAME}/activity`, 'activity', 'activities'],
];

/** The members that are read of a module that was found. */
interface Found {
  request: string;
  contextInfo: { issuer: string };
  createData?: { resource?: string };
}

/** The part of the bundler that is used. */
interface Compiler {
  hooks: {
    normalModuleFactory: { tap(name: string, listen: (factory: ModuleFactory) => void): void };
    afterCompile: { tap(name: string, listen: () => void): void };
  };
}

interface ModuleFactory {
  hooks: { afterResolve: { tap(name: string, judge: (found: Found) => false | undefined): void } };
}

/** The user's hook, and then ours. */
export function withImportCheck(hook: ConfigHook | undefined): ConfigHook {
  return (given) => {
    const configuration: Configuration = hook ? hook(given) : given;
    const check = { apply: (compiler: object) => checkImports(compiler as Compiler) };
    return { ...configuration, plugins: [...(configuration.plugins ?? []), check] };
  };
}

/** Leaves out a module that workflow code must not import, and ends the bundling with an instruction. */
function checkImports({ hooks }: Compiler): void {
  let fault: string | undefined;
  hooks.normalModuleFactory.tap(NAME, (factory) => {
    factory.hooks.afterResolve.tap(NAME, (found) => {
      const what = entryOf(found);
      if (what === undefined) return undefined;
      fault ??= `${found.contextInfo.issuer || 'The workflow code'} imports '${found.request}', which is for ${what}. In workflow code import from '${NAME}/workflow': import { setMetadata, withMetadata } from '${NAME}/workflow'.`;
      return false;
    });
  });
  hooks.afterCompile.tap(NAME, () => {
    if (fault !== undefined) throw new ProvenanceError('WORKFLOW_IMPORT', fault);
  });
}

function entryOf({ request, createData }: Found): string | undefined {
  const is = ([name, file]: (typeof ENTRIES)[number]) =>
    request === name || createData?.resource === join(__dirname, '..', `${file}.js`);
  return ENTRIES.find(is)?.[2];
}
