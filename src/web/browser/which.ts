/**
 * A file that is dropped on the page of data: computes its digest here, and opens the page of that content. The file is not sent.
 * Works only on https and on this machine, where browsers allow digests. Runs in a browser.
 * @module
 */

/** The maximum size, because the whole file must be in memory. */
const MOST_BYTES = 256 * 1024 * 1024;

const place = document.querySelector<HTMLElement>('[data-which]');
if (place && window.isSecureContext && globalThis.crypto?.subtle) offer(place);

function offer(place: HTMLElement): void {
  place.hidden = false;
  const input = place.querySelector<HTMLInputElement>('input[type="file"]');
  input?.addEventListener('change', () => void ask(place, input.files?.[0]));
  for (const name of ['dragenter', 'dragover'] as const)
    place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.add('over');
    });
  for (const name of ['dragleave', 'drop'] as const)
    place.addEventListener(name, () => place.classList.remove('over'));
  place.addEventListener('drop', (event) => {
    event.preventDefault();
    void ask(place, event.dataTransfer?.files[0]);
  });
}

async function ask(place: HTMLElement, file: File | undefined): Promise<void> {
  const say = (words: string) => {
    place.querySelector('[role="status"]')!.textContent = words;
  };
  if (!file) return;
  if (file.size > MOST_BYTES)
    return say(
      `${file.name} is larger than 256 MiB. Run \`temporal-provenance which ${file.name}\` on its machine.`,
    );
  say(`Reading ${file.name} …`);
  const bytes = await file.arrayBuffer().catch(() => undefined);
  if (!bytes) return say(`${file.name} can't be read. For a folder run \`temporal-provenance which\`.`);
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const { search } = location;
  const lab = new URLSearchParams(search).get('lab');
  const query = lab === null ? '' : `?lab=${encodeURIComponent(lab)}`;
  const answer = await fetch(`/api/v1/artifacts/sha256:${sha256}${query}`);
  if (answer.ok) location.assign(`/artifacts/sha256:${sha256}${query}`);
  else if (answer.status === 404) say(`No recorded run used or generated this content: sha256:${sha256}`);
  else say(`The server did not answer (${answer.status}). The digest is sha256:${sha256}`);
}
