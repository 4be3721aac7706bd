/**
 * The head and the foot of the site: sections, the "go to" field, labs, colours. Node only.
 * @module
 */
import { to } from '../links';
import type { Frame } from './frame';

/** The sections: name, words, address. */
const SECTIONS: readonly (readonly [name: string, words: string, path: string])[] = [
  ['runs', 'Runs', to.runs()],
  ['executions', 'Executions', to.executions()],
  ['refusals', 'Refused', to.refusals()],
  ['artifacts', 'Data', to.artifacts()],
  ['environments', 'Environments', to.environments()],
  ['stash', 'Stash', to.stash()],
  ['rules', 'Rules', to.rules()],
  ['workers', 'Workers', to.workers()],
  ['health', 'Health', to.health()],
];

/** `<SiteHead section="runs" frame={frame} />` */
export function SiteHead({ section, frame }: { section?: string; frame: Frame }) {
  const lab = frame.url.searchParams.get('lab') ?? undefined;
  return (
    <header class="site-head">
      <a class="brand" href={to.runs()} aria-label="temporal-provenance: runs">
        <Mark />
        <span>temporal-provenance</span>
      </a>
      <nav class="sections" aria-label="Sections">
        <ul>
          {SECTIONS.map(([name, words, path]) => (
            <li>
              <a href={path} aria-current={name === section ? 'page' : undefined}>
                {words}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="site-tools">
        <GoTo />
        <LabSwitch frame={frame} lab={lab} />
        <ThemeSwitch />
      </div>
    </header>
  );
}

/** The field that opens the page of a scan id, a uid, a workflow id, data or a digest. */
function GoTo() {
  return (
    <search class="go">
      <form action="/go" method="get">
        <label class="unseen" for="go">
          Go to a run, an execution or data
        </label>
        <input
          type="search"
          id="go"
          name="ref"
          placeholder="Go to a run, data, …"
          autocomplete="off"
          spellcheck={false}
        />
        <span class="keycap" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  );
}

/** Selects one lab, for this page and the pages it links to. A script submits it when a lab is selected. */
function LabSwitch({ frame: { url, known_labs }, lab }: { frame: Frame; lab?: string }) {
  const labs = [...new Set([...known_labs, ...(lab === undefined ? [] : [lab])])].sort();
  if (labs.length < 2) return null;
  const others = [...url.searchParams].filter(([name]) => name !== 'lab' && name !== 'after');
  return (
    <form class="lab-switch" method="get" action={url.pathname}>
      {others.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <label class="unseen" for="lab">
        Lab
      </label>
      <select id="lab" name="lab">
        <option value="">All labs</option>
        {labs.map((name) => (
          <option value={name} selected={name === lab}>
            {name}
          </option>
        ))}
      </select>
      <button type="submit">Show</button>
    </form>
  );
}

/** The button is hidden until a script handles it. */
function ThemeSwitch() {
  return (
    <button type="button" class="quiet square" id="theme" hidden>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="M8 1.75a6.25 6.25 0 0 1 0 12.5z" fill="currentColor" />
      </svg>
    </button>
  );
}

/** `<SiteFoot />` */
export function SiteFoot() {
  return (
    <footer class="site-foot">
      <span>Read-only: this page changes nothing.</span>
      <span id="zone">Times are UTC.</span>
      <a href={to.api('/openapi.json')}>API</a>
      <button type="button" class="quiet" id="keys" hidden>
        Keys <kbd>?</kbd>
      </button>
    </footer>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path d="M8 8v16M8 16h10a6 6 0 0 0 6-6" fill="none" stroke="currentColor" stroke-width="3" />
      <g fill="currentColor">
        <circle cx="8" cy="7" r="4" />
        <circle cx="8" cy="25" r="4" />
        <circle cx="24" cy="8" r="4" />
      </g>
    </svg>
  );
}
