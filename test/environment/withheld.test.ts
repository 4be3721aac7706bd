/** Credentials are kept out by address, by file name, by content and by variable name. */
import { describe, expect, it } from 'vitest';
import { cleanRemote, holdsSecret, isSecretFile } from '../../src/environment/identity/withheld';
import { MASKING, REGISTERED } from './masking';

describe('a remote', () => {
  it.each([
    ['https://ada:pw@example.org/lab/scan.git', 'https://example.org/lab/scan.git'],
    ['https://token@example.org:8443/scan?private_token=x#y', 'https://example.org:8443/scan'],
    ['ssh://git@example.org:22/lab/scan.git', 'ssh://git@example.org:22/lab/scan.git'],
    ['git@example.org:lab/scan.git', 'git@example.org:lab/scan.git'],
    ['token@example.org:lab/scan.git', 'example.org:lab/scan.git'],
    ['/srv/git/scan.git', undefined],
    ['../scan', undefined],
    ['file:///srv/git/scan.git', undefined],
    ['C:\\git\\scan', undefined],
    ['', undefined],
  ])('%s is kept as %s', (remote, kept) => {
    expect(cleanRemote(remote)).toBe(kept);
  });
});

describe('a file', () => {
  it.each(['.env', 'a/.env.local', 'prod.env', '.npmrc', 'id_rsa', 'tls/server.key', 'credentials.py'])(
    '%s is not kept',
    (path) => expect(isSecretFile(path, 'untracked')).toBe(true),
  );

  it.each(['.env.example', 'environment.ts', 'secretary.ts', 'tokenizer.py', 'keys.ts', 'monkey.ts'])(
    '%s is kept',
    (path) => expect(isSecretFile(path, 'untracked')).toBe(false),
  );

  it('named after secrets is code when git tracks it', () => {
    expect(isSecretFile('src/secrets.ts', 'tracked')).toBe(false);
    expect(isSecretFile('config/.env', 'tracked')).toBe(true);
  });

  it.each([
    '-----BEGIN RSA PRIVATE KEY-----',
    'aws = "AKIAIOSFODNN7EXAMPLE"',
    `token = "ghp_${'a'.repeat(36)}"`,
    'postgres://lab:hunter2@db/scan',
    `const phrase = '${REGISTERED}';`,
    `"resolved": "https://${'t'.repeat(24)}@registry.example.org/a.tgz"`,
  ])('with %s in it is not kept', (text) => expect(holdsSecret(Buffer.from(text), MASKING)).toBe(true));

  it.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what code that takes its password from elsewhere looks like
    'const url = `postgres://${user}:${password}@${host}/scan`;',
    'https://example.org/a@1.2.3',
    'git+ssh://git@example.org/a.git',
    'import x from "a"; // see http://example.org:80/@scope',
  ])('with %s in it is kept', (text) => expect(holdsSecret(Buffer.from(text), MASKING)).toBe(false));
});
