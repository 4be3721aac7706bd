import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, REDACTED, REDACTION_FAILED } from '../../src/metadata/redact';
import type { Json, JsonObject } from '../../src/model/json';

const C = 'Canary7391xQ';
const LONG = 'Zq81Canary7391xQpLm20Vx93Kd';
const PEM = `-----BEGIN RSA PRIVATE KEY-----\nMIIEow${LONG}\nabc\n-----END RSA PRIVATE KEY-----`;
const JWT = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJDYW5hcnk3MzkxeFEifQ.${LONG}`;

/** Secrets, each with what must not be found afterwards. */
const PLANTED: readonly [string, Json, string][] = [
  ['environment variable', { env: { DB_PASSWORD: C } }, C],
  ['AWS environment', { AWS_SECRET_ACCESS_KEY: LONG }, LONG],
  ['camel case key', { clientSecret: C }, C],
  ['kebab case header', { headers: { 'x-api-key': C } }, C],
  ['header of any case', { 'Set-Cookie': `sid=${C}; Path=/` }, C],
  ['authorization header', { Authorization: `Bearer ${C}` }, C],
  [
    'basic authorization in text',
    `sent Authorization: Basic dXNlcjpDYW5hcnk3MzkxeFE=`,
    'dXNlcjpDYW5hcnk3MzkxeFE',
  ],
  ['command line, joined', { argv: ['run', `--password=${C}`, '-v'] }, C],
  ['command line, apart', { argv: ['run', '--token', C, '-v'] }, C],
  ['command line, as text', `Command failed: tool --api-key ${C} --verbose`, C],
  ['exported variable in text', `PGPASSWORD=${C} psql -h db`, C],
  ['argument, nested', [[{ a: [{ credentials: { user: 'u', pass: C } }] }]], C],
  ['result', { access_token: C, token_type: 'bearer', expires_in: 3600 }, C],
  ['error message', `login failed for app with password: ${C}`, C],
  ['quoted in prose', `wrong password '${C}'`, C],
  ['stack', `Error: bad\n    at connect (postgres://app:${C}@db:5432/x)\n    at main`, C],
  ['heartbeat', { step: 3, session_token: C }, C],
  ['git URL, user and password', `https://ada:${C}@git.example.org/lab/code.git`, C],
  ['git URL, token as user', `https://${C}@git.example.org/lab/code.git`, C],
  ['git URL, password alone', `https://:${C}@git.example.org/lab/code.git`, C],
  ['git URL in a query', `https://git.example.org/code.git?access_token=${C}&depth=1`, C],
  ['git URL over ssh with password', `ssh://git:${C}@git.example.org/code.git`, C],
  ['JDBC', `jdbc:postgresql://db:5432/x?user=app&password=${C}`, C],
  ['ODBC', `Driver={PG};Server=db;Uid=app;Pwd=${C};`, C],
  ['DSN', { dsn: `host=db user=app password=${C} dbname=x` }, C],
  ['connection string', { connectionString: `AccountName=a;AccountKey=${C}==` }, C],
  ['account key in text', `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${LONG}==`, LONG],
  ['URL-encoded credentials', `next=https%3A%2F%2Fada%3A${C}%40host%2Fx`, C],
  ['URL-encoded assignment', `redirect=%3Fpassword%3D${C}%26x%3D1`, C],
  ['signed address', `https://b.example.org/o?X-Amz-Signature=${LONG}&x=1`, LONG],
  ['private key block', { note: PEM }, `MIIEow${LONG}`],
  ['private key cut short', PEM.slice(0, 60), `MIIEow${LONG}`.slice(0, 24)],
  ['JSON web token', { note: `got ${JWT} from the server` }, JWT.slice(0, 40)],
  ['AWS access key id', 'key AKIAIOSFODNN7CANARY1 was used', 'AKIAIOSFODNN7CANARY1'],
  ['GitHub token', `x ghp_${LONG}abcdefgh12 y`, LONG],
  ['Slack', `https://hooks.slack.com/services/T0000/B0000/${LONG}`, LONG],
  ['key of a model service', `openai: sk-proj-${LONG}`, LONG],
  ['JSON inside a string', { body: JSON.stringify({ user: 'a', inner: JSON.stringify({ secret: C }) }) }, C],
  ['JSON cut short inside a string', `payload was {"user":"a","password":"${C}`, C],
  ['name and value apart', [{ name: 'API_KEY', value: C }], C],
  [
    'pairs',
    {
      headers: [
        ['content-type', 'x'],
        ['authorization', C],
      ],
    },
    C,
  ],
  ['key of an object', { [`https://u:${C}@h/x`]: 1 }, C],
  ['webhook', { webhook_url: `https://example.org/hook/${C}` }, C],
  ['numbers', { password: 73917391 }, '73917391'],
  ['one-time code', { otp: '739173' }, '739173'],
  ['session of a web server', { JSESSIONID: LONG }, LONG],
  ['escaped newline before the name', { log: `first line\ntoken=${C}` }, C],
  ['private key in base64', { kube: `LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo${LONG}` }, LONG],
];

