// As a lab would test its own worker: what it captures, and what its rules refuse.
const { ProvenancePlugin } = require('temporal-provenance');
const { scan } = require('./lab');

const { STORE: store } = process.env;

test('a scan runs, and is recorded', async () => {
  const { result } = await scan([new ProvenancePlugin({ store })], { operator: 'Ada', many: [1, null] });
  expect(result.failed).toBe('planned');
}, 60_000);

test('a scan without what the lab requires does not run', async () => {
  const { began } = await scan([new ProvenancePlugin({ store, required: ['operator'] })]);
  expect(began).toBe(0);
}, 60_000);
