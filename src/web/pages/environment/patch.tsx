/**
 * Uncommitted changes as a diff with colours and signs, folded by file if it is long. Node only.
 * @module
 */
import { type PatchFile, type PatchLine, patchFiles } from '../../../questions/stories/patch';
import { counted } from '../../../questions/words';
import { CODE } from '../../limits';
import { to } from '../../links';
import { Section } from '../../parts/blocks';
import { Text } from '../../parts/words';

/** The patch, or the reason why there is none. */
export type PatchShown = { text: string } | { why: string };

/** The section. */
export function Patch({ id, of }: { id: string; of: PatchShown }) {
  if ('why' in of)
    return (
      <Section id="patch" title="Uncommitted changes">
        <p class="soft">
          <Text of={of.why} />
        </p>
      </Section>
    );
  const files = patchFiles(of.text);
  const [added, removed] = [sum(files, 'added'), sum(files, 'removed')];
  return (
    <Section
      id="patch"
      title="Uncommitted changes"
      aside={<a href={to.api(`/environments/${id}/patch`)}>as JSON</a>}
    >
      <p>
        {counted(files.length, 'file')}, <Counts added={added} removed={removed} />.{' '}
        <span class="soft">
          As a patch: <code>temporal-provenance env {id.slice('sha256:'.length).slice(0, 12)} --patch</code>
        </span>
      </p>
      <Files of={files} />
    </Section>
  );
}

function sum(files: readonly PatchFile[], what: 'added' | 'removed'): number {
  return files.reduce((total, file) => total + file[what], 0);
}

function Files({ of }: { of: readonly PatchFile[] }) {
  let left: number = CODE.patch_lines;
  let open_lines: number = CODE.open_lines;
  return (
    <div class="patch">
      {of.map((file) => {
        const shown = file.lines.slice(0, Math.max(0, left));
        left -= shown.length;
        open_lines -= shown.length;
        return <File of={file} lines={shown} open={open_lines >= 0} />;
      })}
    </div>
  );
}

function File({ of, lines, open }: { of: PatchFile; lines: readonly PatchLine[]; open: boolean }) {
  const cut = of.lines.length - lines.length;
  return (
    <details class="patch-file" open={open}>
      <summary>
        <code>
          <Text of={of.name} />
        </code>{' '}
        <Counts added={of.added} removed={of.removed} />
        {of.notes.map((note) => (
          <span class="chip">
            <Text of={note} />
          </span>
        ))}
      </summary>
      {lines.length > 0 && (
        <figure class="patch-lines" tabindex={0} aria-label={`Changes in ${of.name}`}>
          <pre>
            {lines.map((line) => (
              <Line of={line} />
            ))}
          </pre>
        </figure>
      )}
      {cut > 0 && <p class="soft">{cut.toLocaleString('en-US')} more lines are in the JSON form.</p>}
    </details>
  );
}

const SIGNS: Readonly<Record<PatchLine['kind'], string>> = {
  added: '+',
  removed: '-',
  same: ' ',
  hunk: '',
  note: '\\',
};

function Line({ of: { kind, text, old, new: fresh } }: { of: PatchLine }) {
  return (
    <span class={`patch-line ${kind}`}>
      <span class="patch-number" data-line={old} />
      <span class="patch-number" data-line={fresh} />
      <span class="patch-text">
        {SIGNS[kind]}
        <bdi>{text}</bdi>
        {'\n'}
      </span>
    </span>
  );
}

function Counts({ added, removed }: { added: number; removed: number }) {
  return (
    <>
      <span class="patch-added">+{added.toLocaleString('en-US')}</span>{' '}
      <span class="patch-removed">−{removed.toLocaleString('en-US')}</span>
    </>
  );
}
