/**
 * Schemas for options, in the constructor and in a file, and the first fault in words. The schema library is
 * loaded with the first options to check, so a client without options never loads it. Node only.
 * @module
 */
import { isAbsolute } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import type { z as zod } from 'zod';
import type { DataOptions } from '../data/options';
import type { EnvironmentOptions } from '../environment/capture';
import type { GitOptions } from '../environment/git/live';
import type { DockerOptions } from '../environment/image';
import { parsePlace } from '../filter/place';
import { FIELD_TYPES, type FieldRule, ruleFault } from '../metadata/field-rules';
import { pathFault } from '../metadata/paths';
import type { JsonObject } from '../model/json';
import { INDEXING } from '../model/limits';
import { nearestName } from '../model/nearest-name';
import type { RedactOptions } from '../redaction/redactor';
import type { LabOptions, LogOptions, RuleOptions, ValueOptions } from './plugin-options';
import { serveSchema } from './serve-options';

/** The allowed names of labs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what a name must not hold
export const LAB_NAME = /^[^\u0000-\u001f\u007f]{1,200}$/;

/** The allowed names of data roots, which are written before paths. */
const ROOT_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
const ROOT_NAME_FAULT =
  'must be a name of letters, digits, dots, dashes and underscores, which begins with a letter or a digit';

/** Longest allowed time for the capture of the environment, in ms. */
const MAX_CAPTURE_MS = 600_000;

type Zod = typeof zod;
/** One schema for each option of a kind, so that no new option can be forgotten here. */
type ShapeOf<Options> = { [Name in keyof Required<Options>]: zod.ZodType };

/** Schemas for the plugin's options. */
export interface OptionSchemas {
  /** For the constructor. */
  constructed: zod.ZodType;
  /** For a file, which cannot contain functions and objects of code. */
  file: zod.ZodType;
}

let schemas: OptionSchemas | undefined;

/** The schemas, created once. */
export function optionSchemas(): OptionSchemas {
  const { z }: typeof import('zod') = require('zod');
  schemas ??= makeSchemas(z);
  return schemas;
}

function makeSchemas(z: Zod): OptionSchemas {
  const text = z.string().min(1);
  const lab = z.string().regex(LAB_NAME, { error: 'must be a name of 1 to 200 characters' });
  const places = placesSchema(z);
  const callable = (what: string) => callableOf(z, what);
  const expression = z.instanceof(RegExp, { error: 'must be a regular expression' });
  const shape = {
    lab: lab.optional(),
    store: text.optional(),
    stash: anyObject<JsonObject>(z).optional(),
    stashAt: z.enum(['run', 'execution']).optional(),
    ...plainRules(z),
    labs: z.record(lab, z.strictObject({ ...plainRules(z), indexed: places.optional() })).optional(),
    indexed: places.optional(),
    capture: captureSchema(z).optional(),
    scanId: z.enum(['attempt', 'activity', 'execution']).optional(),
    redact: objectOrFalse(z, redactShape(z, text)).optional(),
    onStoreFailure: z.enum(['spool', 'block']).optional(),
    spool: z
      .strictObject({ folder: text.optional(), maxBytes: z.number().int().min(65_536).optional() })
      .optional(),
    environment: objectOrFalse(z, environmentShape(z, text)).optional(),
    values: z.strictObject(valuesShape(z, text)).optional(),
    log: z.strictObject(logShape(z)).optional(),
    data: objectOrFalse(z, dataShape(z, text)).optional(),
  };
  const redactInCode = {
    ...redactShape(z, z.union([text, expression], { error: 'must be a name or a regular expression' })),
    patterns: z.array(expression).optional(),
  };
  return {
    file: z.strictObject({ ...shape, serve: serveSchema(z, lab).optional() }),
    constructed: z.strictObject({
      ...shape,
      lab: z
        .union([lab, callable('')], { error: 'must be a name of 1 to 200 characters, or a function' })
        .optional(),
      redact: objectOrFalse(z, redactInCode satisfies ShapeOf<RedactOptions>).optional(),
      ...codedRules(z),
      labs: z
        .record(
          lab,
          z.strictObject({
            ...plainRules(z),
            ...codedRules(z),
            indexed: places.optional(),
          } satisfies ShapeOf<LabOptions>),
        )
        .optional(),
      scanIdSource: callable('a function').optional(),
      subscribers: z.array(callable('a function')).optional(),
      dataConverter: anyObject<DataConverter>(z).optional(),
    }),
  };
}

