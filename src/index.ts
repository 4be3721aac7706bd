/**
 * What a lab uses from outside its workflows and activities. Importing this loads neither the native worker nor a store's
 * driver. Node only.
 * @module
 */
import { listenToClients } from '../interceptors/client/bare-clients';

export type { EnvironmentOptions } from './environment/capture';
export type { GitOptions } from './environment/git/live';
export type { DockerOptions } from './environment/image';
export { type BuildFileOptions, writeBuildFile } from './environment/program/build-file';
export { type RestoreReport, restoreCode } from './environment/restore';
export type { RestoreOptions } from './environment/restore/restoration';
export { MetadataError, ProvenanceError, type ProvenanceErrorCode } from './errors';
export type { FieldRule, FieldRules } from './metadata/field-rules';
export type { Normalizer, Validator } from './metadata/validate';
export type {
  EmittedDocument,
  MetadataIssue,
  SettledDocument,
  StartDocument,
  StopDocument,
} from './model/documents';
export type { AsJson, Json, JsonObject } from './model/json';
export {
  createOperationsWorker,
  type OperationsWorkerOptions,
  operationsTaskQueue,
  operationsWorkflowsPath,
} from './operations';
export type { CaptureRule } from './options/capture-rules';
export type {
  CaptureOptions,
  LogOptions,
  ProvenancePluginOptions,
  RuleOptions,
  ValueOptions,
} from './options/plugin-options';
export { ProvenancePlugin } from './plugin';
export type { SpoolPlace } from './record/delivery/spool-place';
export type { Subscriber } from './record/emission';
export { jsonlSubscriber } from './record/jsonl';
export type { OnRefusal, ScanIdSource } from './record/opening/run-draft';
export type { RedactOptions } from './redaction/redactor';
export { openStash, type Stash, type StashOptions, type StashUpdate } from './stash/stash';
export type { Author, StashHistoryEntry } from './store/store';
export { withMetadata } from './temporal/client-context';

// Before any client is made: one for standalone activities puts its interceptors together as it is made.
listenToClients();
