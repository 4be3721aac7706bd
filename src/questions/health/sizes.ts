/**
 * The size of a store on disk, its growth, and when the disk is full. Node only.
 * @module
 */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { TableSize } from '../../store/interface/queries';
import { parseStoreUrl } from '../../store/place/location';
import type { Scope } from '../scope';
import { size } from '../shown/measures';
import { counted } from '../words';

const DAY_S = 86_400;
const DAYS_PER_YEAR = 365;
/** Days over which growth is measured. */
const RECENT_DAYS = 30;

/** Space and growth of a store. */
export interface StoreSize {
  location: string;
  /** Bytes of all tables with their indexes. */
  size_bytes: number;
  runs: number;
  /** Absent without runs. */
  bytes_per_run?: number;
  /** The largest first. */
  tables: TableSize[];
  /** Over the last 30 days, or since the first run if that is less. */
  runs_per_day: number;
  growth_bytes_per_day: number;
  /** Free bytes on the disk of a SQLite file; absent if a server keeps the store. */
  free_bytes?: number;
  /** Days until the disk is full at this growth; absent if the store does not grow. */
  full_in_days?: number;
}

/** @param url of the scope's store. @param now UNIX seconds */
export async function sizeOf({ store }: Scope, url: string, now = Date.now() / 1000): Promise<StoreSize> {
  const tables = await store.tableSizes();
  const size_bytes = tables.reduce((sum, table) => sum + table.size_bytes, 0);
  const days = await store.groupRuns({ keys: [{ kind: 'day' }] });
  const runs = days.reduce((sum, day) => sum + day.runs, 0);
  const runs_per_day = recent(
    days.map((day) => ({ day: Number(day.values[0]), runs: day.runs })),
    Math.floor(now / DAY_S),
  );
  const growth_bytes_per_day = runs === 0 ? 0 : Math.round((runs_per_day * size_bytes) / runs);
  const free_bytes = await freeBytes(url);
  return {
    location: store.location,
    size_bytes,
    runs,
    ...(runs > 0 && { bytes_per_run: Math.round(size_bytes / runs) }),
    tables,
    runs_per_day,
    growth_bytes_per_day,
    ...(free_bytes !== undefined && { free_bytes }),
    ...(free_bytes !== undefined &&
      growth_bytes_per_day > 0 && { full_in_days: Math.floor(free_bytes / growth_bytes_per_day) }),
  };
}

/** Runs per day, over the last days. `today`: days since 1970. */
function recent(days: readonly { day: number; runs: number }[], today: number): number {
  const first = Math.min(today, ...days.map(({ day }) => day));
  const length = Math.min(RECENT_DAYS, Math.max(1, today - first));
  const counted = days.filter(({ day }) => day >= today - length);
  return Math.round((10 * counted.reduce((sum, { runs }) => sum + runs, 0)) / length) / 10;
}

async function freeBytes(url: string): Promise<number | undefined> {
  const place = parseStoreUrl(url);
  if (place.dialect !== 'sqlite') return undefined;
  const disk = await statfs(dirname(place.path)).catch(() => undefined);
  return disk && disk.bavail * disk.bsize;
}

/** The growth of the store, and when its disk is full, in words. */
export function growthText({
  runs_per_day,
  growth_bytes_per_day,
  free_bytes,
  full_in_days,
}: StoreSize): string {
  const free = free_bytes === undefined ? '' : ` ${size(free_bytes)} are free.`;
  if (growth_bytes_per_day === 0) return `No growth: no runs in the last 30 days.${free}`;
  const full =
    full_in_days === undefined ? '' : ` At this rate the disk is full in ${daysText(full_in_days)}.`;
  return `It grows by ${size(growth_bytes_per_day)} a day (${counted(Math.round(runs_per_day), 'run')} a day over the last 30 days).${free}${full}`;
}

function daysText(days: number): string {
  if (days < 2 * DAYS_PER_YEAR) return `about ${counted(days, 'day')}`;
  return `about ${counted(Math.round(days / DAYS_PER_YEAR), 'year')}`;
}
