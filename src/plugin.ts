/**
 * The plugin: one object that is given to a worker, a client, a connection or a bundler, and wires capture into it. One
 * instance serves any number of them. It implements the SDK's plugin interfaces itself, and loads what a worker needs with
 * the first worker. Node only.
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
import { clientInterceptors } from '../interceptors/client';
import { ProvenanceError } from './errors';
import { LabRulesBook } from './lab-rules';
import { createRedactor } from './metadata/redact';
import { type ProvenancePluginOptions, resolveOptions } from './options';
import { ownVersion } from './package-versions';
import { refuseSecrets } from './record/stash-secrets';
import {
  assertInstalled,
  markedCapture,
  noteRegistration,
  uncodedModule,
  withBundlerParts,
  withClientOptions,
  withReplayParts,
  withWorkerParts,
  workflowModule,
} from './registration';
import type { ServiceParts, WorkerService } from './worker-service';

/** Time that a worker's end, and `flush`, give to what is not stored yet. */
const FLUSH_TIMEOUT_MS = 10_000;

/** Records every activity attempt of the workers it is given to. */
export class ProvenancePlugin
  implements ClientPlugin, ConnectionPlugin, NativeConnectionPlugin, WorkerPlugin, BundlerPlugin
{
  readonly name = 'temporal-provenance';
  /** Of this package, also where it is bundled; absent where that can't be known. */
  readonly version = ownVersion();
  private readonly parts: ServiceParts;
  /** Loaded with the first worker. */
  private service: WorkerService | undefined;

  /** @throws ProvenanceError `OPTION_INVALID` or `CONFIG_INVALID`, naming what is wrong */
  constructor(options: ProvenancePluginOptions = {}) {
    const resolved = resolveOptions(options);
    const { redact } = resolved;
    const redactor = createRedactor(redact === false ? { off: true } : redact);
    if (resolved.stash) refuseSecrets(resolved.stash, 'name it in redact.keepKeys', redactor);
    this.parts = { options: resolved, rules: new LabRulesBook(resolved), redactor };
  }

  /** A fault of ours leaves the client bare. */
  configureClient(options: Omit<ClientOptions, 'plugins'>): Omit<ClientOptions, 'plugins'> {
    try {
      return withClientOptions(options, this.clientParts(options));
    } catch (error) {
      warnAboutSetUp('client', error);
      return options;
    }
  }

  /** @throws (rejects) ProvenanceError for a store or a lab that can never be used; any other fault leaves the worker bare */
  async configureWorker(options: WorkerOptions): Promise<WorkerOptions> {
    const made = markedCapture(options.interceptors?.activity);
    if (made) {
      noteRegistration(made);
      return options;
    }
    assertInstalled();
    try {
      return await this.withCapture(options);
    } catch (error) {
      if (ProvenanceError.is(error)) throw error;
      warnAboutSetUp('worker', error);
      return options;
    }
  }

  async configureReplayWorker(options: ReplayWorkerOptions): Promise<ReplayWorkerOptions> {
    const { inertSinks } = await import('../interceptors/worker-sink.js');
    return withReplayParts(options, { sinks: inertSinks(), modules: this.modulesFor(options) });
  }

  configureBundler(options: BundleOptions): BundleOptions {
    return withBundlerParts(options, [workflowModule()]);
  }

  /** Calls `next` in the same turn: a worker that is shut down right after it was started must be running by then. */
  runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const capture = markedCapture(worker.options.interceptors.activity);
    return this.service?.runs(capture) ? this.service.run(capture, worker, next) : next(worker);
  }

  /** Resolves when all that was captured in this process is stored, or the time is over. Never rejects. */
  async flush(timeoutMs: number = FLUSH_TIMEOUT_MS): Promise<void> {
    await this.service?.flush(timeoutMs);
  }

  /** The module that says that there is no codec comes second: it speaks to the state that the first one makes. */
  private modulesFor(options: Pick<WorkerOptions, 'dataConverter'>): string[] {
    const codecs =
      options.dataConverter?.payloadCodecs ?? this.parts.options.dataConverter?.payloadCodecs ?? [];
    return codecs.length > 0 ? [workflowModule()] : [workflowModule(), uncodedModule()];
  }

  private async withCapture(options: WorkerOptions): Promise<WorkerOptions> {
    const capture = await (await this.loadService()).configure(options);
    if (capture.conditions.workflow_module === false) warnAboutBundle();
    return withWorkerParts(capture.configured, {
      activity: capture.activity,
      client: this.clientParts(options),
      sinks: capture.sinks,
      modules: this.modulesFor(options),
    });
  }

  private clientParts(options: Pick<ClientOptions, 'dataConverter'>) {
    return clientInterceptors(() => {
      const converter = this.parts.options.dataConverter ?? options.dataConverter;
      return converter?.payloadCodecs ?? [];
    });
  }

  private async loadService(): Promise<WorkerService> {
    // Not for bundlers to follow: a client in a web application has neither the worker nor what it needs.
    const { WorkerService }: typeof import('./worker-service') =
      createRequire(__filename)('./worker-service.js');
    this.service ??= new WorkerService(this.parts);
    return this.service;
  }
}

function warnAboutSetUp(what: 'client' | 'worker', error: unknown): void {
  process.emitWarning(
    `temporal-provenance: the capture of a ${what} could not be set up, so nothing of it is recorded: ${String(error)}`,
    { code: 'PROVENANCE_SET_UP' },
  );
}

function warnAboutBundle(): void {
  process.emitWarning(
    'temporal-provenance: the workflow bundle was made without the plugin, so plan metadata and what workflows say of themselves are missing. Pass the plugin to bundleWorkflowCode as well: bundleWorkflowCode({ workflowsPath, plugins: [new ProvenancePlugin()] }).',
    { code: 'PROVENANCE_BUNDLE' },
  );
}
