/**
 * `stash get|set|unset|clear|history`: the lab's persistent metadata. A change applies to the next run that a worker opens. Node only.
 * @module
 */

import type { Command } from 'commander';
import { MetadataError, ProvenanceError } from '../../errors';
import { checkStash } from '../../metadata/fields';
import { describeIssues } from '../../metadata/issues';
import type { Json } from '../../model/json';
import { findLabRules, objectionsTo } from '../../questions/lab-rules';
import { jsonLine, safe, valueText } from '../../questions/shown/safe-text';
import { stashChanges, stashOf } from '../../questions/stash';
import { instant } from '../../questions/words';
import { refuseSecrets } from '../../stash/stash-secrets';
import { processAuthor } from '../../store/author';
import type { StashChange, StashHistoryEntry, StashSnapshot } from '../../store/interface/stash-changes';
import { parseStoreUrl } from '../../store/place/location';
import type { Store } from '../../store/store';
import { type Context, wholeNumber } from '../context';
import { NotFound, UsageError } from '../io';
import { type Column, table } from '../terminal/table';
import type { Verb } from '../verb';
import { typedValue } from '../words/typed-value';

const SCAN_ID = 'scan_id';

/** The verb `stash get`. */
export const stashGet: Verb = {
  describe: (command: Command) =>
    command.description('print the stash, or one value').argument('[key]', 'only this key'),
  example: 'stash get sample',
  run: async (context, [key]) => {
    const { stash, elsewhere } = await context.ask((scope) => stashOf(scope, key));
    const values: { [key: string]: Json } = { ...stash.values, [SCAN_ID]: stash.scan_id };
    if (key === undefined) {
      context.print(context.options.json ? jsonLine(values) : stashLines(context, stash, elsewhere));
      return 0;
    }
    if (!Object.hasOwn(values, key))
      throw new NotFound(`The stash of lab ${context.lab} has no '${key}'${after(elsewhere)}.`);
    context.print(context.options.json ? jsonLine(values[key]) : valueText(values[key]));
    return 0;
  },
};

/** The verb `stash set`. */
export const stashSet: Verb = {
  describe: (command: Command) =>
    command
      .description('set a value; `set scan_id N` makes the next scan id N + 1')
      .argument('<key>')
      .argument(
        '<value>',
        'read as JSON if it is valid JSON, else as text; quote text that looks like JSON: \'"5"\'',
      )
      .option('--allow-secret', 'accept a value that looks like a secret'),
  example: 'stash set proposal_id 123456',
  run: async (context, [key, text], options) => {
    const refuse = (value: Json) => {
      if (options.allowSecret !== true) refuseSecrets({ [key!]: value }, 'add --allow-secret');
    };
    // Checks the text for secrets first, because an error about its form repeats it.
    refuse(text!);
    const value = typedValue(key!, text!);
    check(key!, value);
    refuse(value);
    const after = (store: Store) => warnByRules(context, store, key!, value);
    await change(context, { op: 'set', key: key!, value }, { create: true, after });
    return 0;
  },
};

/** The verb `stash unset`. */
export const stashUnset: Verb = {
  describe: (command: Command) => command.description('remove a key').argument('<key>'),
  example: 'stash unset proposal_id',
  run: async (context, [key]) => {
    if (key === SCAN_ID)
      throw new UsageError("The counter can't be removed. 'stash set scan_id 0' restarts it at 1.");
    const { stash } = await context.ask((scope) => stashOf(scope, key));
    if (!Object.hasOwn(stash.values, key!))
      throw new NotFound(`The stash of lab ${context.lab} has no '${key}'.`);
    await change(context, { op: 'unset', key: key! });
    return 0;
  },
};

/** The verb `stash clear`. */
export const stashClear: Verb = {
  describe: (command: Command) =>
    command
      .description('remove every key and restart scan ids at 1')
      .option('--keep-scan-id', 'keep the scan id counter'),
  example: 'stash clear --keep-scan-id',
  run: async (context, _words, options) => {
    await change(context, { op: 'clear', keep_scan_id: options.keepScanId === true });
    return 0;
  },
};