/** Look-alikes that redaction must leave alone. */
const HARMLESS: readonly Json[] = [
  { use_cls_token: true, cls_token: '[CLS]', pad_token: '[PAD]', eos_token: '</s>' },
  { num_tokens: 512, max_tokens: 4096, token_count: 12, tokens: ['the', 'cat'] },
  { prompt_tokens: 17, completion_tokens: 4, token_ids: [1, 2, 3] },
  { author: 'Ada Lovelace', authors: ['Ada', 'Charles'], coauthor: 'B' },
  { monkey: 'rhesus', keyboard: 'us', turkey: 1, hockey: 'x', key: 'C major', keys: ['a', 'b'] },
  { secretary: 'Grace', secretion_rate: 0.4 },
  { data_session: 'pass-123456', session: 'ses-01', session_id: '0194f3a8-7c3e-7b1d-8f0f-2f0f7d2a4c11' },
  { session: 'sub-01_ses-20261123_run-01', sessionId: 'Beamline-7-Session-20261123' },
  { pin: 7, pinhole: 0.3, pin_number: 12, sample_pin: 'A3' },
  { signature: '(x: float, y: float) -> float', model_signature: 'v2' },
  { bandpass: 12.5, lowpass: true, pass: 3, first_pass: 'ok', passes: 2, passed: true },
  { cwd: '/data/run', PWD: '/data/run', pwd: './x' },
  { primary_key: 'id', foreign_key: 'run_id', sort_key: 'time', public_key: 'ssh-ed25519 AAAA' },
  { password_policy: 'strict', secret_name: 'db-main', token_type: 'word', auth_method: 'ldap' },
  { tokenizer: 'bpe-32k', tokenization: 'word', detokenize: false },
  { authorized: true, authority: 'ILL', authentic: 'yes', authored: 1 },
  { sas: 'small angle', saxs: 'x', basin: 'north', otpimal: 1 },
  { cookies_enabled: true, cookiecutter: 'template' },
  { api: 'v2', access: 'open', private: false, service: 'x', host: 'beamline-7' },
  { salt: 'NaCl', hash: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
  'git@github.com:lab/code.git',
  'ssh://git@git.example.org/lab/code.git',
  's3://bucket/raw/2026/11/23/frame-0001.h5',
  'https://example.org/a/b?page=2&sort=name#x',
  'mailto:ada@example.org, http://host/path/@user/repo',
  'registry.example.org/lab/reduce:1.4.2@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'The secret: always align the sample first. Basic calibration, then basic scan.',
  'token: the unit of text; author: Ada; key: value',
  'task-based-scheduling-of-long-running-pipelines and risk-averse-planning-12',
  { dependencies: { cookie: '^0.7.1', 'pg-connection-string': '2.14.1', jsonwebtoken: '~9.0.0' } },
  'basic JavaScript, a basic WebSocketSubject, StrictHostKeyChecking=no, "auth": {',
  'sk-learn pipeline with skip-gram and sk-means',
  'at Object.authorize (/app/node_modules/express-session/index.js:12:3)',
  'password is required', // a message of a form
  'Enter your password: ',
  'num_tokens=512 max_tokens=4096 token_count=7 n_tokens: 3',
  '2026-11-23T10:00:00Z 0194f3a8-7c3e-7b1d-8f0f-2f0f7d2a4c11',
  'eyJrie and AKIAmaru are villages; xoxo, ghp_short',
  '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----',
  'C:\\new_tokens\\readme.txt and \\\\server\\author',
  { hints: { dimensions: [[['motor'], 'primary']] }, plan_name: 'count', uid: 'x' },
];

const redactor = createRedactor();

describe('planted secrets', () => {
  it.each(PLANTED)('%s', (_name, value, secret) => {
    expect(JSON.stringify(value)).toContain(JSON.stringify(secret).slice(1, -1)); // planted indeed
    for (const placed of [value, { deep: [{ list: [value] }] }, { body: JSON.stringify(value) }] as Json[]) {
      const redacted = redactor.value(placed);
      expect(JSON.stringify(redacted.value)).not.toContain(secret);
      expect(Object.keys(redacted.redactions ?? {})).not.toEqual([]);
      const text = redactor.jsonText(JSON.stringify(placed));
      expect(text.text).toBe(JSON.stringify(redacted.value));
      expect(text.redactions).toEqual(redacted.redactions);
    }
    const plain = typeof value === 'string' ? value : JSON.stringify(value);
    expect(redactor.text(plain).text).not.toContain(secret);
  });
});

describe('harmless look-alikes', () => {
  it.each(HARMLESS.map((value) => [JSON.stringify(value).slice(0, 50), value] as const))(
    '%s',
    (_name, value) => {
      expect(redactor.value(value)).toEqual({ value });
      expect(redactor.value(value).value).toBe(value);
      const text = JSON.stringify({ inner: value });
      expect(redactor.jsonText(text)).toEqual({ text });
    },
  );
});

/** Names of secrets in every spelling; each needs its place in the fast pass. */
const NAMES = [
  ...['password', 'passwd', 'passphrase', 'passcode', 'dbPass', 'userpass', 'DB_PWD', 'psw', 'pgpassword2'],
  ...[
    'secret',
    'secrets',
    'clientsecret',
    'SecretString',
    'token',
    'idToken',
    'refreshtoken',
    'bearer',
    'jwt',
    'APIKey',
  ],
  ...[
    'apikey',
    'API Key',
    'private-key',
    'sshKeys',
    'hmac_key',
    'credential',
    'credentials_json',
    'creds',
    'cred',
  ],
  ...['auth', 'Authorization', 'proxy-authorization', 'cookie', 'Set-Cookie', 'dsn', 'connstr', 'conn_str'],
  ...[
    'connectionString',
    'Connection String',
    'webhook',
    'webhookUrl',
    'mnemonic',
    'session',
    'sid',
    'connect.sid',
  ],
  ...[
    'PHPSESSID',
    'sessionid',
    'sessionId',
    'signature',
    'X-Amz-Signature',
    'sig',
    'sas',
    'otp',
    'totp',
    'pin',
    'cvv',
    'cvc',
  ],
];

describe('names', () => {
  it.each(NAMES.map((name) => [name]))('%s', (name) => {
    const value = { list: [{ [name]: LONG }] };
    expect(redactor.value(value)).toEqual({
      value: { list: [{ [name]: REDACTED }] },
      redactions: { key: 1 },
    });
    expect(redactor.jsonText(JSON.stringify(value)).redactions).toEqual({ key: 1 });
    const query = `x=1&${name}=${LONG}&y=2`;
    if (!name.includes(' ')) expect(redactor.text(query).text).not.toContain(LONG);
  });
});

describe('what is masked', () => {
  it('keeps everything around a secret', () => {
    expect(redactor.text('psql postgres://app:pw@db/x?sslmode=require').text).toBe(
      `psql postgres://${REDACTED}@db/x?sslmode=require`,
    );
    expect(redactor.text('a=1&password=x&b=2').text).toBe(`a=1&password=${REDACTED}&b=2`);
    expect(redactor.value({ a: 1, password: 'x', b: [true, null] }).value).toEqual({
      a: 1,
      password: REDACTED,
      b: [true, null],
    });
    expect(redactor.text('ssh://git:pw@h/x and git@h:x').text).toBe(`ssh://${REDACTED}@h/x and git@h:x`);
  });

  it('counts by rule', () => {
    const value = { password: 'x', note: 'https://u:p@h and token=abc123 and ghp_0123456789abcdefghij' };
    expect(redactor.value(value).redactions).toEqual({
      key: 1,
      'url-credentials': 1,
      assignment: 1,
      token: 1,
    });
  });

  it('does not mask again what is masked', () => {
    const once = redactor.value({ password: 'x', url: 'https://u:p@h/', text: 'token=abc123' }).value;
    expect(redactor.value(once)).toEqual({ value: once });
  });

  it('leaves its argument as it was, `__proto__` included', () => {
    const value = JSON.parse('{"__proto__":{"password":"x"},"constructor":{"token":"abc"}}') as JsonObject;
    const before = JSON.stringify(value);
    const redacted = redactor.value(value).value;
    expect(JSON.stringify(value)).toBe(before);
    expect(JSON.stringify(redacted)).toBe(
      `{"__proto__":{"password":"${REDACTED}"},"constructor":{"token":"${REDACTED}"}}`,
    );
    expect(({} as Record<string, unknown>).password).toBeUndefined();
  });
});

describe('the options', () => {
  it('mask registered values in every form', () => {
    const secret = 'päss "w/ord" 1';
    const own = createRedactor({ values: [secret] });
    const forms = [
      secret,
      JSON.stringify({ secret }),
      encodeURIComponent(secret),
      ...['', 'u:', 'usr:'].map((lead) => Buffer.from(`${lead}${secret}!`).toString('base64')),
    ];
    for (const form of forms) {
      const redacted = own.value({ note: `<${form}>` });
      expect(redacted.redactions, form).toEqual({ registered: 1 });
      expect(JSON.stringify(redacted.value)).not.toContain(form);
      expect(own.jsonText(JSON.stringify({ note: `<${form}>` })).redactions, form).toEqual({ registered: 1 });
    }
    expect(createRedactor({ values: ['739173'] }).value({ n: 739173 }).value).toEqual({ n: REDACTED });
  });

  it('take further names, and names to keep', () => {
    const own = createRedactor({ keys: ['licence code', /^x-/], keepKeys: ['api_key'] });
    expect(own.value({ licenceCode: 'a', 'my-licence-code': 'b', 'x-any': 'c', apiKey: 'd' }).value).toEqual({
      licenceCode: REDACTED,
      'my-licence-code': REDACTED,
      'x-any': REDACTED,
      apiKey: 'd',
    });
    const words = createRedactor({ keys: ['lab pin code'] });
    expect(words.jsonText('{"a":{"labPinCode":"1"}}').text).toBe(`{"a":{"labPinCode":"${REDACTED}"}}`);
  });

  it('take further patterns, whatever their flags', () => {
    const own = createRedactor({ patterns: [/PROJ-\d+/y] });
    expect(own.jsonText('{"a":"x PROJ-12, PROJ-13"}')).toEqual({
      text: `{"a":"x ${REDACTED}, ${REDACTED}"}`,
      redactions: { pattern: 2 },
    });
  });

  it('can be off', () => {
    const off = createRedactor({ off: true });
    expect(off.value({ password: 'x' })).toEqual({ value: { password: 'x' } });
    expect(off.text('password=x')).toEqual({ text: 'password=x' });
  });

  it.each([
    [{ values: ['short'] }, 'redact.values[0]'],
    [{ values: 'abcdefgh' as never }, 'redact.values'],
    [{ keys: ['--'] }, 'redact.keys'],
    [{ patterns: ['x'] as never }, 'redact.patterns'],
  ])('%j are refused, without their value', (options, named) => {
    expect(() => createRedactor(options)).toThrow(named);
    expect(() => createRedactor(options)).not.toThrow('short');
  });
});

describe('when redaction fails', () => {
  it('drops what it could not read', () => {
    let deep: Json = { password: 'x' };
    for (let level = 0; level < 5000; level++) deep = [deep];
    expect(redactor.value(deep)).toEqual({ value: REDACTION_FAILED, redactions: { 'redaction-failed': 1 } });
    expect(redactor.jsonText('{"password": tru')).toEqual({
      text: JSON.stringify(REDACTION_FAILED),
      redactions: { 'redaction-failed': 1 },
    });
  });

  it('drops a value that throws while it is read', () => {
    const throwing = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('Canary7391xQ');
        },
      },
    );
    const redacted = redactor.value({ password: 'x', inner: throwing as JsonObject });
    expect(redacted.value).toBe(REDACTION_FAILED);
  });
});

describe('any JSON', () => {
  it('without anything secret comes back as it went in, and text and value agree', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        const parsed = JSON.parse(text) as Json;
        const byValue = redactor.value(parsed);
        expect(redactor.jsonText(text).text).toBe(
          byValue.value === parsed ? text : JSON.stringify(byValue.value),
        );
      }),
    );
  });

  it('with a registered value anywhere loses it', () => {
    const secret = 'S3cr"et\\Value';
    const own = createRedactor({ values: [secret] });
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('\n', '\\', '"', 'n', '{"', '://'),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.array(piece), (before, after) => {
        const value = { text: before.join('') + secret + after.join('') };
        expect(own.value(value).value.text).not.toContain(secret);
        expect((JSON.parse(own.jsonText(JSON.stringify(value)).text) as { text: string }).text).not.toContain(
          secret,
        );
      }),
    );
  });
});
