/**
 * Common names for fields that have another name or are not searchable. Metadata may use these names: the hint
 * appears only if no run has such a field. [isolate-safe]
 * @module
 */
import type { FieldPath } from './fields';

/** What to use instead of a name, by the first part of the name. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['error', 'an error has a type and a message: error.type, error.message.'],
  ['result', 'results of activities are temporal.result: temporal.result.chi2.'],
  ['args', "write an argument with its index: args[0], args[0].sample (plan_args has the workflow's)."],
  ['workflow', 'a workflow has an id and a type: workflow_id, workflow_type; family includes its children.'],
  ['type', 'the type of the activity is activity_type, that of the workflow workflow_type.'],
  ['name', 'the name of the plan is plan_name, that of the activity activity_type.'],
  ['parent', 'use family: it finds the runs of a workflow and of its children.'],
  ['root', 'use family: it finds the runs of a workflow and of its children.'],
  ['children', 'use family: it finds the runs of a workflow and of its children.'],
  ['start_time', 'a run opened at time and ended at stop_time.'],
  ['end_time', 'a run opened at time and ended at stop_time.'],
  ['close_time', 'a run opened at time and ended at stop_time.'],
  ['duration', 'the duration of a run is stop.resources.duration_ms.'],
  ['duration_ms', 'the duration of a run is stop.resources.duration_ms.'],
  ['commit', 'filter by the id of the code: code or environment (`env` lists them with their commits).'],
  ['image', 'an image is part of the environment: use environment (`env` lists them).'],
  ['user', 'the user is metadata, such as operator; the machine is host.'],
]);

/** What to use instead of a name; undefined if it is not such a name. */
export function otherName(path: FieldPath): string | undefined {
  return OTHER_NAMES.get(path[0] ?? '');
}
