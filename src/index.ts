/**
 * The public API for code outside workflows and activities. Importing it loads neither the native worker nor a
 * store's driver. Node only.
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
export type { RulesDocument } from './metadata/rules-document';
export type { Normalizer, Validator } from './metadata/validate';
export type { DataType, DigestMissing } from './model/data';
export type { Decision } from './model/decision';
export type {
  EmittedDocument,
  MetadataIssue,
  RecordedError,
  RunRecord,
  SettledDocument,
  StartDocument,
  StopDocument,
} from './model/documents';
export type { Environment, WorkerSession } from './model/environment';
export type { ExecutionClose, ExecutionRecord, ExecutionStart } from './model/execution';
export type { AsJson, Json, JsonObject } from './model/json';
export type { Evidence, LinkKind } from './model/link';
export type { Checkpoint, LogLine } from './model/progress';
export {
  createOperationsWorker,
  type OperationsWorkerOptions,
  operationsTaskQueue,
  operationsWorkflowsPath,
} from './operations';
export type { CaptureRule } from './options/capture-rules';
export type {
  CaptureOptions,
  LabOptions,
  LogOptions,
  ProvenancePluginOptions,
  RuleOptions,
  ValueOptions,
} from './options/plugin-options';
export { ProvenancePlugin } from './plugin';
export type {
  ArtifactDetail,
  ArtifactsQuery,
  ArtifactView,
  DataRun,
  DataRuns,
  DataVersion,
  WhichAnswer,
} from './questions/lineage/data-answers';
export type {
  Lineage,
  LineageArtifact,
  LineageCode,
  LineageDecision,
  LineageExecution,
  LineageLink,
  LineageNode,
  LineageQuery,
  LineageRun,
} from './questions/lineage/lineage-answers';
export type { RunCount } from './questions/lists/counts';
export type { ExecutionView } from './questions/lists/executions';
export type { RefusedActivity, RefusedPlace, RefusedStatus } from './questions/lists/refused';
export type { RunView } from './questions/lists/runs';
export type { SearchReport } from './questions/lists/search-report';
export { type ExecutionDetail, openProvenance, type Provenance } from './questions/provenance';
export type {
  CountQuery,
  ExecutionsQuery,
  LogQuery,
  ProvenanceOptions,
  RefusalsQuery,
  RunReference,
  RunsQuery,
  SessionsQuery,
} from './questions/provenance-queries';
export type { Tone } from './questions/status';
export type { ExecutionDocument, ExecutionTreeDocument } from './questions/stories/execution-story';
export type { FieldExplanation, StashOrigin } from './questions/stories/explain';
export type { SessionResources, SessionView } from './questions/stories/sessions';
export type { SpoolPlace } from './record/delivery/spool-place';
export type { OnRefusal, ScanIdSource } from './record/opening/run-draft';
export type { Subscriber } from './record/reports/emission';
export { jsonlSubscriber } from './record/reports/jsonl';
export type { RedactOptions } from './redaction/redactor';
export { openStash, type Stash, type StashOptions, type StashUpdate } from './stash/stash';
export type { FoundLine, LogOwner } from './store/interface/log-query';
export type { LateReport } from './store/interface/settling';
export type { Author, StashHistoryEntry } from './store/interface/stash-changes';
export type { RefusalRecord } from './store/interface/written';
export type { FieldType, FieldUse } from './store/read/counting/field-use';
export { withMetadata } from './temporal/client-context';

// This must run before any client is created: a client for standalone activities composes its interceptors when
// it is created.
listenToClients();
