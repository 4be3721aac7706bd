/**
 * The plugin: one object that is given to a worker, a client, a connection or a bundler, and adds capture to
 * it. One instance serves any number of them. It implements the SDK's plugin interfaces itself, and loads a
 * worker's modules with the first worker. Node only.
 * @module
 */
import { createRequire } from 'node:module';
import type { ClientOptions, ClientPlugin, ConnectionPlugin } from '@temporalio/client';
import type {
  BundleOptions,
  BundlerPlugin,
  NativeConnectionPlugin,
  ReplayWorkerOptions,
  Worker,
  WorkerOptions,
  WorkerPlugin,
} from '@temporalio/worker';
import { clientInterceptors } from '../interceptors/client/client';
import { inertSinks } from '../interceptors/sinks/inert-sinks';
import { ProvenanceError } from './errors';
import { LabRulesBook } from './options/lab-rules';
import { resolveOptions } from './options/options';
import type { ProvenancePluginOptions } from './options/plugin-options';
import { createRedactor } from './redaction/redactor';
import { refuseSecrets } from './stash/stash-secrets';
import { labOf } from './worker/constants';
import { mustNotRunBare } from './worker/demands';
import { ownVersion } from './worker/package-versions';
import {
  assertInstalled,
  markedCapture,
  noCodecModule,
  registeredAgain,
  withBundlerParts,
  withClientOptions,
  withInertSinks,
  withReplayParts,
  withWorkerParts,
  workflowModule,
} from './worker/registration';
import type { ServiceParts, WorkerService } from './worker/service';

/** Time that a worker's end, and `flush`, wait for records that are not stored yet, in ms. */
const FLUSH_TIMEOUT_MS = 10_000;

/**
 * The plugin of `temporal-provenance`. It records every activity attempt of the workers that it is given to.
 * Give the same plugin to clients, so that `withMetadata` works, and to bundlers.
 */
