/**
 * The menu of columns: the selected ones, further columns, and metadata fields. Node only.
 * @module
 */
import { Kept } from './search-box';
import type { View } from './view';

/** The menu. `known`: further columns apart from metadata fields. */
export function ColumnsMenu(given: {
  view: View;
  chosen: readonly string[];
  known: readonly string[];
  own: readonly string[];
  /** True if not all metadata fields are listed. */
  more: boolean;
}) {
  const { view, chosen, known, own, more } = given;
  const rest = (names: readonly string[]) => names.filter((name) => !chosen.includes(name));
  const fields = rest(own).filter((name) => !known.includes(name));
  return (
    <details class="menu wide" name="menu">
      <summary class="button">Columns</summary>
      <form method="get" action={view.path}>
        <Kept view={view} but={['columns']} />
        <Choices title="Shown" names={chosen} checked />
        <Choices title="Other columns" names={rest(known)} />
        <Choices title="Metadata" names={fields} />
        <label class="field">
          {more ? 'More (not all fields are listed)' : 'More'}
          <input name="others" placeholder="sample.mass_mg, temporal.result.chi2" spellcheck={false} />
        </label>
        <p class="actions">
          <button class="main" type="submit">
            Show
          </button>
          <a class="button quiet" href={view.with({ columns: undefined })}>
            Reset
          </a>
        </p>
      </form>
    </details>
  );
}

function Choices({ title, names, checked }: { title: string; names: readonly string[]; checked?: boolean }) {
  if (names.length === 0) return null;
  return (
    <fieldset>
      <legend>{title}</legend>
      {names.map((name) => (
        <label class="check">
          <input type="checkbox" name="column" value={name} checked={checked} /> <bdi>{name}</bdi>
        </label>
      ))}
    </fieldset>
  );
}

/** Returns the columns of an address, from a list or from the form. */
export function columnsWanted(url: URL, listed: readonly string[] | undefined): string[] | undefined {
  const ticked = url.searchParams.getAll('column');
  const others = (url.searchParams.get('others') ?? '').match(/(?:`[^`]*`|[^,`])+/g) ?? [];
  const names = [...ticked, ...others.map((name) => name.trim())].filter((name) => name !== '');
  return names.length > 0 ? [...new Set(names)] : listed && [...listed];
}
