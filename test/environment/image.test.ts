/** Own container and image references, from texts as engines and kernels write them. */
import { describe, expect, it } from 'vitest';
import { Findings } from '../../src/environment/findings';
import { findContainer } from '../../src/environment/image/container';
import { readDeclaredImage } from '../../src/environment/image/declared';
import { parseReference, repositoryDigests } from '../../src/environment/image/reference';

const ID = 'a1'.repeat(32);
const LAYER = 'b2'.repeat(32);
const DIGEST = `sha256:${'c3'.repeat(32)}`;

describe("the worker's own container", () => {
  const mounts = [
    `700 600 0:50 /docker/vfs/dir/${LAYER} / rw - ext4 /dev/vda rw`,
    `701 700 0:50 /var/lib/docker/containers/${ID}/hostname /etc/hostname rw - ext4 /dev/vda rw`,
  ].join('\n');

  it.each([
    [`12:devices:/docker/${ID}\n0::/`, { id: ID, source: 'cgroup' }],
    [`0::/system.slice/docker-${ID}.scope`, { id: ID, source: 'cgroup' }],
    [`11:cpu:/kubepods/burstable/pod1/${ID}`, { id: ID, source: 'cgroup' }],
    [`0::/kubepods.slice/crio-${ID}.scope`, { id: ID, source: 'cgroup' }],
    [`1:name=systemd:/libpod_parent/libpod-${ID}`, { id: ID, source: 'cgroup' }],
  ])('is in the control group %s', (cgroup, expected) => {
    expect(findContainer(cgroup, '', 'vm')).toEqual(expected);
  });

  it('is found among the mounts; a layer is none', () => {
    expect(findContainer('0::/', mounts, 'vm')).toEqual({ id: ID, source: 'mountinfo' });
    expect(findContainer('0::/', mounts.split('\n')[0] ?? '', 'vm')).toBeUndefined();
  });

  it('is the host name at last, if that looks like an id', () => {
    expect(findContainer('0::/', '', ID.slice(0, 12))).toEqual({ id: ID.slice(0, 12), source: 'hostname' });
    expect(findContainer('12:cpu:/user.slice', '', 'vm-7')).toBeUndefined();
  });
});

describe('an image reference', () => {
  it.each([
    ['scan', { repository: 'scan' }],
    ['scan:1.4', { repository: 'scan', tag: '1.4' }],
    ['localhost:5001/lab/scan', { repository: 'localhost:5001/lab/scan' }],
    ['localhost:5001/lab/scan:1.4', { repository: 'localhost:5001/lab/scan', tag: '1.4' }],
    [`r.example.org/scan@${DIGEST}`, { repository: 'r.example.org/scan', digest: DIGEST }],
    [`r.example.org/scan:1@${DIGEST}`, { repository: 'r.example.org/scan', tag: '1', digest: DIGEST }],
    [DIGEST, undefined],
    [ID, undefined],
    ['scan@sha256:short', undefined],
    ['', undefined],
  ])('%s is parsed correctly', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it('without a digest is no repository digest', () => {
    expect(repositoryDigests(['scan:1.4', `b@${DIGEST}`, `a@${DIGEST}`, `a@${DIGEST}`])).toEqual([
      `a@${DIGEST}`,
      `b@${DIGEST}`,
    ]);
  });
});

describe('a deployment', () => {
  const read = (env: NodeJS.ProcessEnv) => {
    const findings = new Findings();
    return readDeclaredImage(env, findings) ? Object.fromEntries(findings.facts) : undefined;
  };

  it('names the image in a variable', () => {
    expect(read({ PROVENANCE_IMAGE_REF: `r/scan:1@${DIGEST}` })).toMatchObject({
      'image.name': 'r/scan',
      'image.tag': '1',
      'image.manifest_digest': DIGEST,
      'image.repo_digests': [`r/scan@${DIGEST}`],
    });
    expect(read({ PROVENANCE_IMAGE_REF: 'r/scan:1' })).not.toHaveProperty('image.manifest_digest');
  });

  it('names it in OpenTelemetry resource attributes', () => {
    const attributes = `service.name=scan,container.image.name=r/scan,container.image.repo_digests=%5B%22r/scan@${DIGEST}%22%5D`;
    expect(read({ OTEL_RESOURCE_ATTRIBUTES: attributes })).toMatchObject({
      'image.name': 'r/scan',
      'image.manifest_digest': DIGEST,
    });
  });

  it('says nothing', () => {
    expect(read({})).toBeUndefined();
    expect(read({ OTEL_RESOURCE_ATTRIBUTES: 'service.name=scan,broken=%E0%A4%A' })).toBeUndefined();
  });
});
