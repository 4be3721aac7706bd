/**
 * The labs of a store. Node only.
 * @module
 */
import { type Answer, movedRemark, type Scope } from './scope';

/** Labs that have a stash or runs, by name, whichever lab the scope is about; and that the store was moved, where it was. */
export async function labNames({ store }: Scope): Promise<Answer<string[]>> {
  const [value, moved] = await Promise.all([store.labs(), movedRemark(store)]);
  return { value, remarks: moved === undefined ? [] : [moved] };
}
