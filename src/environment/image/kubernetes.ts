/**
 * The image as Kubernetes runs it: the pod's own status, read with the pod's service account. The account needs
 * the right to `get pods`, which few have; without it the image is absent, with the reason. Node.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { get, type RequestOptions } from 'node:https';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject, type JsonObject } from '../../model/json';
import { Absent, type Findings, type ProbeContext } from '../findings';
import type { OwnContainer } from './container';
import { isDigest, parseReference } from './reference';

/**
 * The folder where a pod's service account is mounted (Kubernetes documentation, "Accessing the API from a
 * Pod").
 */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An image id appears some time after the start. */
const RETRY_MS = 300;
const ANSWER_BYTES = 1024 * 1024;

/** Records the pod's status. @throws Absent if it cannot be read */
export async function readKubernetes(
  { env, signal }: ProbeContext,
  container: OwnContainer | undefined,
  findings: Findings,
  account = SERVICE_ACCOUNT,
): Promise<void> {
  const host = env.KUBERNETES_SERVICE_HOST;
  const read = (name: string) => readFile(join(account, name), 'utf8').catch(() => undefined);
  const [token, ca, namespace] = await Promise.all([read('token'), read('ca.crt'), read('namespace')]);
  if (!host || !token || !namespace) throw new Absent('no_service_account');
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace.trim())}/pods/${encodeURIComponent(env.POD_NAME ?? hostname())}`;
  const options = { host, port: env.KUBERNETES_SERVICE_PORT ?? 443, path, ca, signal };
  const headers = { authorization: `Bearer ${token.trim()}`, accept: 'application/json' };
  for (;;) {
    const status = pickContainer(await ask({ ...options, headers }), container, env.CONTAINER_NAME);
    if (record(status, findings)) return;
    await sleep(RETRY_MS, undefined, { signal });
  }
}

function ask(options: RequestOptions): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new Absent('kubernetes_unreachable', { cause }));
    get(options, (response) => {
      if (response.statusCode !== 200) {
        response.resume();
        const refused = response.statusCode === 401 || response.statusCode === 403;
        reject(new Absent(refused ? 'kubernetes_forbidden' : 'pod_not_found'));
        return;
      }
      let text = '';
      response.setEncoding('utf8').on('error', fail);
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > ANSWER_BYTES) response.destroy(new Error('An answer longer than a pod'));
      });
      response.on('end', () => {
        try {
          resolve(JSON.parse(text) as JsonObject);
        } catch (error) {
          fail(error);
        }
      });
    }).on('error', fail);
  });
}

/** Finds our container in the pod: by id, else by name, else the only one. */
function pickContainer(
  pod: JsonObject,
  container: OwnContainer | undefined,
  name: string | undefined,
): JsonObject {
  const status = isJsonObject(pod.status) ? pod.status : {};
  const list = Array.isArray(status.containerStatuses) ? status.containerStatuses.filter(isJsonObject) : [];
  const id = container?.source === 'cgroup' ? container.id : undefined;
  const found =
    list.find((item) => id !== undefined && String(item.containerID).endsWith(id)) ??
    list.find((item) => name !== undefined && item.name === name) ??
    (list.length === 1 ? list[0] : undefined);
  if (!found) throw new Absent('container_not_found');
  return found;
}

/** `imageID` is `repository@sha256:…`, the same after `docker-pullable://`, or a bare id for a local image. */
function record(status: JsonObject, findings: Findings): boolean {
  const id = String(status.imageID ?? '').replace(/^docker(-pullable)?:\/\//, '');
  if (id === '') return false;
  const name = parseReference(String(status.image ?? ''));
  const pulled = parseReference(id);
  findings.found('image.source', 'kubernetes');
  findings.take('image.name', name?.repository ?? pulled?.repository, 'unknown');
  findings.take('image.tag', name?.tag, 'no_tag');
  findings.take('image.repo_digests', pulled?.digest ? [id] : undefined, 'never_pushed');
  findings.take('image.manifest_digest', pulled?.digest, 'never_pushed');
  findings.take('image.config_digest', isDigest(id) ? id : undefined, 'not_told');
  return true;
}
