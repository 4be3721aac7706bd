/**
 * Error messages for invalid parameters. Node only.
 * @module
 */
import type { z } from 'zod';
import type { Problem } from './problem';

type Issue = z.core.$ZodIssue;

/** Returns the first fault of invalid parameters. `known`: the valid parameters. */
export function invalidInput({ issues }: z.ZodError, known: readonly string[] = []): Problem {
  const [issue] = issues;
  const parameter = issue?.path.join('.') ?? '';
  const detail =
    issue?.code === 'unrecognized_keys' ? unknownNames(issue.keys, known) : fault(parameter, issue);
  return {
    status: 400,
    code: 'INPUT_INVALID',
    detail,
    ...(parameter !== '' && { parameter }),
  };
}

/** Returns the sentence on unknown parameters, with the known ones. */
function unknownNames(names: readonly string[], known: readonly string[]): string {
  const unknown = names.map((name) => `'${name}'`).join(', ');
  const are = names.length === 1 ? 'Parameter' : 'Parameters';
  const is = names.length === 1 ? 'is' : 'are';
  const rest =
    known.length === 0 ? 'This address has no parameters.' : `Known parameters: ${known.join(', ')}.`;
  return `${are} ${unknown} ${is} not known. ${rest}`;
}

function fault(parameter: string, issue: Issue | undefined): string {
  return issue === undefined ? 'The parameters are invalid.' : `Parameter '${parameter}': ${wordsOf(issue)}.`;
}

function wordsOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return 'it is required';
      return issue.expected === 'int' ? 'give a whole number' : `give a ${issue.expected}`;
    case 'too_small':
      return issue.origin === 'string' ? 'it is empty' : `give ${issue.minimum} or more`;
    case 'too_big':
      return issue.origin === 'string'
        ? `it is longer than ${issue.maximum} characters`
        : `give ${issue.maximum} or less`;
    case 'invalid_value':
      return 'expected' in issue ? 'give true or false' : `give one of ${issue.values.join(', ')}`;
    default:
      return lowered(issue.message);
  }
}

function lowered(message: string): string {
  return `${message.charAt(0).toLowerCase()}${message.slice(1)}`.replace(/\.$/, '');
}
