/**
 * Adds our parts to what a worker, a client or a bundler was given, after the user's own, and once: a plugin stands in the
 * list of a connection and again in that of a worker, and the SDK concatenates both. Options given are never changed. Node
 * only.
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

/** Stands in the code of every bundle that has our interceptors. */
const BUNDLE_MARK = 'temporal-provenance:workflow-interceptors';

const CAPTURE = Symbol.for('temporal-provenance.capture');

type Marked = object & { [CAPTURE]?: RegisteredCapture };

/** Path of the module with our workflow interceptors. */
export function workflowModule(): string {
  return modulePath('workflow');
}

/** Path of the module that says that the worker has no payload codec. */
export function noCodecModule(): string {
  return modulePath('no-codec');
}

function modulePath(name: string): string {
  const path = join(__dirname, '..', '..', 'interceptors', 'workflow', name);
  return existsSync(`${path}.js`) ? `${path}.js` : `${path}.ts`;
}

/** What captures for a worker, as far as it is found again in the worker's options. */
interface RegisteredCapture {
  readonly activity: ActivityInterceptorsFactory;
  readonly conditions: { registered: number };
}

/** Ties what captures for a worker to a part of it (interceptor, sink), by which it is found again when the worker runs. */
export function marked<T extends object>(part: T, capture: object): T {
  return Object.defineProperty(part, CAPTURE, { value: capture });
}

type Registered = { interceptors?: Pick<WorkerInterceptors, 'activity'>; sinks?: InjectedSinks<Sinks> };

/**
 * What captures for the worker with these options; `undefined` when the plugin has no part in it, as far as can be seen. Another
 * plugin may have wrapped or replaced the interceptors: the sinks tell as well.
 */
export function markedCapture({ interceptors, sinks }: Registered): RegisteredCapture | undefined {
  const parts: Marked[] = [...(interceptors?.activity ?? []), sinks?.[SINK_NAME] ?? {}];
  return parts.map((part) => part[CAPTURE]).find((capture) => capture !== undefined);
}

/** True when the worker with these options asks our interceptors itself, rather than through something else or not at all. */
export function hasFactory({ interceptors }: Registered, capture: RegisteredCapture): boolean {
  return interceptors?.activity?.includes(capture.activity) ?? false;
}

/** The plugin was given once more to a worker that has its capture: noted, and what another plugin has taken away is put back. */
export function registeredAgain(options: WorkerOptions, capture: RegisteredCapture): WorkerOptions {
  capture.conditions.registered += 1;
  if (hasFactory(options, capture)) return options;
  const activity = [...(options.interceptors?.activity ?? []), capture.activity];
  return { ...options, interceptors: { ...options.interceptors, activity } };
}

/**
 * The package has files of its own (workflow modules, the store's thread), which a bundler leaves behind.
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

/** Replay worker options: the same modules, and sinks that nothing comes of. */
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

/** Options of a worker whose bundle may have our module, and which records nothing. */
export function withInertSinks<T extends Pick<WorkerOptions, 'sinks'>>(
  options: T,
  sinks: InjectedSinks<ProvenanceSinks>,
): T {
  return { ...options, sinks: { ...options.sinks, [SINK_NAME]: sinks[SINK_NAME] } };
}

/** Modules go to a worker that bundles its workflows itself; a prebuilt bundle has them, or has not. */
function workflowModules(
  options: { workflowsPath?: string; workflowBundle?: unknown },
  interceptors: WorkerInterceptors,
  modules: readonly string[],
): WorkerInterceptors {
  if (!options.workflowsPath || options.workflowBundle) return {};
  return { workflowModules: withModules(interceptors.workflowModules, modules) };
}

/** Bundler options with our module, and with a word where workflow code imports what it can't have. */
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

/** The SDK's old form, a list of factories, can't be joined with interceptors: it is left as it is, with a word. */
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

/** Once a process: a worker makes clients of its own, with the same options. */
function warnOfOldForm(): void {
  if (warnedOfOldForm) return;
  warnedOfOldForm = true;
  process.emitWarning(
    'temporal-provenance: client interceptors given as { calls: […] } leave no room for ours, so withMetadata has no effect on such a client. Give interceptors.workflow as a list.',
    { code: 'PROVENANCE_SET_UP' },
  );
}

/** True when a prebuilt bundle has our interceptors; a bundle that can't be read is the SDK's to complain about. */
export function bundleHasModule(bundle: NonNullable<WorkerOptions['workflowBundle']>): boolean {
  if ('code' in bundle) return bundle.code.includes(BUNDLE_MARK);
  try {
    return readFileSync(bundle.codePath, 'utf8').includes(BUNDLE_MARK);
  } catch {
    return true;
  }
}
