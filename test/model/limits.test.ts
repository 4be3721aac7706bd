import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as data from '../../src/model/data-limits';
import { DATA } from '../../src/model/data-limits';
import * as flowLimits from '../../src/model/flow-limits';
import * as limits from '../../src/model/limits';
import {
  CLOSING,
  NOTICES,
  OPENING,
  OUTAGE,
  QUEUE,
  SPOOL,
  STORE_CALL,
  VALUES,
  WALK,
} from '../../src/model/limits';
import { ROOT } from '../imports';

const seconds = (ms: number) => ms / 1000;
const kib = (bytes: number) => `${bytes / 1024} KiB`;
const mib = (bytes: number) => `${bytes / 1024 ** 2} MiB`;
const thousands = (count: number) => count.toLocaleString('en');
const percent = (share: number) => `${share * 100} %`;
const { first_pause_ms: pause_ms } = STORE_CALL;
const pauses = [pause_ms, 2 * pause_ms, 4 * pause_ms].map((ms) => `${seconds(ms)} s`).join(', ');
const counted = ['', 'one', 'two', 'three', 'four', 'five', 'six'];

/** Sentences of the documentation that give a figure, made from the table. */
const SENTENCES: readonly (readonly [page: string, text: string])[] = [
  ['README.md', `${OPENING.budget_ms} ms or a tenth of the activity's`],
  ['README.md', `arguments and results above ${kib(VALUES.value_bytes)}`],
  ['docs/design/recording.md', `min(${OPENING.budget_ms} ms, ${percent(OPENING.budget_share)} of`],
  ['docs/guide/metadata.md', `${seconds(OPENING.rules_ms)} s for all of them together`],
  ['docs/guide/metadata.md', `no more than ${percent(OPENING.rules_share)} of the attempt's`],
  ['docs/reference/recorded-values.md', `recorded in full up to ${kib(VALUES.value_bytes)} of JSON each`],
  [
    'docs/reference/command-line.md',
    `Of one node ${thousands(WALK.links_per_node)} links are read in one direction`,
  ],
  ['docs/reference/command-line.md', `of one answer ${thousands(WALK.nodes)} nodes`],
  ['docs/reference/filters.md', `at most ${thousands(WALK.filter_runs)} runs may be meant`],
  ['docs/reference/options.md', `${mib(SPOOL.cap_bytes)}`],
  ['docs/guide/scale.md', `up to ${kib(VALUES.value_bytes)} each, ${kib(VALUES.total_bytes)} a call`],
  [
    'docs/design/spool.md',
    `after ${counted[STORE_CALL.failures]} calls in a row that fail or are not answered within ${seconds(STORE_CALL.limit_ms)} s`,
  ],
  ['docs/design/spool.md', `after ${pauses}, then every ${seconds(STORE_CALL.longest_pause_ms)} s`],
  ['docs/design/spool.md', `gets no second call for ${seconds(STORE_CALL.stuck_ms)} s`],
  [
    'docs/design/spool.md',
    `an import takes less than ${OUTAGE.short_intake_ms} ms, or has at most ${OUTAGE.short_intake_records} records`,
  ],
  ['docs/design/spool.md', `From ${mib(QUEUE.max_bytes)} in memory on`],
  ['docs/design/spool.md', `Beyond ${mib(QUEUE.hard_multiple * QUEUE.max_bytes)} in memory`],
  [
    'docs/design/spool.md',
    `${seconds(CLOSING.worker_ms * (1 - CLOSING.spool_share))} of its ${seconds(CLOSING.worker_ms)} s`,
  ],
  ['docs/design/spool.md', `size (longer than ${mib(SPOOL.record_bytes)})`],
  ['docs/design/spool.md', `is bounded (${mib(SPOOL.queue_bytes)})`],
  ['docs/design/spool.md', `tried again every ${SPOOL.retry_ms} ms`],
  [
    'docs/design/spool.md',
    `${SPOOL.missing_run_pauses_ms
      .map(seconds)
      .join(', ')
      .replace(/, (\S+)$/, ' and $1')} s`,
  ],
  [
    'docs/guide/outages.md',
    `Three calls to the store in a row fail, or take more than ${seconds(STORE_CALL.limit_ms)} s`,
  ],
  ['docs/guide/outages.md', `for ${OPENING.budget_ms} ms at most`],
  ['docs/guide/outages.md', `again after ${pauses}, then every ${seconds(STORE_CALL.longest_pause_ms)} s`],
  ['docs/guide/outages.md', `It holds ${mib(SPOOL.cap_bytes)} at most`],
  ['docs/guide/outages.md', `in memory (${mib(QUEUE.hard_multiple * QUEUE.max_bytes)} at most)`],
  ['docs/guide/monitoring.md', `${mib(QUEUE.max_bytes / 2)} wait in memory`],
  ['docs/reference/data.md', `an array of more than ${DATA.list_items} paths`],
  ['docs/reference/data.md', `A URI of more than ${kib(DATA.uri_characters)}`],
  ['docs/reference/data.md', `${thousands(DATA.items)} pieces of data are kept`],
  [
    'docs/reference/data.md',
    `± ${DATA.local_tick_ms} ms; ± ${seconds(DATA.network_tick_ms)} s on a network file system`,
  ],
  [
    'docs/reference/data.md',
    `is ${DATA.local_rest_ms} ms old (${seconds(DATA.network_rest_ms)} s on a network`,
  ],
  ['docs/reference/data.md', `The first ${thousands(DATA.members)} members are recorded`],
  ['docs/reference/data.md', `${DATA.digest_bytes / 1024 ** 3} GiB takes a disk`],
  [
    'docs/reference/data.md',
    `${thousands(DATA.walked_files)} files or ${seconds(DATA.walk_ms)} s to walk a directory`,
  ],
  [
    'docs/reference/data.md',
    `${seconds(DATA.digest_ms) / 60} min to read a file, ${thousands(DATA.waiting_digests)} files`,
  ],
  ['docs/reference/data.md', `or ${DATA.waiting_bytes / 1024 ** 3} GiB waiting`],
  ['docs/reference/data.md', `it then waits ${seconds(DATA.close_ms)} s for digests`],
  ['docs/reference/data.md', `After ${seconds(DATA.file_ms)} s the thread is given up`],
  ['docs/reference/options.md', `| \`maxHashBytes\` | integer ≥ 0 | ${DATA.digest_bytes} (4 GiB) |`],
  ['docs/design/spool.md', `From the ${counted[NOTICES.outages + 1]}th within a minute on`],
];

describe('the table of limits', () => {
  it.each(SENTENCES)('is what %s says: %s', (page, text) => {
    expect(readFileSync(join(ROOT, page), 'utf8').replace(/\s+/g, ' ')).toContain(text);
  });

  it('gives each figure its unit, or says that it is a count or a share', () => {
    const plain = Object.values({ ...limits, ...flowLimits, ...data }).flatMap((table) => Object.keys(table));
    const named =
      /_(ms|bytes|share|characters|runs|records|rounds|budgets|multiple|doublings|ledgers|attempts|values|turn|producers|paths|objects|strings|parts|nodes|links|node|hubs|items|members|files|names|digests)$/;
    const counts = [
      ...['failures', 'tries', 'outages', 'depth', 'causes', 'nodes', 'links'],
      ...['candidates', 'items', 'members', 'threads'],
    ];
    expect(plain.filter((name) => !named.test(name) && !counts.includes(name))).toEqual([]);
  });

  it('keeps the answer to an opening within a second, for every delay of store and disk', () => {
    const { budget_ms, copy_after_share, copy_budgets } = OPENING;
    expect(budget_ms * (1 + copy_after_share + copy_budgets)).toBeLessThanOrEqual(1000);
  });
});
