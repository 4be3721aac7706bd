/**
 * All questions, in the order in which the API lists them. Node only.
 * @module
 */
import { artifact, artifacts } from './artifacts';
import { changes, lastState } from './changes';
import { environment } from './code/environment';
import { environments } from './code/environments';
import { environmentPackages, environmentPatch } from './code/kept';
import { content } from './content';
import { diff } from './diff';
import { executionData } from './executions/data';
import { execution } from './executions/execution';
import { executionLog } from './executions/log';
import { executionTimeline } from './executions/timeline';
import { explain } from './explain';
import { fasterSearch } from './faster-search';
import { field } from './field';
import { health, sizes } from './health';
import { labs } from './labs';
import { lineage } from './lineage';
import { lineageMap } from './lineage-map';
import { lineageLinks, lineageNodes } from './lineage-tables';
import { counts } from './lists/counts';
import { executions } from './lists/executions';
import { fieldNames } from './lists/field-names';
import { meant } from './lists/meant';
import { refusals } from './lists/refusals';
import { refusedNow } from './lists/refused-count';
import { suggest } from './lists/suggest';
import { values } from './lists/values';
import { log } from './log';
import { named } from './named';
import type { AnyQuestion } from './question';
import { rules } from './rules';
import { run } from './run';
import { runCheckpoints, runSeries } from './run/checkpoints';
import { runLog } from './run/log';
import { removedRun } from './run/removed';
import { runStory } from './run/story';
import { runs } from './runs';
import { stash } from './stash';
import { stashHistory } from './stash-history';
import { which } from './which';
import { oneWorker, workers } from './workers';

/** All questions. A new one is a file next to this one and a line here. */
export const QUESTIONS: readonly AnyQuestion[] = [
  runs,
  run,
  named,
  runStory,
  runLog,
  runCheckpoints,
  runSeries,
  removedRun,
  explain,
  field,
  which,
  fasterSearch,
  content,
  environments,
  environment,
  environmentPatch,
  environmentPackages,
  stash,
  stashHistory,
  rules,
  workers,
  oneWorker,
  health,
  sizes,
  log,
  changes,
  lastState,
  labs,
  executions,
  refusals,
  refusedNow,
  counts,
  values,
  fieldNames,
  diff,
  execution,
  executionTimeline,
  suggest,
  meant,
  lineage,
  lineageMap,
  lineageNodes,
  lineageLinks,
  artifacts,
  artifact,
  executionLog,
  executionData,
] as readonly unknown[] as readonly AnyQuestion[];
