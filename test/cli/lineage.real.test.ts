import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { putGraph } from '../questions/lineage-kit';
import { call } from './laboratory';
import { PIPELINE, REPORT } from './lineage-pipeline';

it('x', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'qq-'));
  const url = `sqlite:${join(cwd, 'provenance.db')}`;
  await putGraph(url, PIPELINE);
  for (const argv of [
    ['lineage', 'report.html'],
    ['lineage', 'report.html', '--data'],
    ['lineage', 'raw/frame_3.h5', '--down'],
    ['lineage', 'report.html', '--to', 'raw/frame_3.h5'],
    ['lineage', 'night-42', '--down'],
    ['artifacts', '--limit', '6'],
    ['artifact', 'model.json'],
    ['artifact', 'report.html', '--json'],
    ['lineage', String(REPORT), '--depth', '2', '--json'],
    ['lineage', String(REPORT), '--depth', '1', '--as', 'dot', '--parents'],
    ['lineage', String(REPORT), '--depth', '1', '--as', 'mermaid'],
  ]) {
    const a = await call([...argv, '--store', url], { cwd });
    console.log(`$ ${argv.join(' ')}  → ${a.code}\n${a.out}${a.err}`);
  }
});
