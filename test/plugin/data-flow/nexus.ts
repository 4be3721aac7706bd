/** A service for the workflows to call. */
import { operation, service } from 'nexus-rpc';

export const makingService = service('making', {
  make: operation<number, { part: { n: number }; path: string }>(),
  workflow: operation<number, unknown>(),
});
