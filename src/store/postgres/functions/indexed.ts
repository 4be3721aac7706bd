/**
 * Planner settings of functions that write records.
 * @module
 */

/**
 * PostgreSQL plans once per connection, perhaps while the tables are empty, and keeps the plan while they grow. The plan must
 * therefore use indexes, without regard to statistics. Groups are small, so nested loops are suitable.
 */
export const INDEXED = `SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
  SET plan_cache_mode = force_generic_plan`;
