/**
 * Environment variables that the lab named. Nothing is taken that isn't on the list, and a name that sounds like a
 * secret is refused even there. Node.
 * @module
 */
import type { JsonObject } from '../model/json';
import type { Probe } from './findings';
import { cleanText, isSecretName } from './withheld';

const VALUE_LENGTH = 1024;

/** The probe; `names` is the allow-list, exact names. */
export function variablesProbe(names: readonly string[] = []): Probe {
  return {
    fields: ['variables'],
    run({ env }, findings) {
      const variables: JsonObject = {};
      for (const name of [...new Set(names)].sort()) {
        const value = env[name];
        if (value === undefined) continue;
        variables[name] = isSecretName(name) ? '[redacted]' : cleanText(value.slice(0, VALUE_LENGTH));
      }
      if (names.length === 0) findings.absent('not_configured', 'variables');
      else findings.found('variables', variables);
    },
  };
}
