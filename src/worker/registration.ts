/**
 * Adds our parts to the options of a worker, a client or a bundler, after the user's own, and once. A plugin
 * may be in the list of a connection and again in that of a worker, and the SDK concatenates both. Given
 * options are never changed. Node only.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientInterceptors, ClientOptions } from '@temporalio/client';
import type {
  ActivityInterceptorsFactory,
  BundleOptions,
  InjectedSinks,
  LoggerSinks,
  ReplayWorkerOptions,
  WorkerInterceptors,
  WorkerOptions,
} from '@temporalio/worker';
import type { Sinks } from '@temporalio/workflow';
import { hasClientMark, type ProvenanceClientInterceptors } from '../../interceptors/client/client';
import { hasNexusMark, nexusInterceptors } from '../../interceptors/nexus';
import { type ProvenanceSinks, SINK_NAME } from '../../interceptors/workflow/sinks';
import { ProvenanceError } from '../errors';
import { withImportCheck } from './workflow-imports';

/** A mark in the code of every bundle that has our interceptors. */
const BUNDLE_MARK = 'temporal-provenance:workflow-interceptors';

const CAPTURE = Symbol.for('temporal-provenance.capture');

type Marked = object & { [CAPTURE]?: RegisteredCapture };

/** Path of the module with our workflow interceptors. */
export function workflowModule(): string {
  return modulePath('workflow');
}

/** Path of the module that reports that the worker has no payload codec. */
export function noCodecModule(): string {
  return modulePath('no-codec');
}

function modulePath(name: string): string {
  const path = join(__dirname, '..', '..', 'interceptors', 'workflow', name);
  return existsSync(`${path}.js`) ? `${path}.js` : `${path}.ts`;
}

/** A worker's capture, as it is found again in the worker's options. */
interface RegisteredCapture {
  readonly activity: ActivityInterceptorsFactory;
  readonly conditions: { registered: number };
}

/**
 * Marks a part (interceptor, sink) with the capture of its worker, so that the capture is found again when the
 * worker runs.
 */
export function marked<T extends object>(part: T, capture: object): T {
  return Object.defineProperty(part, CAPTURE, { value: capture });
}

type Registered = { interceptors?: Pick<WorkerInterceptors, 'activity'>; sinks?: InjectedSinks<Sinks> };

/**
 * The capture for the worker with these options; `undefined` if the plugin is not visibly part of it. Another
 * plugin may have wrapped or replaced the interceptors, so the sinks are checked, too.
 */
export function markedCapture({ interceptors, sinks }: Registered): RegisteredCapture | undefined {
  const parts: Marked[] = [...(interceptors?.activity ?? []), sinks?.[SINK_NAME] ?? {}];
  return parts.map((part) => part[CAPTURE]).find((capture) => capture !== undefined);
}

/**
 * True if the worker with these options calls our interceptors directly. False if another plugin wraps or has
 * removed them.
 */
export function hasFactory({ interceptors }: Registered, capture: RegisteredCapture): boolean {
  return interceptors?.activity?.includes(capture.activity) ?? false;
}

/**
 * Handles a plugin that is given again to a worker which has its capture: counts it, and adds again what
 * another plugin has removed.
 */
export function registeredAgain(options: WorkerOptions, capture: RegisteredCapture): WorkerOptions {
  capture.conditions.registered += 1;
  if (hasFactory(options, capture)) return options;
  const activity = [...(options.interceptors?.activity ?? []), capture.activity];
  return { ...options, interceptors: { ...options.interceptors, activity } };
}

/**
 * Throws if this package is bundled. It has files of its own (workflow modules, the store's thread), which a
 * bundler leaves out.
 * @throws ProvenanceError `PACKAGE_BUNDLED`
 */
export function assertInstalled(): void {
  if (existsSync(workflowModule())) return;
  throw new ProvenanceError(
    'PACKAGE_BUNDLED',
    'temporal-provenance was bundled into another file and lacks files of its own. Keep it external: esbuild --external:temporal-provenance, or externals in webpack.',
  );
}

/** Worker options with our interceptors, sinks and modules. */
export function withWorkerParts(
  options: WorkerOptions,
  parts: {
    activity: ActivityInterceptorsFactory;
    client: ProvenanceClientInterceptors;
    sinks: InjectedSinks<ProvenanceSinks & LoggerSinks>;
    modules: readonly string[];
  },
): WorkerOptions {
  const interceptors = options.interceptors ?? {};
  return {
    ...options,
    interceptors: {
      ...interceptors,
      activity: [...(interceptors.activity ?? []), parts.activity],
      nexus: hasNexusMark(interceptors.nexus)
        ? interceptors.nexus
        : [...(interceptors.nexus ?? []), nexusInterceptors()],
      client: withClientParts(interceptors.client, parts.client),
      ...workflowModules(options, interceptors, parts.modules),
    },
    sinks: { ...options.sinks, ...parts.sinks },
  };
}

