/**
 * How functions are planned that run in the path of each record.
 * @module
 */

/**
 * A plan is made once per connection, perhaps while the tables are empty, and kept while they grow: it must go by the
 * indexes whatever the statistics say. Groups are small, so the nested loops that are left suit them.
 */
export const INDEXED = `SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
  SET plan_cache_mode = force_generic_plan`;