export class ProvenancePlugin
  implements ClientPlugin, ConnectionPlugin, NativeConnectionPlugin, WorkerPlugin, BundlerPlugin
{
  // Not the SDK's SimplePlugin: docs/decisions/0007.
  readonly name = 'temporal-provenance';
  /** Version of this package, also if it is bundled; absent if it cannot be determined. */
  readonly version = ownVersion();
  readonly #parts: ServiceParts;
  /** Loaded with the first worker. */
  #service: WorkerService | undefined;
  /** The warnings that this plugin has given, each once. */
  readonly #warned = new Set<string>();

  /** @throws ProvenanceError `OPTION_INVALID` or `CONFIG_INVALID`; the message names what is wrong */
  constructor(options: ProvenancePluginOptions = {}) {
    const resolved = resolveOptions(options);
    const { redact } = resolved;
    const redactor = createRedactor(redact === false ? { off: true } : redact);
    if (resolved.stash) refuseSecrets(resolved.stash, 'name it in redact.keepKeys', redactor);
    this.#parts = { options: resolved, rules: new LabRulesBook(resolved), redactor };
  }

  /** Called by the SDK. After a fault of ours the client works without capture. */
  configureClient(options: Omit<ClientOptions, 'plugins'>): Omit<ClientOptions, 'plugins'> {
    try {
      return withClientOptions(options, this.#clientParts(options));
    } catch (error) {
      this.#warn(
        'PROVENANCE_SET_UP',
        setUpFailed('metadata of withMetadata is not attached to what a client starts', error),
      );
      return options;
    }
  }

  /**
   * Called by the SDK. @throws (rejects) ProvenanceError if a store or a lab can never be used. If the lab has
   * rules that code must not run without, rejects for any fault. After any other fault of ours the worker runs
   * without capture
   */
  async configureWorker(options: WorkerOptions): Promise<WorkerOptions> {
    const made = markedCapture(options);
    if (made) return registeredAgain(options, made);
    try {
      assertInstalled();
      return await this.#withCapture(options);
    } catch (error) {
      if (ProvenanceError.is(error)) throw withoutStack(error);
      return await this.#withoutCapture(options, error);
    }
  }

  /** Called by the SDK. After a fault of ours the replayer works without capture. */
  async configureReplayWorker(options: ReplayWorkerOptions): Promise<ReplayWorkerOptions> {
    try {
      return withReplayParts(options, { sinks: inertSinks(), modules: this.#modulesFor(options) });
    } catch (error) {
      this.#warn(
        'PROVENANCE_SET_UP',
        setUpFailed("histories are replayed without the plugin's workflow module", error),
      );
      return this.#withoutPlugin(options);
    }
  }

  configureBundler(options: BundleOptions): BundleOptions {
    return withBundlerParts(options, [workflowModule()]);
  }

  /**
   * Called by the SDK. Calls `next` in the same turn, because a worker that is shut down directly after its
   * start must be running by then.
   */
  runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    // Nothing is awaited before `next`: docs/design/workflow-sandbox.md#the-plugin.
    const capture = this.#service?.captureOf(worker);
    return this.#service && capture ? this.#service.run(capture, worker, next) : next(worker);
  }

  /**
   * Resolves when all records of this process are stored, or after `timeoutMs` milliseconds. Never rejects.
   * @param timeoutMs @defaultValue 10000
   */
  async flush(timeoutMs: number = FLUSH_TIMEOUT_MS): Promise<void> {
    await this.#service?.flush(timeoutMs);
  }

  /** The module that reports a missing codec comes second: it changes the state that the first one creates. */
  #modulesFor(options: Pick<WorkerOptions, 'dataConverter'>): string[] {
    const codecs =
      options.dataConverter?.payloadCodecs ?? this.#parts.options.dataConverter?.payloadCodecs ?? [];
    return codecs.length > 0 ? [workflowModule()] : [workflowModule(), noCodecModule()];
  }

  async #withCapture(options: WorkerOptions): Promise<WorkerOptions> {
    const capture = await (await this.#loadService()).configure(options);
    if (capture.conditions.workflow_module === false) this.#warn('PROVENANCE_BUNDLE', BUNDLE_WARNING);
    return withWorkerParts(this.#withPlugin(capture.configured), {
      activity: capture.activity,
      client: this.#clientParts(options),
      sinks: capture.sinks,
      modules: this.#modulesFor(options),
    });
  }

  /**
   * Handles a worker whose capture could not be set up. If the lab has rules, the worker does not start.
   * Without rules it runs as if there were no plugin, without our modules in its bundle.
   */
  async #withoutCapture(options: WorkerOptions, error: unknown): Promise<WorkerOptions> {
    await this.#service?.abandoned(error).catch(() => undefined);
    // The worker runs without capture, or is rejected: docs/design/workflow-sandbox.md#the-plugin.
    if (mustNotRunBare(this.#parts, labOf(this.#parts.options, options))) {
      const consequence =
        'the worker does not start, because its code must not run without the rules of the lab';
      const message = `temporal-provenance: ${setUpFailed(consequence, error)}`;
      throw withoutStack(new ProvenanceError('SET_UP_FAILED', message));
    }
    this.#warn('PROVENANCE_SET_UP', setUpFailed('this worker records nothing', error));
    return this.#withoutPlugin(options.workflowBundle ? withInertSinks(options, inertSinks()) : options);
  }

  /**
   * Adds this plugin to the list again, because a plugin before ours may have dropped it. A plugin that is not
   * in the list is not asked to run the worker.
   */
  #withPlugin(options: WorkerOptions): WorkerOptions {
    const { plugins = [] } = options;
    return plugins.includes(this) ? options : { ...options, plugins: [...plugins, this] };
  }

  /** Options of a worker without this plugin, so that neither its bundler nor its run calls us again. */
  #withoutPlugin<T extends Pick<WorkerOptions, 'plugins'>>(options: T): T {
    return { ...options, plugins: options.plugins?.filter((plugin) => plugin !== this) };
  }

  #clientParts(options: Pick<ClientOptions, 'dataConverter'>) {
    return clientInterceptors(() => {
      const converter = this.#parts.options.dataConverter ?? options.dataConverter;
      return converter?.payloadCodecs ?? [];
    });
  }

  async #loadService(): Promise<WorkerService> {
    // Hidden from bundlers: a client in a web application has neither the worker nor its modules.
    const { WorkerService }: typeof import('./worker/service') =
      createRequire(__filename)('./worker/service.js');
    this.#service ??= new WorkerService(this.#parts, (code, message) => this.#warn(code, message));
    return this.#service;
  }

  #warn(code: string, message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    process.emitWarning(`temporal-provenance: ${message}`, { code });
  }
}

function setUpFailed(consequence: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `the capture could not be set up, so ${consequence}: ${why}. Install the package again (npm install temporal-provenance); if the error persists, please report it as a bug.`;
}

/**
 * Removes the stack. The lab has to correct the fault, and the message explains how. A stack with places in our
 * code does not help.
 */
function withoutStack(error: ProvenanceError): ProvenanceError {
  error.stack = `${error.name}: ${error.message}`;
  return Object.defineProperty(error, Symbol.for('nodejs.util.inspect.custom'), { value: () => error.stack });
}

const BUNDLE_WARNING =
  'the workflow bundle was built without the plugin, so plan metadata and the records of workflows are missing. Pass the plugin to bundleWorkflowCode too: bundleWorkflowCode({ workflowsPath, plugins: [new ProvenancePlugin()] }).';
