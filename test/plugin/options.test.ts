import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { resolveOptions } from '../../src/options/options';
import type { ProvenancePluginOptions } from '../../src/options/plugin-options';
import { ProvenancePlugin } from '../../src/plugin';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-options-'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  for (const name of ['STORE', 'LAB', 'SPOOL']) vi.stubEnv(`PROVENANCE_${name}`, undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function plugin(options: object): ProvenancePlugin {
  return new ProvenancePlugin(options as ProvenancePluginOptions);
}

test.each([
  [{ onRefusel: 'fail' }, /unknown option 'onRefusel' \(did you mean 'onRefusal'\?\)/],
  [{ zzz: 1 }, /unknown option 'zzz'\./],
  [{ store: 'mysql://db' }, /option store: .*mysql/],
  [{ store: '' }, /option store/],
  [{ stashAt: 'never' }, /option stashAt/],
  [{ onRefusal: 'ignore' }, /option onRefusal/],
  [{ required: 'sample' }, /option required/],
  [{ spool: { folder: '' } }, /option spool.folder/],
  [{ spool: { maxBytes: 1 } }, /option spool.maxBytes/],
  [{ spool: { maxbytes: 1_000_000 } }, /unknown option 'maxbytes' in spool/],
  [{ required: ['uid'] }, /option required\.0: "uid" is reserved: only the plugin sets uid/],
  [{ required: ['a..b'] }, /option required\.0: must name a metadata field, or a path/],
  [
    { labs: { north: { requird: [] } } },
    /unknown option 'requird' in labs\.north \(did you mean 'required'\?\)/,
  ],
  [{ labs: { north: { required: ['time'] } } }, /option labs\.north\.required\.0: "time" is reserved/],
  [{ labs: { north: 1 } }, /option labs\.north: expected object/],
  [{ labs: { '': {} } }, /option labs\.: must be a name of 1 to 200 characters/],
  [
    { fields: { 'sample.name': { patern: 'x' } } },
    /unknown option 'patern' in fields\.sample\.name \(did you mean 'pattern'\?\)/,
  ],
  [
    { fields: { 'sample.name': { pattern: '(' } } },
    /option fields\.sample\.name: pattern: \( is not a valid regular/,
  ],
  [
    { fields: { dose: { type: 'text' } } },
    /option fields\.dose\.type: must be one of string, number, integer/,
  ],
  [{ fields: { dose: { minimum: '1' } } }, /option fields\.dose\.minimum: expected number/],
  [{ fields: { dose: { minimum: 2, maximum: 1 } } }, /option fields\.dose: minimum 2 is above maximum 1/],
  [{ fields: { tags: { items: { patern: 'x' } } } }, /unknown option 'patern' in fields\.tags\.items/],
  [{ fields: { uid: { type: 'string' } } }, /option fields\.uid: "uid" is reserved/],
  [{ validators: [1] }, /validators/],
  [{ normalizer: 1 }, /option normalizer/],
  [{ capture: { greet: 'no' } }, /option capture.greet/],
  [{ capture: { greet: { scanID: false } } }, /unknown option 'scanID' in capture.greet/],
  [{ capture: { lookup: 'maybe' } }, /option capture.lookup/],
  [{ stash: { uid: 1 } }, /stash: uid is reserved/],
  [{ stash: [] }, /option stash/],
  [{ lab: '' }, /option lab/],
  [{ subscribers: [1] }, /option subscribers/],
  [{ values: { maxBites: 1 } }, /unknown option 'maxBites' in values/],
  [{ log: { lines: 0 } }, /option log.lines/],
  [{ log: { keepDay: 1 } }, /unknown option 'keepDay' in log/],
  [{ data: true }, /option data: must be an object or false/],
  [{ data: { rootz: {} } }, /unknown option 'rootz' in data \(did you mean 'roots'\?\)/],
  [{ data: { roots: { beamline: 'data' } } }, /option data\.roots\.beamline: must be an absolute path/],
  [{ data: { roots: { 'a/b': '/data' } } }, /option data\.roots\.a\/b: must be a name of letters/],
  [{ data: { ignore: '*.tmp' } }, /option data\.ignore: expected array/],
  [{ data: { maxHashBytes: -1 } }, /option data\.maxHashBytes/],
  [{ redact: { values: ['short'] } }, /redact/],
  [{ redact: { keyz: ['licence'] } }, /unknown option 'keyz' in redact \(did you mean 'keys'\?\)/],
  [{ redact: { keys: 'licence' } }, /option redact.keys: expected array/],
  [{ redact: { patterns: ['x'] } }, /option redact.patterns.0: must be a regular expression/],
  [{ redact: true }, /option redact: must be an object or false/],
  [{ environment: { dockr: false } }, /unknown option 'dockr' in environment \(did you mean 'docker'\?\)/],
  [{ environment: { timeoutMs: 'x' } }, /option environment.timeoutMs: expected number/],
  [{ environment: { timeoutMs: 0 } }, /option environment.timeoutMs/],
  [{ environment: { variables: 'LANG' } }, /option environment.variables: expected array/],
  [{ environment: { docker: true } }, /option environment.docker: must be an object or false/],
  [
    { environment: { docker: { socketPth: '/x' } } },
    /unknown option 'socketPth' in environment.docker \(did you mean 'socketPath'\?\)/,
  ],
  [
    { environment: { git: { patchBites: 1 } } },
    /unknown option 'patchBites' in environment.git \(did you mean 'patchBytes'\?\)/,
  ],
  [{ environment: [] }, /option environment: must be an object or false/],
  [null, /options/],
])('%j: one clear error', (options, message) => {
  expect(() => plugin(options as object)).toThrow(message);
  expect(() => plugin(options as object)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
});

test('all options together', () => {
  const made = plugin({
    lab: () => 'lab',
    store: 'sqlite:here.db',
    stash: { proposal: 'P' },
    stashAt: 'execution',
    required: ['operator', 'sample.name'],
    fields: { dose: { type: 'number', minimum: 0, description: 'in Gy' } },
    labs: {
      north: { required: ['beam'], fields: { beam: { enum: ['A'] } }, normalizer: () => {}, validators: [] },
    },
    validators: [z.object({}), () => {}],
    normalizer: () => {},
    onRefusal: 'wait',
    capture: { 'poll*': false, mail: { scanId: false }, lookup: 'off' },
    scanId: 'activity',
    redact: {
      keys: ['licence', /^secret/],
      keepKeys: ['token'],
      values: ['hunter2'],
      patterns: [/x{9}/],
      off: false,
    },
    onStoreFailure: 'block',
    subscribers: [() => {}],
    scanIdSource: () => 1,
    environment: {
      cwd: '.',
      git: { patchBytes: 0, untrackedBytes: 10 },
      docker: { socketPath: '/run/docker.sock', verifyRegistry: true },
      variables: ['LANG'],
      python: ['python3'],
      entry: ['worker.js'],
      timeoutMs: 100,
    },
    values: { maxBytes: 1000, withhold: 'never', digestKey: 'sixteen characters' },
    dataConverter: {},
  });
  expect(made.name).toBe('temporal-provenance');
});

test('the nearest config file is read, the constructor wins, the environment names the store', () => {
  const below = join(folder, 'a', 'b');
  mkdirSync(below, { recursive: true });
  vi.mocked(process.cwd).mockReturnValue(below);
  const file = { store: 'sqlite:lab.db', lab: 'beamline', required: ['operator'] };
  writeFileSync(join(folder, 'temporal-provenance.json'), JSON.stringify(file));
  expect(resolveOptions({ lab: 'mine', required: undefined })).toMatchObject({
    lab: 'mine',
    required: ['operator'],
    store: `sqlite:${join(folder, 'lab.db')}`,
    stashAt: 'run',
  });
  vi.stubEnv('PROVENANCE_STORE', 'sqlite:other.db');
  expect(resolveOptions().store).toBe('sqlite:other.db');
  expect(resolveOptions({ store: 'sqlite:own.db' }).store).toBe('sqlite:own.db');
});

test('variables override the file, and the constructor overrides variables', () => {
  const file = { lab: 'file', spool: { folder: 'in-file', maxBytes: 1_000_000 } };
  writeFileSync(join(folder, 'temporal-provenance.json'), JSON.stringify(file));
  vi.stubEnv('PROVENANCE_LAB', 'variable');
  vi.stubEnv('PROVENANCE_SPOOL', '/var/spool/provenance');
  expect(resolveOptions()).toMatchObject({
    lab: 'variable',
    spool: { folder: '/var/spool/provenance', maxBytes: 1_000_000 },
  });
  expect(resolveOptions({ lab: 'own', spool: { folder: 'mine' } })).toMatchObject({
    lab: 'own',
    spool: { folder: 'mine' },
  });
  expect(resolveOptions({ spool: { maxBytes: 70_000 } }).spool).toEqual({
    folder: '/var/spool/provenance',
    maxBytes: 70_000,
  });
  vi.stubEnv('PROVENANCE_LAB', '');
  vi.stubEnv('PROVENANCE_SPOOL', '');
  expect(resolveOptions()).toMatchObject({ lab: 'file', spool: { folder: join(folder, 'in-file') } });
  vi.stubEnv('PROVENANCE_LAB', 'x\ny');
  expect(() => plugin({})).toThrow(/^PROVENANCE_LAB must be a name/);
});

test('an invalid store URL is reported with its source', () => {
  vi.stubEnv('PROVENANCE_STORE', 'oops');
  expect(() => plugin({})).toThrow(
    /^PROVENANCE_STORE: .*'oops' has no scheme\. Write sqlite:oops for a file/,
  );
  expect(() => plugin({ store: 'lab.db' })).toThrow(
    /^ProvenancePlugin: option store: .*Write sqlite:lab\.db/,
  );
  vi.stubEnv('PROVENANCE_STORE', '');
  writeFileSync(join(folder, 'temporal-provenance.json'), '{"store": "lab.db"}');
  expect(() => plugin({})).toThrow(/temporal-provenance\.json: "store": .*Write sqlite:lab\.db/);
  expect(() => plugin({})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test.each([
  [{ stor: 'sqlite:x.db' }, /temporal-provenance\.json: unknown option 'stor' \(did you mean 'store'\?\)/],
  [{ onRefusal: 1 }, /temporal-provenance\.json: option onRefusal/],
  [{ validators: [] }, /temporal-provenance\.json: unknown option 'validators'/],
  [{ labs: { a: { validators: [] } } }, /temporal-provenance\.json: unknown option 'validators' in labs\.a/],
  [
    { labs: { a: { fields: { b: { pattern: '[' } } } } },
    /temporal-provenance\.json: option labs\.a\.fields\.b: pattern: \[ is not a valid regular expression/,
  ],
  [{ stash: { time: 1 } }, /temporal-provenance\.json: stash: time/],
  [
    { environment: { timoutMs: 1 } },
    /unknown option 'timoutMs' in environment \(did you mean 'timeoutMs'\?\)/,
  ],
  [{ redact: { patterns: ['x'] } }, /temporal-provenance\.json: unknown option 'patterns' in redact/],
])('a config file with %j: an error that names file and key', (content, message) => {
  writeFileSync(join(folder, 'temporal-provenance.json'), JSON.stringify(content));
  expect(() => plugin({})).toThrow(message);
  expect(() => plugin({})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('for a lab in file and constructor, each rule of the constructor wins, and other labs of the file are kept', () => {
  const labs = {
    north: { required: ['operator'], fields: { dose: { maximum: 5 } } },
    south: { required: ['sample.name'] },
  };
  writeFileSync(join(folder, 'temporal-provenance.json'), JSON.stringify({ labs }));
  expect(resolveOptions({ labs: { north: { required: ['beam'] }, west: {} } }).labs).toEqual({
    north: { required: ['beam'], fields: { dose: { maximum: 5 } } },
    south: { required: ['sample.name'] },
    west: {},
  });
});

test('the folder of a spool in a file is relative to the file', () => {
  writeFileSync(
    join(folder, 'temporal-provenance.json'),
    '{"spool": {"folder": "kept", "maxBytes": 1000000}}',
  );
  expect(resolveOptions().spool).toEqual({ folder: join(folder, 'kept'), maxBytes: 1_000_000 });
  expect(resolveOptions({ spool: { folder: 'mine' } }).spool).toEqual({ folder: 'mine' });
});

test('the option stash is read once: a later change of the object has no effect', () => {
  const stash = { proposal: { number: 1 } };
  const resolved = resolveOptions({ stash });
  stash.proposal.number = 2;
  expect(resolved.stash).toEqual({ proposal: { number: 1 } });
});
