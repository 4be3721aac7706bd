/**
 * Environment variables that the lab named. Only those on the list are read, and a value whose name is that of
 * a secret is masked even there. Node.
 * @module
 */
import type { JsonObject } from '../../model/json';
import type { Probe } from '../findings';

const VALUE_LENGTH = 1024;

/** The probe; `names` is the allow-list of exact names. */
export function variablesProbe(names: readonly string[] = []): Probe {
  return {
    fields: ['variables'],
    run({ env }, findings) {
      const variables: JsonObject = {};
      for (const name of [...new Set(names)].sort()) {
        const value = env[name];
        if (value === undefined) continue;
        // Masked before it is cut, because half of a secret would not be recognised.
        const masked = findings.masking.value({ [name]: value })[name];
        variables[name] = typeof masked === 'string' ? masked.slice(0, VALUE_LENGTH) : '[redacted]';
      }
      if (names.length === 0) findings.absent('not_configured', 'variables');
      else findings.found('variables', variables);
    },
  };
}
