/**
 * `doctor --size`: the size of the store, its growth, and when the disk will be full. Node only.
 * @module
 */
import { growthText, type StoreSize, sizeOf } from '../../questions/health/sizes';
import { size } from '../../questions/shown/measures';
import { jsonLine, safe } from '../../questions/shown/safe-text';
import { counted } from '../../questions/words';
import type { Context } from '../context';
import { type Column, table } from '../terminal/table';
import type { ExitCode } from '../verb';

/** The number of tables that are shown one by one. */
const ROOM = 12;

/** Prints the size of the store. */
export function doctorSize(context: Context): Promise<ExitCode> {
  return context.ask<ExitCode>(async (scope) => {
    const found = await sizeOf(scope, context.url);
    if (context.options.json) context.print(jsonLine(found));
    else context.print(describe(context, found));
    return 0;
  });
}

function describe(context: Context, found: StoreSize): string[] {
  const { tables, size_bytes, runs, bytes_per_run } = found;
  const each = bytes_per_run === undefined ? '' : `, ${size(bytes_per_run)} per run`;
  const shown = tables.slice(0, ROOM);
  const rest = tables.slice(ROOM);
  const others = {
    name: counted(rest.length, 'more', 'more'),
    size_bytes: rest.reduce((sum, one) => sum + one.size_bytes, 0),
  };
  const columns: Column<(typeof tables)[number]>[] = [
    { title: 'TABLE', text: ({ name }) => safe(name) },
    { title: 'SIZE', align: 'right', text: (one) => size(one.size_bytes) },
    {
      title: 'SHARE',
      align: 'right',
      text: (one) => `${Math.round((100 * one.size_bytes) / Math.max(1, size_bytes))} %`,
    },
  ];
  return [
    `${context.style.colors.bold(safe(found.location))}: ${size(size_bytes)}, ${counted(runs, 'run')}${each}`,
    '',
    ...table(columns, rest.length > 0 ? [...shown, others] : shown, context.style),
    '',
    growthText(found),
  ];
}
