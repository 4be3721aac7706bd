// Replays in continuous integration, as the documentation has them.
const { Worker, bundleWorkflowCode } = require('@temporalio/worker');
const { ProvenancePlugin } = require('temporal-provenance');
const { scan } = require('./lab');

const workflowsPath = require.resolve('./workflows');
let history;

beforeAll(async () => {
  ({ history } = await scan([]));
}, 60_000);

test('replays with the plugin', async () => {
  await Worker.runReplayHistory({ workflowsPath, plugins: [new ProvenancePlugin()] }, history, 'w');
}, 60_000);

test('replays a bundle that was made with the plugin', async () => {
  const plugins = [new ProvenancePlugin()];
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, plugins });
  await Worker.runReplayHistory({ workflowBundle, plugins }, history, 'w');
}, 60_000);
