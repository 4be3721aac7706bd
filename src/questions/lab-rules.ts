/**
 * The rules of a lab as its workers keep them with their sessions, and their objections to a value. Node only.
 * @module
 */
import { compileFieldRules } from '../metadata/field-rules';
import type { RulesDocument, ValidatorDescription } from '../metadata/rules-document';
import { missingFields } from '../metadata/validate';
import type { MetadataIssue } from '../model/documents';
import type { WorkerSession } from '../model/environment';
import type { Json, JsonObject } from '../model/json';
import type { Store } from '../store/store';
import type { Scope } from './scope';

/** The most worker sessions that are read, the last to begin first. */
const SESSIONS = 1_000;

/** Workers of a lab that have the same rules. */
export interface RulesInForce {
  /** Absent if they have none. */
  digest?: string;
  /** Absent if they have none, or if the content is no longer in the store. */
  document?: RulesDocument;
  /** The last session of each worker, the newest first. */
  workers: WorkerSession[];
}

/** What was found about a lab's rules. */
interface LabRulesFound {
  /** Rules of running workers; if none runs, of the last one. The last to begin comes first. */
  in_force: RulesInForce[];
  /** Labs that have had a worker. */
  labs: string[];
}

/** The rules that the workers of the scope's lab have. */
export async function findLabRules({ store, lab }: Scope): Promise<LabRulesFound> {
  const sessions = await store.sessions(SESSIONS);
  return { in_force: await rulesInForce(store, sessions, lab), labs: labsOfSessions(sessions) };
}

/** The rules that the workers of every lab in the scope have. */
export async function findAllRules({
  store,
  only_lab,
}: Scope): Promise<{ lab: string; in_force: RulesInForce[] }[]> {
  const sessions = await store.sessions(SESSIONS);
  const labs = labsOfSessions(sessions).filter((lab) => only_lab === undefined || lab === only_lab);
  const found: { lab: string; in_force: RulesInForce[] }[] = [];
  for (const lab of labs) found.push({ lab, in_force: await rulesInForce(store, sessions, lab) });
  return found;
}

function labsOfSessions(sessions: readonly WorkerSession[]): string[] {
  return [...new Set(sessions.flatMap(({ capture }) => capture?.lab ?? []))].sort();
}

async function rulesInForce(
  store: Store,
  sessions: readonly WorkerSession[],
  lab: string,
): Promise<RulesInForce[]> {
  const groups = new Map<string | undefined, RulesInForce>();
  for (const session of lastOfEach(sessions.filter(({ capture }) => capture?.lab === lab))) {
    const group = groups.get(session.rules) ?? { digest: session.rules, workers: [] };
    group.workers.push(session);
    groups.set(session.rules, group);
  }
  const all = [...groups.values()];
  const running = all.filter(({ workers }) => workers.some(({ stop_time }) => stop_time === undefined));
  const in_force = running.length > 0 ? running : all.slice(0, 1);
  for (const group of in_force) group.document = await documentOf(store, group.digest);
  return in_force;
}

/** The last session of each worker. */
function lastOfEach(sessions: readonly WorkerSession[]): WorkerSession[] {
  const seen = new Set<string>();
  return sessions.filter(({ namespace, task_queue, host }) => {
    const worker = JSON.stringify([namespace, task_queue, host]);
    return !seen.has(worker) && seen.add(worker);
  });
}

async function documentOf(store: Store, digest: string | undefined): Promise<RulesDocument | undefined> {
  const blob = digest === undefined ? null : await store.blob(digest);
  return blob ? (JSON.parse(Buffer.from(blob.bytes).toString('utf8')) as RulesDocument) : undefined;
}

/**
 * The objections of the rules to a field with this value, as far as they can be checked without the lab's code.
 */
export function objectionsTo(document: RulesDocument, key: string, value: Json): MetadataIssue[] {
  const fields: JsonObject = Object.fromEntries([[key, value]]);
  const required = document.required.filter((path) => path.split('.')[0] === key);
  return [
    ...missingFields(required)(fields),
    ...compileFieldRules(document.fields)(fields),
    ...document.validators.flatMap((validator) => schemaObjections(validator, key, fields)),
  ];
}

/** Checks one field with the schema of a validator. The other fields of the schema come from other sources. */
function schemaObjections(
  { json_schema: schema }: ValidatorDescription,
  key: string,
  fields: JsonObject,
): MetadataIssue[] {
  const { properties } = (schema ?? {}) as { properties?: JsonObject };
  if (!schema || !properties || !Object.hasOwn(properties, key)) return [];
  try {
    const { z }: typeof import('zod') = require('zod');
    const own = {
      ...schema,
      properties: { [key]: properties[key]! },
      required: [],
      additionalProperties: true,
    };
    const { error } = z.fromJSONSchema(own as Parameters<typeof z.fromJSONSchema>[0]).safeParse(fields);
    return (error?.issues ?? []).map(({ path, message }) => ({
      path: path.filter((part) => typeof part !== 'symbol'),
      message,
    }));
  } catch {
    return []; // This form of JSON Schema cannot be checked here.
  }
}

/** Labs with rules of their own that no worker serves. */
export function unservedLabs(labs: unknown, served: readonly string[]): string[] {
  return Object.keys((labs ?? {}) as object).filter((lab) => !served.includes(lab));
}
