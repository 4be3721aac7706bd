/**
 * On every page: times in the reader's zone. Runs in a browser.
 *
 * This folder owns the scripts of pages. A page is whole without them.
 * @module
 */

for (const time of document.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
  const date = new Date(time.dateTime);
  if (Number.isNaN(date.getTime())) continue;
  time.textContent = date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}
