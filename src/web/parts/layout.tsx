/**
 * The frame of every page. Node only.
 * @module
 */
import type { Child } from 'hono/jsx';
import { to } from '../links';
import type { Shown } from '../pages/page';

/** The navigation: section, its words, its address. */
const SECTIONS = [
  ['runs', 'Runs', to.runs()],
  ['executions', 'Executions', to.executions()],
  ['refusals', 'Refused', to.refusals()],
  ['artifacts', 'Data', to.artifacts()],
  ['stash', 'Stash', to.stash()],
  ['rules', 'Rules', to.rules()],
  ['workers', 'Workers', to.workers()],
  ['health', 'Health', to.health()],
] as const;

/** A page in its frame. */
export function Layout({ shown }: { shown: Shown }) {
  const { title, body, json, csv, section, scripts = [], styles = [] } = shown;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · temporal-provenance`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/page.css" />
        {styles.map((name) => (
          <link rel="stylesheet" href={`/assets/${name}.css`} />
        ))}
        {['page', ...scripts].map((name) => (
          <script type="module" src={`/assets/${name}.js`} />
        ))}
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to content
        </a>
        <Navigation section={section} />
        <main id="content">
          <header class="page-head">
            <h1>{title}</h1>
            <nav class="forms" aria-label="Other forms of this page">
              {json && <a href={json}>as JSON</a>}
              {csv && <a href={csv}>CSV</a>}
            </nav>
          </header>
          {body as Child}
        </main>
      </body>
    </html>
  );
}

function Navigation({ section }: { section?: string }) {
  return (
    <nav class="sections" aria-label="Sections">
      <ul>
        {SECTIONS.map(([name, words, href]) => (
          <li>
            <a href={href} aria-current={name === section ? 'page' : undefined}>
              {words}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
