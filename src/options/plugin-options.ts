/**
 * The plugin's options, as a lab writes them in its code or in `temporal-provenance.json`. Node only.
 * @module
 */
import type { DataConverter } from '@temporalio/common';
import type { DataOptions } from '../data/options';
import type { EnvironmentOptions } from '../environment/capture';
import type { FieldRules } from '../metadata/field-rules';
import type { Normalizer, Validator } from '../metadata/validate';
import type { JsonObject } from '../model/json';
import type { SpoolPlace } from '../record/delivery/spool-place';
import type { OnRefusal, ScanIdSource } from '../record/opening/run-draft';
import type { Subscriber } from '../record/reports/emission';
import type { RedactOptions } from '../redaction/redactor';
import type { CaptureRule } from './capture-rules';

/**
 * Which activities leave a run, by type, exact or as a pattern with `*`: `{ 'poll*': false }`. The most
 * specific rule wins.
 */
export interface CaptureOptions {
  [activityType: string]: CaptureRule | 'on' | 'off' | undefined;
  /**
   * Whether the plugin reads the first event of a workflow's history if the workflow runs without our module.
   * @defaultValue 'on'
   */
  lookup?: 'on' | 'off';
}

/** How much of arguments and results is recorded. */
export interface ValueOptions {
  /**
   * Longest value that is recorded in full, in bytes of its JSON. In a longer one, each of the longest
   * parts is replaced by its digest and its first characters. @defaultValue 16384
   */
  maxBytes?: number;
  /**
   * `auto`: a worker with a payload codec records keyed digests instead of values. `never`: values are recorded
   * even if the lab encrypts them. @defaultValue 'auto'
   */
  withhold?: 'auto' | 'never';
  /**
   * Key of the digests that replace values of a lab with a payload codec. With the same key on all workers
   * their digests can be compared. @defaultValue `PROVENANCE_DIGEST_KEY`, else random per process
   */
  digestKey?: string;
}

/** How much of the log lines of runs and workflows is kept. */
export interface LogOptions {
  /** The number of last lines that are kept of one run or workflow. @defaultValue 200 */
  lines?: number;
  /** Limit in bytes for these lines together, messages and attributes. @defaultValue 65536 */
  bytes?: number;
  /** Days after which lines, and checkpoints too, are deleted from the store. @defaultValue never */
  keepDays?: number;
}

/** Rules for metadata, which a run must meet before it opens. */
export interface RuleOptions {
  /**
   * Required metadata fields: `operator`, or a path such as `sample.name`. A run without one of them is
   * refused. @defaultValue none
   */
  required?: string[];
  /** Types, enums, patterns and bounds of fields, by path. @defaultValue none */
  fields?: FieldRules;
  /**
   * Standard Schemas (zod, …) or functions that can refuse metadata. Each has 1 s if it is asynchronous.
   * @defaultValue none
   */
  validators?: Validator[];
  /**
   * Rewrites metadata before it is validated and recorded. It has 1 s if it is asynchronous. @defaultValue none
   */
  normalizer?: Normalizer;
  /**
   * What a refusal does to the activity. `fail`: a non-retryable failure. `wait`: a retryable failure, retried
   * after 30 s. `record`: the run opens, and its start document lists the issues. @defaultValue 'fail'
   */
  onRefusal?: OnRefusal;
}

/** Options of one lab. */
export interface LabOptions extends RuleOptions {
  /** Added to the general ones. @defaultValue none */
  indexed?: string[];
}

/** The options of the plugin. All are optional. */
export interface ProvenancePluginOptions extends RuleOptions {
  /**
   * Scope of stash, scan ids and rules: a name, or a function of the worker. @defaultValue `PROVENANCE_LAB`,
   * else 'default'
   */
  lab?: string | ((worker: { namespace: string; taskQueue: string }) => string);
  /**
   * URL of the store: `sqlite:<path>` or `postgres://<host>/<database>`. @defaultValue `PROVENANCE_STORE`, else
   * `sqlite:provenance.db`
   */
  store?: string;
  /**
   * Initial values of the lab's stash. Keys that were ever set in the stash before are not set again.
   * @defaultValue none
   */
  stash?: JsonObject;
  /**
   * When the stash is read: `run` at each run; `execution` once, so that all runs of an execution see what its
   * first run saw. @defaultValue 'run'
   */
  stashAt?: 'run' | 'execution';
  /** Rules of single labs. They are added to the rules above, which apply to every lab. @defaultValue none */
  labs?: { [lab: string]: LabOptions };
  /** Which activities leave a run. @defaultValue all of them */
  capture?: CaptureOptions;
  /**
   * Which runs share a scan id. `attempt`: none. `activity`: retries share the first attempt's. `execution`:
   * all runs of one workflow run and of its children share one.
   * @defaultValue 'attempt'
   */
  scanId?: 'attempt' | 'activity' | 'execution';
  /**
   * Supplies scan ids instead of the lab's counter. It has 1 s; after that the counter is used. @defaultValue
   * the lab's counter
   */
  scanIdSource?: ScanIdSource;
  /**
   * What is masked before data leaves the process, in addition to the built-in rules; `false` switches masking
   * off. @defaultValue the built-in rules
   */
  redact?: RedactOptions | false;
  /**
   * What happens if the store is unavailable. `spool`: records are kept on disk. `block`: activities fail with
   * a retryable failure. @defaultValue 'spool'
   */
  onStoreFailure?: 'spool' | 'block';
  /**
   * Where records are kept until the store is available. @defaultValue 256 MiB in the folder
   * `<database>.spool`, for PostgreSQL in a folder of the user's state folder
   */
  spool?: SpoolPlace;
  /** Functions that receive each document after its commit. @defaultValue none */
  subscribers?: Subscriber[];
  /** How the code environment is captured; `false` switches it off. @defaultValue captured */
  environment?: EnvironmentOptions | false;
  /** How much of arguments and results is recorded. @defaultValue up to 16 KiB of each value in full */
  values?: ValueOptions;
  /**
   * Places in results and arguments that are indexed for searches, at most 32: `['result.chi2',
   * 'args[0].sample']`. Their values are taken from the whole value, before it is cut. @defaultValue none
   */
  indexed?: string[];
  /** How much of the log lines of runs and workflows is kept. @defaultValue the last 200 lines, 64 KiB */
  log?: LogOptions;
  /** Which of the files and folders that runs name are examined; `false` for none. @defaultValue all of them */
  data?: DataOptions | false;
  /** The lab's data converter. Needed at a client that does not have it itself. @defaultValue the client's */
  dataConverter?: DataConverter;
}