/** The verb `stash history`. */
export const stashHistory: Verb = {
  describe: (command: Command) =>
    command
      .description('print the changes of the stash, the newest first')
      .argument('[key]', 'only this key')
      .option('--limit <n>', 'maximum number of rows', '50'),
  example: 'stash history sample',
  run: async (context, [key], options) => {
    const limit = wholeNumber(String(options.limit), '--limit', 1);
    const { entries, elsewhere } = await context.ask((scope) => stashChanges(scope, { key, limit }));
    if (context.options.json) context.print(entries.map(jsonLine));
    else if (entries.length > 0) context.print(table(historyColumns(context), entries, context.style));
    else
      context.note(
        `The stash of lab ${context.lab} never had ${key === undefined ? 'anything' : `'${key}'`}${after(elsewhere)}.`,
      );
    return 0;
  },
};

/**
 * Applies the rules of recorded fields to the stash, so that an error is reported now and not at the next run.
 * @throws MetadataError
 */
function check(key: string, value: Json): void {
  const issues = checkStash(Object.fromEntries([[key, value]]));
  if (issues.length > 0)
    throw new MetadataError(`The stash rejects the value: ${describeIssues(issues)}`, issues);
}

/** Makes the change. If the first `set` comes before the first worker, it also creates the store. */
async function change(
  context: Context,
  one: StashChange,
  options: { create?: boolean; after?: (store: Store) => Promise<void> } = {},
): Promise<void> {
  const work = async (store: Store) => {
    const stash = await store.changeStash(context.lab, [one], processAuthor());
    await options.after?.(store);
    return stash;
  };
  const stash = await context.withStore(work, { mode: 'write' }).catch((error: unknown) => {
    if (!options.create || !isMissing(error, context.url)) throw error;
    return context.withStore(
      (store) => {
        context.note(`Created ${store.location}.`);
        return work(store);
      },
      { mode: 'write', create: true },
    );
  });
  if (context.options.json) context.print(jsonLine({ ...stash.values, [SCAN_ID]: stash.scan_id }));
}

/** Warns if the rules refuse the value. It is stored anyway, since the rules may change or a normalizer may correct it. */
async function warnByRules(context: Context, store: Store, key: string, value: Json): Promise<void> {
  if (key === SCAN_ID) return;
  const { in_force } = await findLabRules({ store, lab: context.lab });
  for (const { document, workers } of in_force) {
    const issues = document ? objectionsTo(document, key, value) : [];
    if (issues.length === 0) continue;
    const unless = document!.normalizers.length > 0 ? ', unless the normalizer corrects it' : '';
    context.note(
      `Stored, but the rules of lab ${context.lab} refuse runs with this value${unless}: ${describeIssues(issues)} (worker ${workers[0]!.identity}; \`rules\` shows them).`,
    );
  }
}

/** True if there is no store yet, so that it can be created. Other errors of a server are thrown unchanged. */
function isMissing(error: unknown, url: string): boolean {
  if (!ProvenanceError.is(error)) return false;
  const file = parseStoreUrl(url).dialect === 'sqlite';
  return error.code === 'STORE_MISSING' || (file && error.code === 'STORE_UNREACHABLE');
}

function after(hint: string | undefined): string {
  return hint === undefined ? '' : `; ${hint}`;
}

function stashLines(context: Context, stash: StashSnapshot, elsewhere: string | undefined): string[] {
  const { colors } = context.style;
  const rows = Object.entries(stash.values);
  const columns: Column<[string, Json]>[] = [
    { title: 'KEY', text: ([key]) => safe(key), paint: (text) => colors.bold(text) },
    { title: 'VALUE', text: ([, value]) => valueText(value), least: 20 },
  ];
  const next = `Lab ${safe(stash.lab)}: last scan id ${stash.scan_id}, stash version ${stash.version}.`;
  return rows.length === 0
    ? [`${next} The stash is empty${after(elsewhere)}.`]
    : [...table(columns, rows, context.style), '', colors.dim(next)];
}

function historyColumns(context: Context): Column<StashHistoryEntry>[] {
  const { colors } = context.style;
  return [
    { title: 'VERSION', align: 'right', text: ({ version }) => String(version) },
    { title: 'TIME', text: ({ time }) => instant(time) },
    { title: 'CHANGE', text: ({ op }) => op, paint: (text) => colors.cyan(text) },
    { title: 'KEY', text: ({ key }) => safe(key ?? ''), least: 8 },
    { title: 'VALUE', text: ({ value }) => valueText(value), least: 12, most: 60 },
    { title: 'BY', text: ({ author: by }) => safe(`${by.name}@${by.host}`), least: 6 },
  ];
}