function placesSchema(z: Zod) {
  const place = z.string().refine((text) => parsePlace(text) !== undefined, {
    error: ({ input }) =>
      `'${String(input).slice(0, 80)}' is not a path in a result or an argument, such as 'result.chi2' or 'args[0].sample'`,
  });
  return z.array(place).max(INDEXING.most_paths, `at most ${INDEXING.most_paths} places`);
}

function callableOf(z: Zod, what: string) {
  return z.custom((value) => typeof value === 'function', `must be ${what}`);
}

/** Rules that a file can contain. */
function plainRules(z: Zod) {
  const path = z
    .string()
    .refine((text) => pathFault(text) === undefined, { error: ({ input }) => pathFault(input) });
  return {
    required: z.array(path).optional(),
    fields: z.record(path, fieldRule(z)).optional(),
    onRefusal: z.enum(['fail', 'wait', 'record']).optional(),
  } satisfies ShapeOf<Omit<RuleOptions, 'validators' | 'normalizer'>>;
}

function codedRules(z: Zod) {
  return { validators: z.array(z.unknown()).optional(), normalizer: callableOf(z, 'a function').optional() };
}

function fieldRule(z: Zod) {
  const type = z.enum(FIELD_TYPES);
  const count = z.number().int().min(0).optional();
  const bound = z.number().optional();
  const shape = {
    type: z
      .union([type, z.array(type).min(1)], {
        error: `must be one of ${FIELD_TYPES.join(', ')}, or a list of them`,
      })
      .optional(),
    enum: z.array(z.json()).min(1).optional(),
    pattern: z.string().optional(),
    minLength: count,
    maxLength: count,
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    minItems: count,
    maxItems: count,
    description: z.string().optional(),
  };
  const whole = { ...shape, items: z.strictObject(shape).optional() } satisfies ShapeOf<FieldRule>;
  const fault = (rule: unknown) => ruleFault(rule as FieldRule);
  return z
    .strictObject(whole)
    .refine((rule) => fault(rule) === undefined, { error: ({ input }) => fault(input) });
}

function captureSchema(z: Zod) {
  const rule = z.union([z.boolean(), z.strictObject({ scanId: z.boolean().optional() })], {
    error: 'must be true, false or { scanId: boolean }',
  });
  const lookup = z.union([z.enum(['on', 'off']), rule], { error: "must be 'on' or 'off', or a rule" });
  return z.object({ lookup: lookup.optional() }).catchall(rule);
}

function redactShape(z: Zod, key: zod.ZodType) {
  const texts = z.array(z.string());
  return {
    keys: z.array(key).optional(),
    keepKeys: texts.optional(),
    values: texts.optional(),
    off: z.boolean().optional(),
  } satisfies ShapeOf<Omit<RedactOptions, 'patterns'>>;
}

function environmentShape(z: Zod, text: zod.ZodType) {
  const bytes = z.number().int().min(0);
  const git = {
    patchBytes: bytes.optional(),
    untrackedBytes: bytes.optional(),
  } satisfies ShapeOf<GitOptions>;
  const docker = {
    socketPath: text.optional(),
    verifyRegistry: z.boolean().optional(),
  } satisfies ShapeOf<DockerOptions>;
  return {
    cwd: text.optional(),
    git: z.strictObject(git).optional(),
    docker: objectOrFalse(z, docker).optional(),
    variables: z.array(text).optional(),
    python: z.array(text).optional(),
    entry: z.array(text).optional(),
    timeoutMs: z.number().min(1).max(MAX_CAPTURE_MS).optional(),
  } satisfies ShapeOf<EnvironmentOptions>;
}

