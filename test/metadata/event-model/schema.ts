/**
 * event-model's own `run_start` schema, as event-model 1.24.0 carries it (BSD-3-Clause, © Brookhaven Science
 * Associates), and a judge of documents by it: a JSON Schema 2020-12 validator, as event-model uses.
 * @module
 */
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020';

const schema = JSON.parse(readFileSync(`${import.meta.dirname}/run_start.json`, 'utf8')) as object;
const validate = new Ajv2020({ strict: false }).compile(schema);

/** Whether a `start` document passes. */
export function eventModelAccepts(document: object): boolean {
  return validate(document) as boolean;
}
