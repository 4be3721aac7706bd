/**
 * The image as the deployment names it. An image cannot contain its own digest, so compose files and charts
 * that render `image: repository@sha256:…` pass the same text to the process. Node.
 * @module
 */
import type { Findings } from '../findings';
import { isDigest, parseReference, repositoryDigests } from './reference';

/** Variable that holds the reference that was deployed. */
const IMAGE_VARIABLE = 'PROVENANCE_IMAGE_REF';

/**
 * Records PROVENANCE_IMAGE_REF, else the `container.image.*` and `oci.manifest.digest` attributes of
 * OTEL_RESOURCE_ATTRIBUTES (OpenTelemetry semantic conventions). Returns false if neither is set.
 */
export function readDeclaredImage(env: NodeJS.ProcessEnv, findings: Findings): boolean {
  const attributes = parseAttributes(env.OTEL_RESOURCE_ATTRIBUTES ?? '');
  const reference = parseReference(env[IMAGE_VARIABLE] ?? attributes.get('container.image.name') ?? '');
  const digests = repositoryDigests([
    ...(reference?.digest ? [`${reference.repository}@${reference.digest}`] : []),
    ...listOf(attributes.get('container.image.repo_digests') ?? ''),
  ]);
  const manifest = reference?.digest ?? attributes.get('oci.manifest.digest') ?? digests[0]?.split('@')[1];
  if (!reference && digests.length === 0 && !manifest) return false;
  const tag = reference?.tag ?? listOf(attributes.get('container.image.tags') ?? '')[0];
  findings.found('image.source', 'variables');
  findings.take('image.name', reference?.repository ?? digests[0]?.split('@')[0], 'not_declared');
  findings.take('image.tag', tag, 'not_declared');
  findings.take('image.repo_digests', digests.length > 0 ? digests : undefined, 'not_declared');
  findings.take('image.manifest_digest', manifest && isDigest(manifest) ? manifest : undefined, 'no_digest');
  return true;
}

/** Parses `key=value,key=value`, values percent-encoded. */
function parseAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const pair of text.split(/,(?=[\w.-]+=)/)) {
    const at = pair.indexOf('=');
    if (at < 1) continue;
    try {
      attributes.set(pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim()));
    } catch {
      // Not correctly percent-encoded, so not reliable.
    }
  }
  return attributes;
}

/** Parses `a,b` or `["a","b"]`. */
function listOf(text: string): string[] {
  return text
    .replace(/[[\]"\s]/g, '')
    .split(',')
    .filter((item) => item !== '');
}
