/** Workflows of all cases, for one bundle. */
export * from './executions/workflows';
export * from './files/workflows';
export * from './limits/workflows';
export * from './values/workflows';
