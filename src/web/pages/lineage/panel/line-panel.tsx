/**
 * The panel of a selected line: its links, their evidence in words, and the paths of their ends. Node only.
 * @module
 */
import { EVIDENCE_WORDS, LINK_WORDS } from '../../../../questions/lineage/evidence-words';
import type { LinkDetail } from '../../../../questions/lineage/map/chosen-line';
import type { LineageMap } from '../../../../questions/lineage/map/map';
import { counted } from '../../../../questions/words';
import { Text } from '../../../parts/words';
import type { Addresses } from '../address';
import { boxWords } from '../drawing/names';

/** The links of a line. */
export function LinePanel({
  line,
  addresses,
}: {
  line: NonNullable<LineageMap['line']>;
  addresses: Addresses;
}) {
  const { from, to, count, links } = line;
  return (
    <>
      <h2>
        {boxWords(from).name} → {boxWords(to).name}
      </h2>
      {count > links.length && (
        <p class="soft">{`${counted(count, 'link')}; the first ${links.length} are listed.`}</p>
      )}
      <ul class="links">
        {links.map((link) => (
          <li>
            <Link link={link} addresses={addresses} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Link({ link, addresses }: { link: LinkDetail; addresses: Addresses }) {
  const { from, to, kind, evidence, paths } = link;
  return (
    <>
      <p>
        <a href={addresses.chosen(from.id)}>
          <Text of={from.label} />
        </a>{' '}
        {LINK_WORDS[kind]}{' '}
        <a href={addresses.chosen(to.id)}>
          <Text of={to.label} />
        </a>
      </p>
      <dl class="evidence">
        {evidence.map((name) => (
          <div>
            <dt>{name}</dt>
            <dd>{EVIDENCE_WORDS[name]}</dd>
          </div>
        ))}
      </dl>
      {paths.length > 0 && (
        <ul class="paths">
          {paths.map(({ from_path, to_path }) => (
            <li>
              <code>{from_path ?? 'the data'}</code> → <code>{to_path ?? 'the data'}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
