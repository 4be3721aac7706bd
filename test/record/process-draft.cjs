/** The draft of a run, for recorders in processes of their own. `n`: tells its activity from others. */
exports.draftOf = (uid, n) => {
  const time = Date.now() / 1000;
  return {
    uid,
    time,
    lab: 'default',
    numbered: true,
    share_scan_id: false,
    layers: { user: { operator: 'Ada' }, inferred: { plan_name: 'scan' } },
    issues: [],
    stash_at: 'run',
    temporal: {
      namespace: 'default',
      workflow_id: 'steady',
      run_id: '01a20ae7-350e-7632-a049-000000000000',
      workflow_type: 'scan',
      activity_id: String(n),
      activity_type: 'measure',
      args: [{ frame: n }],
      options: {},
      attempt: 1,
      is_local: false,
      task_queue: 'q',
      scheduled_time: time,
      worker: { identity: 'w', host: 'h' },
    },
  };
};
