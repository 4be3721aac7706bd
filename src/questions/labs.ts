/**
 * The labs of a store. Node only.
 * @module
 */
import { type Answer, movedRemark, type Scope } from './scope';

/**
 * Labs that have a stash or runs, by name, regardless of the scope's lab. Adds a remark if the store was moved.
 */
export async function labNames({ store }: Scope): Promise<Answer<string[]>> {
  const [value, moved] = await Promise.all([store.labs(), movedRemark(store)]);
  return { value, remarks: moved === undefined ? [] : [moved] };
}
