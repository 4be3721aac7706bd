/**
 * What a lab uses from outside its workflows and activities. Importing this loads neither the native worker nor a store's
 * driver. Node only.
 * @module
 */
import { listenToClients } from './bare-clients';

export type { CaptureRule } from '../interceptors/capture-rules';
export { withMetadata } from './client-metadata';
export { type BuildFileOptions, writeBuildFile } from './environment/build-file';
export type { EnvironmentOptions } from './environment/capture';
export type { GitOptions } from './environment/git/live';
export type { DockerOptions } from './environment/image';
export { type RestoreOptions, type RestoreReport, restoreCode } from './environment/restore';
export { MetadataError, ProvenanceError, type ProvenanceErrorCode } from './errors';
export type { FieldRule, FieldRules } from './metadata/field-rules';
export type { RedactOptions } from './metadata/redact';
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
export type {
  CaptureOptions,
  LogOptions,
  ProvenancePluginOptions,
  RuleOptions,
  ValueOptions,
} from './options';
export { ProvenancePlugin } from './plugin';
export type { OnRefusal, ScanIdSource } from './record/drafts';
export type { Subscriber } from './record/emission';
export { jsonlSubscriber } from './record/jsonl';
export type { SpoolPlace } from './record/spool-place';
export { openStash, type Stash, type StashOptions, type StashUpdate } from './record/stash';
export type { Author, StashHistoryEntry } from './store/store';

// Before any client is made: one for standalone activities puts its interceptors together as it is made.
listenToClients();
