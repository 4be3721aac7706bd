/**
 * Common names for fields that have another name or are not searchable. Metadata may use these names: the hint
 * appears only if no run has such a field. [isolate-safe]
 * @module
 */
import type { FieldPath } from './fields';

/** By the first part of the name. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['error', 'an error has a type and a message: error.type, error.message.'],
  ['result', 'what activities returned is temporal.result: temporal.result.chi2.'],
  ['args', "an argument is named by its place: args[0], args[0].sample (plan_args has the workflow's)."],
  ['workflow', 'a workflow has an id and a type: workflow_id, workflow_type; family takes its children too.'],
  ['type', 'the type of the activity is activity_type, that of the workflow workflow_type.'],
  ['name', 'the name of the plan is plan_name, that of the activity activity_type.'],
  ['parent', 'the runs of a workflow and of its children have it as family.'],
  ['root', 'the runs of a workflow and of its children have it as family.'],
  ['children', 'the runs of a workflow and of its children have it as family.'],
  ['start_time', 'a run opened at time and ended at stop_time.'],
  ['end_time', 'a run opened at time and ended at stop_time.'],
  ['close_time', 'a run opened at time and ended at stop_time.'],
  ['duration', 'how long a run took is stop.resources.duration_ms.'],
  ['duration_ms', 'how long a run took is stop.resources.duration_ms.'],
  ['commit', 'code has an id by its content: code, environment (`env` lists them with their commits).'],
  ['image', 'an image is part of the environment: environment (`env` lists them).'],
  ['user', 'who ran it is metadata, such as operator; the machine is host.'],
]);

/** What to use instead of a name; undefined if it is not such a name. */
export function otherName(path: FieldPath): string | undefined {
  return OTHER_NAMES.get(path[0] ?? '');
}
