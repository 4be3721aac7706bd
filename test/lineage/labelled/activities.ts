/** Activities of all cases, for one worker. */
export * from './executions/activities';
export * from './files/activities';
export * from './limits/activities';
export * from './values/activities';
