/**
 * The image probe: asks the engine if its socket is mounted, else Kubernetes, else uses the deployment's
 * variables. Outside containers it does nothing. Node.
 * @module
 */
import { stat } from 'node:fs/promises';
import { Absent, type Findings, type Probe, type ProbeContext } from './findings';
import type { Field } from './identity/fields';
import { type OwnContainer, ownContainer } from './image/container';
import { readDeclaredImage } from './image/declared';
import { readEngine } from './image/engine';
import { readKubernetes } from './image/kubernetes';

/** How the image of the container is found. */
export interface DockerOptions {
  /** Socket of the container engine. @defaultValue DOCKER_HOST if it is a socket, else the usual places */
  socketPath?: string;
  /** True to ask the registry whether it has the image. @defaultValue false */
  verifyRegistry?: boolean;
}

const FIELDS: readonly Field[] = [
  'image.name',
  'image.tag',
  'image.config_digest',
  'image.manifest_digest',
  'image.repo_digests',
  'image.registry_confirmed',
  'image.layers',
  'image.labels',
  'image.store',
  'image.engine',
  'image.source',
  'image.container_verified',
];

const SOCKETS = ['/var/run/docker.sock', '/run/podman/podman.sock'];

/** Time limit for the engine, so that some of the budget is left for the other ways. */
const ENGINE_TIMEOUT_MS = 1200;

/** The probe; `false` does not ask the engine. */
export function imageProbe(options: DockerOptions | false = {}): Probe {
  return {
    fields: FIELDS,
    async run(context, findings) {
      const container = ownContainer();
      const reason = await readFirst(context, container, options, findings);
      if (reason === undefined || readDeclaredImage(context.env, findings)) return;
      throw new Absent(reason);
    },
  };
}

/** Tries the engine, then Kubernetes. If neither answers, uses the first one's reason. */
async function readFirst(
  context: ProbeContext,
  container: OwnContainer | undefined,
  options: DockerOptions | false,
  findings: Findings,
): Promise<string | undefined> {
  const engine = await reasonOf(async () => {
    if (options === false) throw new Absent('disabled');
    if (!container) throw new Absent('not_in_container');
    const socketPath = await findSocket(options, context.env);
    const verifyRegistry = options.verifyRegistry ?? false;
    await readEngine(container, { socketPath, verifyRegistry, timeout_ms: ENGINE_TIMEOUT_MS }, findings);
  });
  if (engine === undefined || !context.env.KUBERNETES_SERVICE_HOST) return engine;
  const kubernetes = await reasonOf(() => readKubernetes(context, container, findings));
  return kubernetes && (engine === 'no_engine_socket' ? kubernetes : engine);
}

async function reasonOf(read: () => Promise<void>): Promise<string | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (error instanceof Absent) return error.reason;
    throw error;
  }
}

async function findSocket(options: DockerOptions, env: NodeJS.ProcessEnv): Promise<string> {
  const named = options.socketPath ?? /^unix:\/\/(\/.+)$/.exec(env.DOCKER_HOST ?? '')?.[1];
  let closed = false;
  for (const path of named ? [named] : SOCKETS) {
    const socket = await stat(path).catch(({ code }: NodeJS.ErrnoException) => {
      closed ||= code === 'EACCES';
    });
    if (socket?.isSocket()) return path;
  }
  throw new Absent(closed ? 'engine_permission' : 'no_engine_socket');
}