/** Replay worker options: the same modules, and sinks without effect. */
export function withReplayParts(
  options: ReplayWorkerOptions,
  parts: { sinks: InjectedSinks<ProvenanceSinks>; modules: readonly string[] },
): ReplayWorkerOptions {
  const interceptors = options.interceptors ?? {};
  return {
    ...withInertSinks(options, parts.sinks),
    interceptors: { ...interceptors, ...workflowModules(options, interceptors, parts.modules) },
  };
}

/** Options of a worker that records nothing, and whose bundle may have our module. */
export function withInertSinks<T extends Pick<WorkerOptions, 'sinks'>>(
  options: T,
  sinks: InjectedSinks<ProvenanceSinks>,
): T {
  return { ...options, sinks: { ...options.sinks, [SINK_NAME]: sinks[SINK_NAME] } };
}

/** Modules are added if a worker bundles its workflows itself. A prebuilt bundle has them or lacks them. */
function workflowModules(
  options: { workflowsPath?: string; workflowBundle?: unknown },
  interceptors: WorkerInterceptors,
  modules: readonly string[],
): WorkerInterceptors {
  if (!options.workflowsPath || options.workflowBundle) return {};
  return { workflowModules: withModules(interceptors.workflowModules, modules) };
}

/** Bundler options with our module, and with a clear message if workflow code imports what it cannot use. */
export function withBundlerParts(options: BundleOptions, modules: readonly string[]): BundleOptions {
  return {
    ...options,
    workflowInterceptorModules: withModules(options.workflowInterceptorModules, modules),
    webpackConfigHook: withImportCheck(options.webpackConfigHook),
  };
}

function withModules(given: readonly string[] | undefined, modules: readonly string[]): string[] {
  return [...new Set([...(given ?? []), ...modules])];
}

/** Client options with our interceptors. */
export function withClientOptions<T extends Omit<ClientOptions, 'plugins'>>(
  options: T,
  parts: ProvenanceClientInterceptors,
): T {
  return { ...options, interceptors: withClientParts(options.interceptors, parts) };
}

function withClientParts(
  given: ClientInterceptors | undefined,
  parts: ProvenanceClientInterceptors,
): ClientInterceptors {
  return {
    ...given,
    workflow: withWorkflowPart(given?.workflow, parts),
    schedule: hasClientMark(given?.schedule) ? given?.schedule : [...(given?.schedule ?? []), parts.schedule],
    activity: hasClientMark(given?.activity) ? given?.activity : [...(given?.activity ?? []), parts.activity],
    nexus: hasClientMark(given?.nexus) ? given?.nexus : [...(given?.nexus ?? []), parts.nexus],
  };
}

/**
 * The SDK's old form, a list of factories, cannot be combined with interceptors: it is left unchanged, with a
 * warning.
 */
function withWorkflowPart(
  given: ClientInterceptors['workflow'],
  parts: ProvenanceClientInterceptors,
): ClientInterceptors['workflow'] {
  if (given !== undefined && !Array.isArray(given)) {
    warnOfOldForm();
    return given;
  }
  return hasClientMark(given) ? given : [...(given ?? []), parts.workflow];
}

let warnedOfOldForm = false;

/** Once per process, because a worker creates clients with the same options. */
function warnOfOldForm(): void {
  if (warnedOfOldForm) return;
  warnedOfOldForm = true;
  process.emitWarning(
    'temporal-provenance: client interceptors given as { calls: […] } exclude those of the plugin, so withMetadata has no effect on such a client. Pass interceptors.workflow as a list.',
    { code: 'PROVENANCE_SET_UP' },
  );
}

/** True if a prebuilt bundle has our interceptors. If a bundle cannot be read, the SDK reports it. */
export function bundleHasModule(bundle: NonNullable<WorkerOptions['workflowBundle']>): boolean {
  if ('code' in bundle) return bundle.code.includes(BUNDLE_MARK);
  try {
    return readFileSync(bundle.codePath, 'utf8').includes(BUNDLE_MARK);
  } catch {
    return true;
  }
}
