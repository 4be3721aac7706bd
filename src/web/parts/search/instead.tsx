/**
 * Faster alternatives to a search that took too long. Node only.
 * @module
 */
import type { FasterSearch } from '../../../questions/hints/indexed';

/** `href`: returns the address of the same list with another filter. */
export function Instead({ instead, href }: { instead: FasterSearch; href(where: string): string }) {
  const { indexed, metadata, narrower } = instead;
  return (
    <section class="instead" aria-label="Faster searches">
      {narrower.length > 0 && (
        <p>
          The same filter for{' '}
          {narrower.map(({ words, where }, i) => (
            <>
              {i > 0 && ', '}
              <a href={href(where)}>{words}</a>
            </>
          ))}
          .
        </p>
      )}
      <p>
        Conditions on these have an index: <Names of={indexed} />
        {metadata.length > 0 && (
          <>
            ; and on metadata, such as <Names of={metadata} />
          </>
        )}
        .
      </p>
    </section>
  );
}

function Names({ of }: { of: readonly string[] }) {
  return (
    <>
      {of.map((name, i) => (
        <>
          {i > 0 && ', '}
          <code>{name}</code>
        </>
      ))}
    </>
  );
}
