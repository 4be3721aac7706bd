/**
 * The legend of the drawing: shapes, colours and lines. Node only.
 * @module
 */
import { EVIDENCE_WORDS } from '../../../../questions/lineage/evidence-words';
import { Details } from '../../../parts/blocks';
import { Toned } from '../../../parts/words';

const LINES = [
  ['identity', 'the same value', EVIDENCE_WORDS.identity],
  ['uri', 'same content, path or URI', EVIDENCE_WORDS.uri],
  ['declared', 'declared', EVIDENCE_WORDS.declared],
  ['value', 'equal text', EVIDENCE_WORDS.value],
  ['ambiguous', 'ambiguous, not followed', 'More than one producer fits.'],
] as const;

const SHAPES = [
  ['run', 'M6 1H34Q39 1 39 6V18Q39 23 34 23H6Q1 23 1 18V6Q1 1 6 1Z', 'run'],
  ['artifact', 'M1 1H31L39 9V23H1Z', 'data'],
  ['execution', 'M7 1H33L39 12L33 23H7L1 12Z', 'execution'],
] as const;

/** The legend, folded. */
export function Legend() {
  return (
    <Details summary="Legend">
      <ul class="legend">
        {SHAPES.map(([type, path, words]) => (
          <li>
            <svg class={`sample box ${type} plain`} width={40} height={24} aria-hidden="true">
              <path class="shape" d={path} />
            </svg>
            {words}
          </li>
        ))}
        {LINES.map(([style, words, title]) => (
          <li title={title}>
            <svg class="sample" width={40} height={24} aria-hidden="true">
              <g class={`line ${style}`}>
                <path class="stroke" d="M1 12H39" />
                {style === 'declared' && <path class="inner" d="M1 12H39" />}
              </g>
            </svg>
            {words}
          </li>
        ))}
        <li>
          <Toned tone="good">completed</Toned>
        </li>
        <li>
          <Toned tone="bad">failed</Toned>
        </li>
        <li>
          <Toned tone="open">open</Toned>
        </li>
        <li>
          <Toned tone="odd">other states; data of unknown origin</Toned>
        </li>
        <li>
          <b>+3</b> hidden nodes: click to show them
        </li>
        <li>
          <b>× 40</b> that many items of one kind with the same neighbours
        </li>
      </ul>
    </Details>
  );
}
