/**
 * All pages. Node only.
 * @module
 */
import { artifactPage } from './artifacts/artifact-page';
import { artifactsPage } from './artifacts/artifacts-page';
import { countsPage } from './counts/counts-page';
import { diffPage } from './diff/diff-page';
import { environmentPage } from './environment/environment-page';
import { environmentsPage } from './environments/environments-page';
import { executionPage } from './execution/execution-page';
import { executionsPage } from './executions/executions-page';
import { goPage } from './go/go-page';
import { healthPage } from './health/health-page';
import { lineagePage } from './lineage/lineage-page';
import type { AnyPage } from './page';
import { refusalsPage } from './refusals/refusals-page';
import { rulesPage } from './rules/rules-page';
import { runPage } from './run/run-page';
import { runsPage } from './runs/runs-page';
import { stashPage } from './stash/stash-page';
import { workerPage } from './workers/worker-page';
import { workersPage } from './workers/workers-page';

/** All pages. A new page is a folder next to this file and a line here. */
export const PAGES: readonly AnyPage[] = [
  runsPage,
  runPage,
  environmentsPage,
  environmentPage,
  executionsPage,
  refusalsPage,
  countsPage,
  diffPage,
  stashPage,
  rulesPage,
  workersPage,
  workerPage,
  healthPage,
  executionPage,
  lineagePage,
  artifactsPage,
  artifactPage,
  goPage,
] as readonly unknown[] as readonly AnyPage[];