function valuesShape(z: Zod, text: zod.ZodString) {
  return {
    maxBytes: z.number().int().min(256).max(16_777_216).optional(),
    withhold: z.enum(['auto', 'never']).optional(),
    digestKey: text.min(16).optional(),
  } satisfies ShapeOf<ValueOptions>;
}

function logShape(z: Zod) {
  return {
    lines: z.number().int().min(1).max(100_000).optional(),
    bytes: z.number().int().min(1_024).max(67_108_864).optional(),
    keepDays: z.number().positive().max(100_000).optional(),
  } satisfies ShapeOf<LogOptions>;
}

function dataShape(z: Zod, text: zod.ZodString) {
  const name = z.string().regex(ROOT_NAME, { error: ROOT_NAME_FAULT });
  const folder = text.refine((path) => isAbsolute(path), { error: 'must be an absolute path' });
  return {
    roots: z.record(name, folder).optional(),
    ignore: z.array(text).optional(),
    maxHashBytes: z.number().int().min(0).optional(),
  } satisfies ShapeOf<DataOptions>;
}

function anyObject<T>(z: Zod) {
  return z.custom<T>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: 'must be an object',
  });
}

function objectOrFalse(z: Zod, shape: zod.ZodRawShape) {
  return z.union([z.literal(false), z.strictObject(shape)], { error: 'must be an object or false' });
}

/**
 * The first fault, in words. For an unknown name it suggests the nearest known one. `undefined` if there is
 * none.
 */
export function faultOf(schema: zod.ZodType, value: unknown): string | undefined {
  const { error } = schema.safeParse(value);
  if (!error) return undefined;
  const issue = deepest(error.issues[0]!);
  const path = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') {
    const message = issue.message.replace(/^Invalid input: /, '');
    const text = message.charAt(0).toLowerCase() + message.slice(1);
    return path === '' ? `options ${text}` : `option ${path}: ${text}`;
  }
  const key = issue.keys[0] ?? '';
  const meant = nearestName(key, namesAt(schema, issue.path));
  const where = path === '' ? '' : ` in ${path}`;
  return `unknown option '${key}'${where}${meant ? ` (did you mean '${meant}'?)` : ''}`;
}

/** If none of several alternatives fits, returns the deepest fault: it is most likely in the intended one. */
function deepest(issue: zod.core.$ZodIssue): zod.core.$ZodIssue {
  if (issue.code === 'invalid_key') return { ...issue.issues[0]!, path: issue.path };
  if (issue.code !== 'invalid_union') return issue;
  const inside = issue.errors.flatMap((errors) => errors.slice(0, 1)).map(deepest);
  const meant = inside.find(({ path, code }) => path.length > 0 || code === 'unrecognized_keys');
  return meant ? { ...meant, path: [...issue.path, ...meant.path] } : issue;
}

/** Names that the schema knows at a path. */
function namesAt(schema: zod.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const { def } = schema._zod as { def: Partial<SchemaDefinition> };
  if (def.innerType) return namesAt(def.innerType, path);
  if (def.options) return def.options.flatMap((option) => namesAt(option, path));
  const [name, ...rest] = path;
  if (def.valueType && name !== undefined) return namesAt(def.valueType, rest);
  if (!def.shape) return [];
  if (name === undefined) return Object.keys(def.shape);
  const below = def.shape[String(name)] ?? def.catchall;
  return below ? namesAt(below, rest) : [];
}

/** The parts of a schema's definition that contain other schemas. */
interface SchemaDefinition {
  innerType: zod.core.$ZodType;
  valueType: zod.core.$ZodType;
  options: readonly zod.core.$ZodType[];
  shape: { [name: string]: zod.core.$ZodType };
  catchall: zod.core.$ZodType;
}
