/**
 * Options of the plugin: their defaults and their checks. Options come from the constructor and from the
 * nearest `temporal-provenance.json`; the constructor's win. Node only.
 *
 * This folder owns what a lab may configure: the plugin's options, the config file, variables, and which store
 * they lead to. Worker, command line and settlement use it, so that they choose alike.
 * @module
 */
import { dirname, resolve } from 'node:path';
import { ProvenanceError } from '../errors';
import { checkMetadata } from '../metadata/fields';
import { describeIssues } from '../metadata/issues';
import { copyJson } from '../metadata/json';
import { isJsonObject } from '../model/json';
import type { SpoolPlace } from '../record/delivery/spool-place';
import type { OnRefusal } from '../record/opening/run-draft';
import { chooseLab } from './choose-store';
import type { Config } from './config-file';
import { findPlaces, type Places } from './places';
import type { CaptureOptions, LabOptions, ProvenancePluginOptions } from './plugin-options';
import { faultOf, type OptionSchemas, optionSchemas } from './schema';
import { spoolOf } from './variables';

/** Options with defaults filled in. */
export interface ResolvedOptions extends ProvenancePluginOptions {
  store: string;
  stashAt: 'run' | 'execution';
  onRefusal: OnRefusal;
  labs: { [lab: string]: LabOptions };
  onStoreFailure: 'spool' | 'block';
  capture: CaptureOptions;
  /** Where code, config file and store were found. */
  places: Places;
}

/**
 * Options together with those of the nearest config file, checked.
 * @throws OPTION_INVALID, or CONFIG_INVALID with the file and the key
 */
export function resolveOptions(given: ProvenancePluginOptions = {}): ResolvedOptions {
  check('constructed', given, 'ProvenancePlugin', 'OPTION_INVALID');
  const { config, store, places } = findPlaces(given.store, 'ProvenancePlugin: option store');
  const file = (config?.values ?? {}) as ProvenancePluginOptions;
  if (config) checkFileOptions(config);
  const own = withoutUndefined(given);
  const lab = chooseLab(own.lab, process.env, { config });
  const stash = own.stash ?? file.stash;
  return {
    stashAt: 'run',
    onRefusal: 'fail',
    onStoreFailure: 'spool',
    capture: {},
    ...file,
    ...own,
    ...(lab !== undefined && { lab }),
    // Copied, because the caller may change it before the first run opens.
    ...(stash && { stash: copyJson(stash) }),
    store,
    labs: mergedLabs(file.labs, own.labs),
    places,
    spool: spoolOf(own.spool, config && spoolAt(file.spool, dirname(config.path))),
  };
}

/**
 * Checks the content of a config file.
 * @throws CONFIG_INVALID with the file and the key
 */
export function checkFileOptions({ values, path }: Config): void {
  check('file', values as ProvenancePluginOptions, path, 'CONFIG_INVALID');
}

/**
 * If both name a lab, each rule of the constructor overrides the file's. A lab in the file keeps its rules even
 * if the code names another lab.
 */
function mergedLabs(file: ProvenancePluginOptions['labs'] = {}, own: ProvenancePluginOptions['labs'] = {}) {
  const names = [...new Set([...Object.keys(file), ...Object.keys(own)])];
  return Object.fromEntries(names.map((name) => [name, { ...file[name], ...own[name] }]));
}

/** A spool's folder in a file is relative to that file, like a store's path. */
function spoolAt(spool: SpoolPlace | undefined, folder: string): SpoolPlace | undefined {
  return spool?.folder === undefined ? spool : { ...spool, folder: resolve(folder, spool.folder) };
}

function check(
  kind: keyof OptionSchemas,
  value: ProvenancePluginOptions,
  where: string,
  code: 'OPTION_INVALID' | 'CONFIG_INVALID',
): void {
  const fail = (message: string): never => {
    throw new ProvenanceError(code, `${where}: ${message}.`);
  };
  const none = isJsonObject(value) && Object.keys(value).length === 0;
  const fault = none ? undefined : faultOf(optionSchemas()[kind], value);
  if (fault) fail(fault);
  const { stash } = value;
  const issues = stash === undefined ? [] : checkMetadata(stash);
  if (issues.length > 0) fail(`stash: ${describeIssues(issues)}`);
}

function withoutUndefined(options: ProvenancePluginOptions): ProvenancePluginOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
