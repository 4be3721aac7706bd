/** Merges, masks, checks and copies keys that name prototypes, where the prototypes are frozen. Argument: the built package. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.argv[2], 'x'));
const { mergeSources } = require('./src/metadata/merge.js');
const { redactMerged } = require('./src/redaction/merged.js');
const { createRedactor } = require('./src/redaction/redactor.js');
const { copyJson } = require('./src/metadata/json.js');
const { recordValue, recordError } = require('./src/values/values.js');
const { fieldEdit, personEdit } = require('./src/upkeep/purge/edits.js');

for (const prototype of [Object, Array, String, Number, Boolean, Function, Map, Set, Error, Date])
  Object.freeze(prototype.prototype);

const KEYS =
  '"__proto__":{"polluted":1,"password":"x"},"constructor":{"prototype":{"polluted":1}},"toString":"x","hasOwnProperty":{"valueOf":1}';
const hostile = () => JSON.parse(`{${KEYS}}`);
const text = JSON.stringify(hostile());
const redactor = createRedactor();

assert.equal(JSON.stringify(copyJson(hostile())), text);
assert.equal(JSON.stringify(recordValue(hostile())), text);
assert.equal(
  JSON.stringify(recordValue(hostile(), undefined, redactor)),
  text.replace('"password":"x"', '"password":"[redacted]"'),
);
assert.equal(recordError(Object.assign(new Error('bad'), { cause: hostile() })).message, 'bad');
const merged = mergeSources({ user: hostile(), plan: hostile(), inferred: {}, stash: hostile() });
assert.equal(JSON.stringify(merged.fields), text);
const masked = redactMerged(redactor, merged).merged;
assert.ok(!JSON.stringify(masked).includes('"password":"x"'));
const document = { fields: hostile(), sources: {} };
assert.equal(
  JSON.stringify(fieldEdit('__proto__.polluted').metadata(document).fields),
  text.replace('"polluted":1,"password"', '"password"'),
);
assert.ok(JSON.stringify(personEdit('polluted').metadata(document)).includes('[purged]'));
assert.equal({}.polluted, undefined);
console.log('unchanged');
