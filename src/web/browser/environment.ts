/**
 * The page of an environment: filters the packages while the reader types. Runs in a browser.
 * @module
 */

function startFilter(form: HTMLFormElement): void {
  const input = form.querySelector('input');
  const found = document.getElementById(form.dataset.filter!);
  const rows = [...(found?.querySelectorAll<HTMLTableRowElement>('tbody tr') ?? [])];
  if (!input || rows.length === 0) return;
  const names = rows.map((row) => (row.cells[0]?.textContent ?? '').toLowerCase());
  const count = document.querySelector('#packages-count');
  const filter = (): void => {
    const text = input.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, at) => {
      row.hidden = !names[at]!.includes(text);
      if (!row.hidden) shown++;
    });
    if (count)
      count.textContent = `${shown.toLocaleString('en-US')} of ${rows.length.toLocaleString('en-US')}`;
    const address = new URL(location.href);
    if (text === '') address.searchParams.delete(input.name);
    else address.searchParams.set(input.name, text);
    history.replaceState(null, '', address);
  };
  input.addEventListener('input', filter);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    filter();
  });
}

document.querySelectorAll<HTMLFormElement>('form[data-filter]').forEach(startFilter);
