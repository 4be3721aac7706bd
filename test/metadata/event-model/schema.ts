/**
 * event-model's own schemas of `run_start` and `run_stop`, as event-model 1.24.0 carries them (BSD-3-Clause, © Brookhaven Science
 * Associates), and judges of documents by them: a JSON Schema 2020-12 validator, as event-model uses.
 * @module
 */
import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';

const judges = { start: judge('run_start'), stop: judge('run_stop') };

/** Whether a document passes. */
export function eventModelAccepts(document: object, kind: 'start' | 'stop' = 'start'): boolean {
  return judges[kind](document) as boolean;
}

function judge(name: string): ValidateFunction {
  const schema = JSON.parse(readFileSync(`${import.meta.dirname}/${name}.json`, 'utf8')) as object;
  return new Ajv2020({ strict: false }).compile(schema);
}
