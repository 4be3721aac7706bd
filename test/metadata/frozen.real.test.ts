import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DIST } from '../built';

it('keys that name prototypes are data, even if the prototypes are frozen', () => {
  const output = execFileSync(process.execPath, [join(__dirname, 'frozen.mjs'), DIST], { encoding: 'utf8' });
  expect(output.trim()).toBe('unchanged');
});
