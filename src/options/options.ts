/**
 * Options of the plugin: what they are, what they are by default, and what is wrong with the ones given. Options come from
 * the constructor and from the nearest `temporal-provenance.json`; the constructor's win. Node only.
 *
 * This folder owns what a lab may configure: the plugin's options, the config file, variables, and which store they lead
 * to. Worker, command line and settlement use it, so that they choose alike.
 * @module
 */
import { dirname, resolve } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import type { EnvironmentOptions } from '../environment/capture';
import { ProvenanceError } from '../errors';
import type { FieldRules } from '../metadata/field-rules';
import { checkMetadata } from '../metadata/fields';
import { describeIssues } from '../metadata/issues';
import { copyJson } from '../metadata/json';
import type { Normalizer, Validator } from '../metadata/validate';
import { isJsonObject, type JsonObject } from '../model/json';
import type { SpoolPlace } from '../record/delivery/spool-place';
import type { Subscriber } from '../record/emission';
import type { OnRefusal, ScanIdSource } from '../record/opening/drafts';
import type { RedactOptions } from '../redaction/redactor';
import type { CaptureRule } from './capture-rules';
import { chooseLab } from './choose-store';
import type { Config } from './config-file';
import { findPlaces, type Places } from './places';
import { faultOf, type OptionSchemas, optionSchemas } from './schema';
import { spoolOf } from './variables';

/** Which activities leave a run, by type; `lookup: 'off'` keeps the plugin from reading histories. */
export interface CaptureOptions {
  [activityType: string]: CaptureRule | 'on' | 'off' | undefined;
  /** Whether the first event of a history is read where a workflow runs without our module. @defaultValue 'on' */
  lookup?: 'on' | 'off';
}

/** How much of arguments and results is recorded. */
export interface ValueOptions {
  /** Longest value that is recorded in full, in bytes of its JSON. @defaultValue 16384 */
  maxBytes?: number;
  /**
   * `auto`: a worker with a payload codec records keyed digests instead of values. `never`: values are recorded although
   * the lab encrypts them. @defaultValue 'auto'
   */
  withhold?: 'auto' | 'never';
  /** Key of those digests; the same key on all workers makes them comparable. @defaultValue `PROVENANCE_DIGEST_KEY`, else random per process */
  digestKey?: string;
}

/** What is kept of what runs and workflows log. */
export interface LogOptions {
  /** Lines of one run or workflow, the last ones. @defaultValue 200 */
  lines?: number;
  /** Their bytes together, messages and attributes. @defaultValue 65536 */
  bytes?: number;
  /** Days after which lines, and checkpoints too, leave the store. @defaultValue never */
  keepDays?: number;
}

/** Rules for metadata: what a run must have before it opens. */
export interface RuleOptions {
  /** Metadata fields without which no run opens: `operator`, or a path such as `sample.name`. */
  required?: string[];
  /** Types, enums, patterns and bounds of fields, by path. */
  fields?: FieldRules;
  /** Standard Schemas (zod, …) or functions that refuse metadata. */
  validators?: Validator[];
  /** Rewrites metadata before it is validated and recorded. */
  normalizer?: Normalizer;
  /** What a refusal does to the activity. @defaultValue 'fail' */
  onRefusal?: OnRefusal;
}

export interface ProvenancePluginOptions extends RuleOptions {
  /** Scope of stash, scan ids and validators: a name, or a function of the worker. @defaultValue `PROVENANCE_LAB`, else 'default' */
  lab?: string | ((worker: { namespace: string; taskQueue: string }) => string);
  /** `sqlite:<path>` or `postgres://<host>/<database>`. @defaultValue `PROVENANCE_STORE`, else `sqlite:provenance.db` */
  store?: string;
  /** Put into the lab's stash once: a key that its history has ever held is left alone. */
  stash?: JsonObject;
  /** `execution` pins what the execution's first run saw. @defaultValue 'run' */
  stashAt?: 'run' | 'execution';
  /** Rules of single labs, added to those above, which hold for every lab. */
  labs?: { [lab: string]: RuleOptions };
  capture?: CaptureOptions;
  /**
   * `activity`: retries share the first attempt's number. `execution`: all runs of one workflow run and of its children share one.
   * @defaultValue 'attempt'
   */
  scanId?: 'attempt' | 'activity' | 'execution';
  /** Gives scan ids in place of the lab's counter. */
  scanIdSource?: ScanIdSource;
  /** What is masked before anything leaves the process; `false` turns it off. */
  redact?: RedactOptions | false;
  /** While the store takes no records: keep them on the disk, or fail activities retryably. @defaultValue 'spool' */
  onStoreFailure?: 'spool' | 'block';
  /** Where records are kept until the store takes them. @defaultValue `<database>.spool`, for PostgreSQL in the user's state folder; 256 MiB */
  spool?: SpoolPlace;
  /** Get each document after its commit. */
  subscribers?: Subscriber[];
  /** How the code environment is captured; `false` not at all. */
  environment?: EnvironmentOptions | false;
  values?: ValueOptions;
  log?: LogOptions;
  /** At a client: the lab's data converter, when the client itself does not carry it. */
  dataConverter?: DataConverter;
}

/** Options as the plugin works with them. */
export interface ResolvedOptions extends ProvenancePluginOptions {
  store: string;
  stashAt: 'run' | 'execution';
  onRefusal: OnRefusal;
  labs: { [lab: string]: RuleOptions };
  onStoreFailure: 'spool' | 'block';
  capture: CaptureOptions;
  /** Where code, config file and store were found. */
  places: Places;
}

/**
 * Options with those of the nearest config file, checked.
 * @throws OPTION_INVALID, or CONFIG_INVALID naming file and key.
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
    // As it is now: whoever gave it may change it before the first run opens.
    ...(stash && { stash: copyJson(stash) }),
    store,
    labs: mergedLabs(file.labs, own.labs),
    places,
    spool: spoolOf(own.spool, config && spoolAt(file.spool, dirname(config.path))),
  };
}

/**
 * Checks what a config file holds.
 * @throws CONFIG_INVALID naming file and key
 */
export function checkFileOptions({ values, path }: Config): void {
  check('file', values as ProvenancePluginOptions, path, 'CONFIG_INVALID');
}

/** Of a lab that both name, each rule of the constructor wins; no lab of the file loses its rules because the code names another. */
function mergedLabs(file: ProvenancePluginOptions['labs'] = {}, own: ProvenancePluginOptions['labs'] = {}) {
  const names = [...new Set([...Object.keys(file), ...Object.keys(own)])];
  return Object.fromEntries(names.map((name) => [name, { ...file[name], ...own[name] }]));
}

/** A spool's folder in a file is relative to that file, as a store's path is. */
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
