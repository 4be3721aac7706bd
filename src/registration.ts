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
import { hasClientMark, type ProvenanceClientInterceptors } from '../interceptors/client';
import { hasNexusMark, nexusInterceptors } from '../interceptors/nexus';
import { type ProvenanceSinks, SINK_NAME } from '../interceptors/sinks';
import { ProvenanceError } from './errors';
import { withImportCheck } from './workflow-imports';

/** Stands in the code of every bundle that has our interceptors. */
const BUNDLE_MARK = 'temporal-provenance:workflow-interceptors';

const CAPTURE = Symbol.for('temporal-provenance.capture');

type MarkedFactory = ActivityInterceptorsFactory & { [CAPTURE]?: unknown };

/** Path of the module with our workflow interceptors. */
export function workflowModule(): string {
  return modulePath('workflow');
}

/** Path of the module that says that the worker has no payload codec. */
export function uncodedModule(): string {
  return modulePath('uncoded');
}

function modulePath(name: string): string {
  const path = join(__dirname, '..', 'interceptors', name);
  return existsSync(`${path}.js`) ? `${path}.js` : `${path}.ts`;
}

/** Ties what captures for a worker to its interceptor, by which it is found again when the worker runs. */
export function markFactory(
  factory: ActivityInterceptorsFactory,
  capture: object,
): ActivityInterceptorsFactory {
  return Object.defineProperty(factory, CAPTURE, { value: capture });
}

/** What captures for the worker with these interceptors; `undefined` when the plugin has no part in it. */
export function markedCapture(activity: readonly ActivityInterceptorsFactory[] | undefined): unknown {
  return activity
    ?.map((factory) => (factory as MarkedFactory)[CAPTURE])
    .find((capture) => capture !== undefined);
}

/** The plugin was given once more to a worker that has its capture: noted, and nothing else. */
export function noteRegistration(capture: unknown): void {
  const { conditions } = capture as { conditions?: { registered?: unknown } };
  if (typeof conditions?.registered === 'number') conditions.registered += 1;
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
    ...options,
    interceptors: { ...interceptors, ...workflowModules(options, interceptors, parts.modules) },
    sinks: { ...options.sinks, [SINK_NAME]: parts.sinks[SINK_NAME] },
  };
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
    process.emitWarning(
      'temporal-provenance: client interceptors given as { calls: […] } leave no room for ours, so withMetadata has no effect on this client. Give interceptors.workflow as a list.',
    );
    return given;
  }
  return hasClientMark(given) ? given : [...(given ?? []), parts.workflow];
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
