/**
 * The parts that capture while a worker runs: the interceptors of its activities, the receivers of its
 * sandbox's messages, and what they share. Node only.
 * @module
 */
import type { PayloadCodec } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { activityInterceptors, type RunEnvironment } from '../../interceptors/activity/activity';
import { DataFlowCapture, type DataFlowListener } from '../../interceptors/activity/data-flow';
import { ExecutionScopes } from '../../interceptors/activity/execution-scopes';
import { Executions } from '../../interceptors/activity/executions';
import { FirstEvents } from '../../interceptors/activity/first-event';
import { DEFAULT_LOG_LIMITS } from '../../interceptors/activity/log-tail';
import { MetadataResolver } from '../../interceptors/activity/metadata-resolver';
import { DataNotes, RecordedData } from '../../interceptors/activity/run-data';
import type { WorkerConstants } from '../../interceptors/activity/run-start';
import type { SinkParts } from '../../interceptors/sinks/deferred';
import { type ExecutionMemory, workerSinks } from '../../interceptors/sinks/worker-sink';
import { DataCapture } from '../data/capture';
import { ValueEvidence } from '../data/value-evidence';
import type { NamedPlace } from '../model/value-path';
import { compileCaptureRules } from '../options/capture-rules';
import { digestKey } from '../options/digest-key';
import { indexedPlaces } from '../options/indexed-places';
import type { LabRulesBook } from '../options/lab-rules';
import type { ResolvedOptions } from '../options/options';
import type { Recorder } from '../record/recorder';
import type { Redactor } from '../redaction/redactor';
import { plainValues, type ValueRecorder, withheldValues } from '../values/policy';
import { captureRules } from './conditions';

/** What the workers of one plugin share. */
export interface CaptureParts {
  options: ResolvedOptions;
  redactor: Redactor;
  rules: LabRulesBook;
}

/** The parts of one worker that begins to run. */
interface RunningParts {
  recorder: Recorder;
  codecs: readonly PayloadCodec[];
  constants: WorkerConstants;
  environment: RunEnvironment;
  /** Counts by which means values are followed. */
  flow: DataFlowListener;
  /** Bounds the lines of each workflow. */
  log: ExecutionMemory;
}

/** The parts that capture while the worker runs. */
export interface LiveCapture extends SinkParts {
  activity: ActivityInterceptorsFactory;
  /** Absent if files and URIs are not captured. */
  files?: DataCapture;
}

/** @throws the error of a faulty option */
export function liveCapture({ options, redactor }: CaptureParts, running: RunningParts): LiveCapture {
  const { recorder, codecs, constants, environment, log } = running;
  const places = indexedPlaces(options, constants.lab);
  const values = valueRecorder(options, codecs.length > 0, redactor, places);
  const executions = new Executions();
  const evidence = new ValueEvidence({ redactor, withheld: values.withholds ? values : undefined });
  const firstEvents =
    options.capture.lookup === 'off' ? undefined : new FirstEvents({ values, redactor, evidence });
  const files = dataCapture(options, running, values, redactor);
  const flow = new DataFlowCapture(evidence, running.flow);
  const data = new DataNotes({ recorder, flow, capture: files });
  const decide = compileCaptureRules(captureRules(options));
  const { lines, bytes } = { ...DEFAULT_LOG_LIMITS, ...options.log };
  const limits = { lines, bytes };
  const scopes = new ExecutionScopes(new MetadataResolver({ recorder, executions, codecs, firstEvents }));
  const { lab } = constants;
  return {
    recorder,
    values,
    limits,
    files,
    activity: activityInterceptors({
      recorder,
      values,
      limits,
      scopes,
      decide,
      constants,
      environment,
      data,
    }),
    sinks: workerSinks({
      recorder,
      executions,
      values,
      redactor,
      lab,
      decide,
      flow,
      memories: [scopes, log],
    }),
  };
}

/** If a lab encrypts its payloads, it also encrypts names of files. */
function dataCapture(
  { data }: ResolvedOptions,
  { recorder, constants }: RunningParts,
  { withholds }: ValueRecorder,
  redactor: Redactor,
): DataCapture | undefined {
  if (data === false || withholds) return undefined;
  return new DataCapture(constants.worker.host, new RecordedData(recorder), redactor, data);
}

function valueRecorder(
  options: ResolvedOptions,
  encrypted: boolean,
  redactor: Redactor,
  places: readonly NamedPlace[],
): ValueRecorder {
  const { maxBytes, withhold, digestKey: key } = options.values ?? {};
  if (encrypted && withhold !== 'never') return withheldValues(digestKey(key));
  return plainValues(maxBytes === undefined ? undefined : { value_bytes: maxBytes }, redactor, places);
}
