/**
 * Tables: sorting by a click on a heading, and a sticky head for tables that do not scroll. Runs in a browser.
 * @module
 */

/** Sets up all tables of the page. */
export function startTables(): void {
  document.querySelectorAll<HTMLTableElement>('table.sortable').forEach(makeSortable);
  const watching = new ResizeObserver((entries) => {
    for (const { target } of entries)
      keepHead(target.closest<HTMLElement>('.table-box') ?? (target as HTMLElement));
  });
  for (const box of document.querySelectorAll<HTMLElement>('.table-box')) {
    watching.observe(box);
    const table = box.querySelector('table');
    if (table) watching.observe(table);
  }
}

/** A box that does not scroll gets no tab stop, and the head of its table may stick to the window. */
function keepHead(box: HTMLElement): void {
  box.classList.remove('fits');
  const fits = box.scrollWidth <= box.clientWidth;
  box.classList.toggle('fits', fits);
  if (fits) box.removeAttribute('tabindex');
  else box.tabIndex = 0;
}

function makeSortable(table: HTMLTableElement): void {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    button.addEventListener('click', () => {
      const descending = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      sort(table, column, descending);
    });
    head.append(button);
  });
}

function sort(table: HTMLTableElement, column: number, descending: boolean): void {
  const body = table.tBodies[0];
  if (!body) return;
  const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }));
  rows.sort((a, b) => (descending ? compare(b.key, a.key) : compare(a.key, b.key)));
  body.append(...rows.map(({ row }) => row));
}

function keyOf(cell: HTMLTableCellElement | undefined): string {
  return cell?.dataset.sort ?? cell?.querySelector('time')?.dateTime ?? cell?.textContent ?? '';
}

const WORDS = new Intl.Collator(undefined, { numeric: true });

function compare(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return WORDS.compare(a, b);
}
