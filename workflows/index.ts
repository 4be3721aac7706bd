/**
 * The durable operations that the product offers, run by its own operations worker on its own task queue. Orchestration
 * alone: no I/O, no store. [isolate-safe]
 * @module
 */
export { backfill } from './backfill';
export { prune } from './prune';
export { reconcile } from './reconcile';
