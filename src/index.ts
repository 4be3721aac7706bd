/**
 * What a lab uses from outside its workflows and activities. Importing this loads neither the native worker nor a store's
 * driver. Node only.
 * @module
 */
export { withMetadata } from './client-metadata';
export { writeBuildFile } from './environment/build-file';
export { restoreCode } from './environment/restore';
export { MetadataError, ProvenanceError, type ProvenanceErrorCode } from './errors';
export type { Validator } from './metadata/validate';
export type { MetadataIssue, SettledDocument, StartDocument, StopDocument } from './model/documents';
export type { Json, JsonObject } from './model/json';
export { createOperationsWorker, operationsTaskQueue, operationsWorkflowsPath } from './operations';
export type { CaptureOptions, ProvenancePluginOptions, ValueOptions } from './options';
export { ProvenancePlugin } from './plugin';
export type { Subscriber } from './record/emission';
export { jsonlSubscriber } from './record/jsonl';
export { openStash, type Stash, type StashOptions } from './record/stash';
