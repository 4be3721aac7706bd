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

/** What one lab may have of its own. */
export interface LabOptions extends RuleOptions {
  /** Added to the general ones. */
  indexed?: string[];
}

/** All that the plugin may be given. Everything has a default. */
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
  labs?: { [lab: string]: LabOptions };
  /** Which activities leave a run. @defaultValue all of them */
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
  /** How much of arguments and results is recorded. */
  values?: ValueOptions;
  /**
   * Places in results and arguments by which runs are searched at once, however many there are: `['result.chi2', 'args[0].sample']`.
   * They are taken from the whole value, before it is cut.
   */
  indexed?: string[];
  /** What is kept of what runs and workflows log. */
  log?: LogOptions;
  /** Which files and folders that runs name are looked at; `false` none. */
  data?: DataOptions | false;
  /** At a client: the lab's data converter, when the client itself does not carry it. */
  dataConverter?: DataConverter;
}
