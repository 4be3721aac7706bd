/**
 * Menus that filter a list by frequent values. Node only.
 * @module
 */
import { togglingValue, valuesWanted } from '../../../filter/conjuncts';
import type { FieldCatalogue, Literal } from '../../../filter/fields';
import { safe } from '../../../questions/shown/safe-text';
import type { View } from './view';

/** A field with its frequent values. */
export interface Facet {
  title: string;
  /** The name of the field in a filter. */
  field: string;
  /** The values, the most frequent first. */
  values: readonly { value: Literal; runs?: number }[];
  /** True for digests, which are shown by their first digits. */
  digest?: boolean;
}

const DIGEST_CHARACTERS = 12;

/** Menus of one list. */
export function Facets(given: {
  view: View;
  where: string;
  catalogue: FieldCatalogue;
  facets: readonly Facet[];
}) {
  const { view, where, catalogue, facets } = given;
  return (
    <>
      {facets.map((facet) => (
        <FacetMenu view={view} where={where} catalogue={catalogue} facet={facet} />
      ))}
    </>
  );
}

function FacetMenu(given: { view: View; where: string; catalogue: FieldCatalogue; facet: Facet }) {
  const { view, where, catalogue, facet } = given;
  const wanted = valuesWanted(where, facet.field, catalogue);
  const others = wanted.filter((value) => !facet.values.some((one) => one.value === value));
  const values = [...others.map((value) => ({ value, runs: undefined })), ...facet.values];
  if (values.length === 0) return null;
  return (
    <details class="menu" name="menu">
      <summary class="button">
        {facet.title}
        {wanted.length > 0 && <span class="badge">{wanted.length}</span>}
      </summary>
      <ul>
        {values.map(({ value, runs }) => (
          <li>
            <a
              href={view.with({ where: togglingValue(where, facet.field, value, catalogue) })}
              aria-current={wanted.includes(value) ? 'true' : undefined}
            >
              <bdi>{shown(value, facet)}</bdi>
              {runs !== undefined && <span class="number">{runs.toLocaleString('en-US')}</span>}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

function shown(value: Literal, { digest }: Facet): string {
  const text = safe(String(value));
  if (digest) return text.replace(/^sha256:/, '').slice(0, DIGEST_CHARACTERS);
  return text === '' ? '(empty text)' : text;
}
