/**
 * The durable operations of the product, run by its own operations worker on its own task queue. Only
 * orchestration: no I/O, no store. [isolate-safe]
 * @module
 */
export { backfill } from './backfill';
export { prune } from './prune';
export { reconcile } from './reconcile';
