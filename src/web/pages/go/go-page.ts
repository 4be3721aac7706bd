/**
 * Redirects from any name to its page. Node only.
 * @module
 */
import { z } from 'zod';
import type { Named } from '../../../questions/references/anything';
import { PAGE } from '../../limits';
import { to } from '../../links';
import { named } from '../../questions/named';
import { page } from '../page';

/** `/go?ref=ANYTHING`. */
export const goPage = page({
  path: '/go',
  input: z.object({ ref: z.string().max(PAGE.reference_characters).default('') }),
  async show({ ref }, visit) {
    if (ref.trim() === '') return { redirect: to.runs() };
    return { redirect: addressOf(await visit.ask(named, { ref })) };
  },
});

function addressOf(found: Named): string {
  switch (found.kind) {
    case 'run':
      return to.run(found.uid);
    case 'execution':
      return to.execution(found.run_id);
    case 'data':
      return to.artifact(found.ref);
    case 'environment':
      return to.environment(found.id);
  }
}
