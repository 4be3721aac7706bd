/**
 * The two sides of a comparison, and the numbers of differences by part. Node only.
 * @module
 */
import type { Diff, DiffCounts, DiffPart, DiffSubject } from '../../../questions/diff/answer';
import { counted } from '../../../questions/words';
import { to } from '../../links';
import { Notice } from '../../parts/blocks';
import { Chip, Digest, Status, Text, Time, Took } from '../../parts/words';
import { PART_TITLES } from './titles';

/** `<Summary of={diff} />` */
export function Summary({ of }: { of: Diff }) {
  const { a, b, counts, parts } = of;
  const differing = parts.filter((part) => part.name !== 'circumstances' && differences(part.counts) > 0);
  const open = parts.filter((part) => part.name !== 'circumstances' && part.counts.unknown > 0);
  return (
    <>
      <div class="diff-subjects">
        <Subject side="A" of={a} />
        <Subject side="B" of={b} />
      </div>
      {differing.length === 0 ? (
        <Notice tone={open.length > 0 ? 'odd' : 'good'} title={nothingDiffers(counts)} />
      ) : (
        <nav class="diff-found" aria-label="What differs">
          <strong>{counted(differences(counts), 'field')} differ:</strong>
          <ul class="chips">
            {differing.map((part) => (
              <li>
                <PartChip of={part} />
              </li>
            ))}
          </ul>
        </nav>
      )}
      {open.length > 0 && (
        <p class="soft">
          {counted(counts.unknown, 'field')} can not be compared:{' '}
          {open.map(({ name }) => PART_TITLES[name].toLowerCase()).join(', ')}.
        </p>
      )}
    </>
  );
}

function nothingDiffers({ equal, unknown }: DiffCounts): string {
  if (unknown > 0) return `No known difference: ${counted(equal, 'field')} are equal.`;
  return `No difference: all ${counted(equal, 'field')} are equal.`;
}

/** Returns the number of fields that differ or are only on one side. */
export function differences({ different, only_a, only_b }: DiffCounts): number {
  return different + only_a + only_b;
}

function PartChip({ of: { name, counts } }: { of: DiffPart }) {
  return (
    <Chip href={`#${name}`}>
      {PART_TITLES[name]} {differences(counts).toLocaleString('en-US')}
    </Chip>
  );
}

function Subject({ side, of }: { side: 'A' | 'B'; of: DiffSubject }) {
  const { label, scan_id, status, time, took_ms, id } = of;
  return (
    <div class="diff-subject">
      <span class="diff-side">{side}</span>
      <p class="diff-name">
        <a href={pageOf(of)}>
          <Text of={label} />
          {scan_id !== undefined && ` · scan ${scan_id}`}
        </a>
      </p>
      <p>
        {status !== undefined && <Status of={status} />} <Time at={time} />{' '}
        {took_ms !== undefined && (
          <>
            · <Took ms={took_ms} />
          </>
        )}
      </p>
      <p class="soft">
        {KINDS[of.of]} <Digest of={id} characters={36} />
      </p>
    </div>
  );
}

const KINDS = { run: 'run', execution: 'execution', environment: 'environment' } as const;

function pageOf({ of, id }: DiffSubject): string {
  return to[of](id);
}
