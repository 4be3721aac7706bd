/**
 * Worker sessions, the last started first. Node only.
 * @module
 */
import { z } from 'zod';
import { PAGE } from '../../limits';
import { to } from '../../links';
import { Empty, Remarks, Table } from '../../parts/blocks';
import { limit } from '../../questions/inputs';
import { workers } from '../../questions/workers';
import { page } from '../page';
import { COLUMNS } from './columns';

/** `/workers`. */
export const workersPage = page({
  path: '/workers',
  input: z.object({ limit }),
  async show(input, visit) {
    const { workers: found, more } = await visit.ask(workers, input);
    return {
      title: 'Workers',
      section: 'workers',
      json: to.api('/workers', input),
      body: (
        <>
          <p class="lead">Every start of a worker with the plugin: user, host, code and rules.</p>
          {found.length > 0 ? (
            <Table caption="Worker sessions" columns={COLUMNS} rows={found} sortable />
          ) : (
            <NoWorker />
          )}
          {more && (
            <Remarks lines={[`These are the last ${found.length} to start. Older ones are not shown.`]} />
          )}
          {more && input.limit < PAGE.most_items && (
            <p>
              <a href={to.workers({ limit: PAGE.most_items })}>Show {PAGE.most_items}</a>
            </p>
          )}
        </>
      ),
    };
  },
});

function NoWorker() {
  return (
    <Empty title="No worker with the plugin has used this store.">
      <p>To start, add the plugin to a worker with this store:</p>
      <pre>
        {
          "import { ProvenancePlugin } from 'temporal-provenance';\n\nWorker.create({ …, plugins: [new ProvenancePlugin()] });"
        }
      </pre>
    </Empty>
  );
}
