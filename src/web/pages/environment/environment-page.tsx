/**
 * One code environment: commit and changes, packages, image, identity, workers. Node only.
 * @module
 */
import { z } from 'zod';
import { shortDigest } from '../../../questions/stories/environments';
import { CODE } from '../../limits';
import { to } from '../../links';
import { Remarks } from '../../parts/blocks';
import { environment } from '../../questions/code/environment';
import { environmentPackages, environmentPatch } from '../../questions/code/kept';
import { ref } from '../../questions/inputs';
import { Unanswered } from '../../reading/readers';
import { page } from '../page';
import { Identity, Image, OtherFacts, Reasons, Summary } from './facts';
import { Packages } from './packages';
import { Patch } from './patch';
import { Files, Sessions } from './users';

/** `/environments/ID`. */
export const environmentPage = page({
  path: '/environments/:ref',
  input: z.object({ ref, package: z.string().max(200).default('') }),
  async show({ ref, package: search }, visit) {
    const of = await visit.ask(environment, { ref });
    const { id } = of;
    const [patch, packages] = await Promise.all([
      visit.ask(environmentPatch, { ref: id }).catch(why),
      visit.ask(environmentPackages, { ref: id, package: search, limit: CODE.packages }).catch(why),
    ]);
    return {
      title: `Environment ${shortDigest(id)}`,
      section: 'environments',
      json: to.api(`/environments/${id}`),
      scripts: ['environment'],
      body: (
        <article class="environment">
          <Remarks lines={of.remarks} />
          <Summary of={of} />
          <Patch id={id} of={patch} />
          <Packages id={id} of={packages} search={search} />
          <Files of={of} />
          <Image of={of} />
          <Sessions of={of} />
          <Reasons of={of} />
          <Identity of={of} />
          <OtherFacts of={of} />
        </article>
      ),
    };
  },
});

/** Returns the reason why a content was not kept. Other errors are thrown. */
function why(error: unknown): { why: string } {
  if (error instanceof Unanswered && error.fault.code === 'NOT_FOUND') return { why: error.message };
  throw error;
}
