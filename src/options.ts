/**
 * Options of the plugin: what they are, what they are by default, and what is wrong with the ones given. Options come from
 * the constructor and from the nearest `temporal-provenance.json`; the constructor's win. Node only.
 * @module
 */
import type { DataConverter } from '@temporalio/common';
import { z } from 'zod';
import type { CaptureRule } from '../interceptors/capture-rules';
import { readConfig } from './config';
import type { EnvironmentOptions } from './environment/capture';
import { ProvenanceError } from './errors';
import { checkMetadata } from './metadata/fields';
import { describeIssues } from './metadata/issues';
import type { RedactOptions } from './metadata/redact';
import type { Normalizer, Validator } from './metadata/validate';
import type { JsonObject } from './model/json';
import { nearestName } from './nearest-name';
import type { OnRefusal, ScanIdSource } from './record/drafts';
import type { Subscriber } from './record/emission';
import { DEFAULT_STORE_URL, parseStoreUrl } from './store/location';

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

export interface ProvenancePluginOptions {
  /** Scope of stash, scan ids and validators: a name, or a function of the worker. @defaultValue 'default' */
  lab?: string | ((worker: { namespace: string; taskQueue: string }) => string);
  /** `sqlite:<path>` or `postgres://<host>/<database>`. @defaultValue `PROVENANCE_STORE`, else `sqlite:provenance.db` */
  store?: string;
  /** Put into the lab's stash once: a key that its history has ever held is left alone. */
  stash?: JsonObject;
  /** `execution` pins what the execution's first run saw. @defaultValue 'run' */
  stashAt?: 'run' | 'execution';
  /** Metadata fields without which no run opens. */
  required?: string[];
  /** Standard Schemas (zod, …) or functions that refuse metadata. */
  validators?: Validator[];
  /** Rewrites metadata before it is validated and recorded. */
  normalizer?: Normalizer;
  /** What a refusal does to the activity. @defaultValue 'fail' */
  onRefusal?: OnRefusal;
  capture?: CaptureOptions;
  /** `activity`: retries share the first attempt's number. @defaultValue 'attempt' */
  scanId?: 'attempt' | 'activity';
  /** Gives scan ids in place of the lab's counter. */
  scanIdSource?: ScanIdSource;
  /** What is masked before anything leaves the process; `false` turns it off. */
  redact?: RedactOptions | false;
  /** While the store is out of reach. @defaultValue 'spool' */
  onStoreFailure?: 'spool' | 'block';
  /** Get each document after its commit. */
  subscribers?: Subscriber[];
  /** How the code environment is captured; `false` not at all. */
  environment?: EnvironmentOptions | false;
  values?: ValueOptions;
  /** At a client: the lab's data converter, when the client itself does not carry it. */
  dataConverter?: DataConverter;
}

/** Options as the plugin works with them. */
export interface ResolvedOptions extends ProvenancePluginOptions {
  store: string;
  stashAt: 'run' | 'execution';
  onRefusal: OnRefusal;
  onStoreFailure: 'spool' | 'block';
  capture: CaptureOptions;
}

const text = z.string().min(1);
const callable = <T>(what: string) =>
  z.custom<T>((value) => typeof value === 'function', { error: `must be ${what}` });
const anyObject = <T>() =>
  z.custom<T>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: 'must be an object',
  });
/** What a lab may be called. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what a name must not hold
export const LAB_NAME = /^[^\u0000-\u001f\u007f]{1,200}$/;
const labName = z.string().regex(LAB_NAME, { error: 'must be a name of 1 to 200 characters' });
const captureRule = z.union([z.boolean(), z.strictObject({ scanId: z.boolean().optional() })], {
  error: 'must be true, false or { scanId: boolean }',
});

/** What a file can hold; functions and objects of code are the constructor's alone. */
const FILE_SHAPE = {
  lab: labName.optional(),
  store: text.optional(),
  stash: anyObject<JsonObject>().optional(),
  stashAt: z.enum(['run', 'execution']).optional(),
  required: z.array(text).optional(),
  onRefusal: z.enum(['fail', 'wait', 'record']).optional(),
  capture: z
    .object({ lookup: z.union([z.enum(['on', 'off']), captureRule]).optional() })
    .catchall(captureRule)
    .optional(),
  scanId: z.enum(['attempt', 'activity']).optional(),
  redact: z.union([z.literal(false), anyObject<RedactOptions>()]).optional(),
  onStoreFailure: z.enum(['spool', 'block']).optional(),
  environment: z.union([z.literal(false), anyObject<EnvironmentOptions>()]).optional(),
  values: z
    .strictObject({
      maxBytes: z.number().int().min(256).max(16_777_216).optional(),
      withhold: z.enum(['auto', 'never']).optional(),
      digestKey: text.min(16).optional(),
    })
    .optional(),
};

const FILE_OPTIONS = z.strictObject(FILE_SHAPE);

const OPTIONS = z.strictObject({
  ...FILE_SHAPE,
  lab: z.union([labName, callable('a name or a function')]).optional(),
  validators: z.array(z.unknown()).optional(),
  normalizer: callable('a function').optional(),
  scanIdSource: callable('a function').optional(),
  subscribers: z.array(callable('an array of functions')).optional(),
  dataConverter: anyObject<DataConverter>().optional(),
});

/**
 * Options with those of the nearest config file, checked.
 * @throws OPTION_INVALID, or CONFIG_INVALID naming file and key.
 */
export function resolveOptions(given: ProvenancePluginOptions = {}): ResolvedOptions {
  check(OPTIONS, given, 'ProvenancePlugin', 'OPTION_INVALID');
  const config = readConfig(process.cwd());
  const file = (config?.values ?? {}) as ProvenancePluginOptions;
  if (config) check(FILE_OPTIONS, file, config.path, 'CONFIG_INVALID');
  const own = withoutUndefined(given);
  const store = own.store ?? process.env.PROVENANCE_STORE ?? config?.store ?? DEFAULT_STORE_URL;
  checkStore(store);
  return {
    stashAt: 'run',
    onRefusal: 'fail',
    onStoreFailure: 'spool',
    capture: {},
    ...file,
    ...own,
    store,
  };
}

function check(
  schema: z.ZodType,
  value: unknown,
  where: string,
  code: 'OPTION_INVALID' | 'CONFIG_INVALID',
): void {
  const fail = (message: string): never => {
    throw new ProvenanceError(code, `${where}: ${message}.`);
  };
  const result = schema.safeParse(value);
  if (!result.success) fail(describeFault(result.error.issues[0]!));
  const { stash } = value as ProvenancePluginOptions;
  const issues = stash === undefined ? [] : checkMetadata(stash);
  if (issues.length > 0) fail(`stash: ${describeIssues(issues)}`);
}

/** The first fault, in words; an unknown option with the one that was probably meant. */
function describeFault(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const names = path === '' ? Object.keys(OPTIONS.shape) : [];
    const meant = nearestName(key, names);
    const where = path === '' ? '' : ` in ${path}`;
    return `unknown option '${key}'${where}${meant ? ` (did you mean '${meant}'?)` : ''}`;
  }
  return path === ''
    ? `options ${lowerFirst(issue.message)}`
    : `option ${path}: ${lowerFirst(issue.message)}`;
}

function checkStore(url: string): void {
  try {
    parseStoreUrl(url);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ProvenanceError('OPTION_INVALID', `ProvenancePlugin: option store: ${message}`, { cause });
  }
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function withoutUndefined(options: ProvenancePluginOptions): ProvenancePluginOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
