/**
 * The image as the container engine knows it, through dockerode. It is loaded only if an engine's socket
 * exists: dockerode alone costs more than the rest of a capture. Node.
 *
 * A container's inspection holds all its variables, and so secrets. Single fields are picked; the inspection is
 * never kept.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { Absent, type Findings } from '../findings';
import { digestOf } from '../identity/canonical';
import type { OwnContainer } from './container';
import { parseReference, repositoryDigests } from './reference';

/** How the container engine is queried. `timeout_ms` bounds each request. */
export interface EngineOptions {
  socketPath: string;
  /**
   * True to ask the registry whether it has the image. Needs the network, and credentials that the engine may
   * lack.
   */
  verifyRegistry: boolean;
  timeout_ms: number;
}

/** Records what the engine reports about the image of `container`. @throws Absent with the reason */
export async function readEngine(
  container: OwnContainer,
  options: EngineOptions,
  findings: Findings,
): Promise<void> {
  try {
    const Docker: typeof Dockerode = createRequire(__filename)('dockerode');
    // An explicit socket, because DOCKER_HOST may lead to another machine's engine.
    const docker = new Docker({ socketPath: options.socketPath, timeout: options.timeout_ms });
    const handle = docker.getContainer(container.id);
    const [inspected, info] = await Promise.all([handle.inspect(), docker.info()]);
    const verified = await verify(container, handle, inspected);
    if (!verified) throw new Absent('container_unverified');
    findings.found('image.container_verified', verified);
    findings.found('image.source', 'engine');
    await recordImage(docker, inspected, info, options, findings);
  } catch (error) {
    throw asAbsent(error);
  }
}

/** How the container is known to be ours; undefined if it is not. */
async function verify(
  container: OwnContainer,
  handle: Dockerode.Container,
  inspected: Dockerode.ContainerInspectInfo,
): Promise<string | undefined> {
  if (container.source === 'cgroup') return 'cgroup';
  for (const folder of ['/', process.cwd(), tmpdir()]) {
    // See docs/design/environment.md#images-and-build-files.
    const seen = await isSeenThere(folder, handle);
    if (seen) return 'file';
    // The root folder is never on a volume, so a file that is missing there belongs to another container.
    if (seen === false && folder === '/') return undefined;
  }
  const command = [inspected.Path, ...inspected.Args].join('\0');
  const running = await readFile('/proc/1/cmdline', 'utf8').catch(() => '');
  return running.replace(/\0$/, '').endsWith(command) ? 'command' : undefined;
}

/** True if a file that we write appears in that container; undefined if nothing can be written. */
async function isSeenThere(folder: string, handle: Dockerode.Container): Promise<boolean | undefined> {
  const path = join(folder, `.provenance-${randomUUID()}`);
  try {
    await writeFile(path, '', { flag: 'wx' });
  } catch {
    return undefined;
  }
  try {
    (await handle.infoArchive({ path })).resume();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/** Newer engines report the manifest of the running platform. */
type Inspected = Dockerode.ContainerInspectInfo & { ImageManifestDescriptor?: { digest?: string } };
type InspectedImage = Dockerode.ImageInspectInfo & { Descriptor?: { digest?: string } };

/** Asks by the image's id, because its name may have moved to another image since. */
async function recordImage(
  docker: Dockerode,
  container: Inspected,
  info: { ServerVersion?: string; DriverStatus?: string[][] },
  options: EngineOptions,
  findings: Findings,
): Promise<void> {
  const image: InspectedImage = await docker.getImage(container.Image).inspect();
  const containerd = (info.DriverStatus ?? [])
    .flat()
    .some((text) => text.startsWith('io.containerd.snapshotter'));
  const name = parseReference(container.Config.Image);
  const digests = repositoryDigests(image.RepoDigests ?? []);
  const pull = digests.find((text) => parseReference(text)?.repository === name?.repository) ?? digests[0];
  const manifest = containerd
    ? (container.ImageManifestDescriptor?.digest ?? image.Descriptor?.digest ?? image.Id)
    : parseReference(pull ?? '')?.digest;
  findings.take('image.engine', info.ServerVersion, 'unknown');
  findings.found('image.store', containerd ? 'containerd' : 'classic');
  findings.take('image.name', name?.repository, 'unnamed');
  findings.take('image.tag', name?.tag, 'no_tag');
  findings.take('image.config_digest', containerd ? undefined : image.Id, 'containerd_store');
  findings.take('image.manifest_digest', manifest, 'never_pushed');
  findings.take('image.repo_digests', digests.length > 0 ? digests : undefined, 'never_pushed');
  findings.take('image.layers', image.RootFS.Layers && digestOf(image.RootFS.Layers), 'no_layers');
  findings.found('image.labels', findings.masking.value(pickLabels(image.Config.Labels)));
  if (!options.verifyRegistry) findings.absent('not_asked', 'image.registry_confirmed');
  else if (!pull) findings.absent('never_pushed', 'image.registry_confirmed');
  else findings.found('image.registry_confirmed', await isInRegistry(docker, pull));
}

/** Asks the registry itself. A containerd store names repository digests that were never pushed. */
async function isInRegistry(docker: Dockerode, pull: string): Promise<boolean> {
  try {
    const { Descriptor } = await docker.getImage(pull).distribution();
    return Descriptor.digest === parseReference(pull)?.digest;
  } catch {
    return false;
  }
}

/** Keeps the labels of the OCI specification. Others may hold anything. */
function pickLabels(labels: { [name: string]: string } | undefined): { [name: string]: string } {
  const picked = Object.entries(labels ?? {}).filter(([name]) =>
    name.startsWith('org.opencontainers.image.'),
  );
  return Object.fromEntries(picked.map(([name, value]) => [name, value.slice(0, 1024)]));
}

const REASONS: { readonly [code: string]: string } = {
  ENOENT: 'no_engine_socket',
  EACCES: 'engine_permission',
  ECONNREFUSED: 'engine_unreachable',
  ECONNRESET: 'engine_timeout',
  ETIMEDOUT: 'engine_timeout',
};

function asAbsent(error: unknown): Absent {
  if (error instanceof Absent) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const reason = statusCode === 404 ? 'container_not_found' : (REASONS[code ?? ''] ?? 'engine_failed');
  return new Absent(reason, { cause: error });
}
