/**
 * The frame of every page: `<Layout shown={shown} frame={frame} />`. Node only.
 * @module
 */
import type { Child } from 'hono/jsx';
import type { Shown } from '../pages/page';
import { Remarks } from './blocks';
import type { Frame } from './frame';
import { SiteFoot, SiteHead } from './navigation';
import { Program } from './program';

/** A page in its frame. */
export function Layout({ shown, frame }: { shown: Shown; frame: Frame }) {
  const { title, body, json, csv, section } = shown;
  return (
    <html lang="en" data-theme={frame.theme}>
      <Head shown={shown} />
      <body>
        <a class="skip" href="#content">
          Skip to content
        </a>
        <SiteHead section={section} frame={frame} />
        <main id="content" tabindex={-1}>
          <header class="page-head">
            <h1>
              <bdi>{title}</bdi>
            </h1>
            {(json ?? csv) && (
              <nav class="forms" aria-label="Other forms of this page">
                {json && <a href={json}>as JSON</a>}
                {csv && <a href={csv}>CSV</a>}
              </nav>
            )}
            {json && <Program json={json} url={frame.url} />}
          </header>
          <Remarks lines={frame.remarks ?? []} />
          {body as Child}
        </main>
        <SiteFoot />
        {/* These style sheets do not delay the first paint; only elements made by scripts need them. */}
        {shown.styles?.map((name) => (
          <link rel="stylesheet" href={`/assets/${name}.css`} />
        ))}
      </body>
    </html>
  );
}

function Head({ shown: { title, scripts = [] } }: { shown: Shown }) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · temporal-provenance`}</title>
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/assets/page.css" />
      {['page', ...scripts].map((name) => (
        <script type="module" src={`/assets/${name}.js`} />
      ))}
    </head>
  );
}
