/**
 * `doctor`: which store this is, what is in it, what was lost and what is still open. Node only.
 * @module
 */
import type { Command } from 'commander';
import type { Store } from '../store/store';
import type { Context } from './context';
import { instant } from './render/instants';
import { jsonLine, pad, safe } from './render/text';
import type { ExitCode, Verb } from './verb';

export const doctor: Verb = {
  describe: (command: Command) => command.description('check the store: identity, counts, losses, open runs'),
  example: 'doctor --json',
  run: (context) =>
    context.withStore<ExitCode>(async (store) => {
      const report = await examine(store);
      if (context.options.json) context.print(jsonLine(report));
      else context.print(describe(context, report));
      return report.losses.length === 0 ? 0 : 1;
    }),
};

type Report = Awaited<ReturnType<typeof examine>>;

async function examine(store: Store) {
  const [identity, counts, losses, labs] = await Promise.all([
    store.identity(),
    store.counts(),
    store.losses(),
    store.labs(),
  ]);
  return { location: store.location, identity, counts, labs, losses };
}

function describe(context: Context, { location, identity, counts, labs, losses }: Report): string[] {
  const { colors } = context.style;
  const fact = (label: string, text: string) => `  ${colors.dim(pad(label, 11))}${text}`;
  const lines = [
    colors.bold(location),
    fact('store', `${identity.storage_id}, created ${instant(identity.created_time)}`),
    fact('schema', `${identity.schema_version}, state ${identity.state_id}`),
    fact('labs', labs.length === 0 ? 'none yet' : labs.map(safe).join(', ')),
    fact('runs', `${counts.runs} in ${counts.executions} executions, ${counts.refusals} refused`),
    fact('open', counts.open === 0 ? 'none' : colors.cyan(`${counts.open} with neither stop nor settled`)),
  ];
  if (losses.length === 0) return [...lines, fact('losses', colors.green('none'))];
  lines.push(
    fact('losses', colors.red(`${losses.reduce((sum, { count }) => sum + count, 0)} captures failed:`)),
  );
  for (const { loss, count, last_time, detail } of losses) {
    lines.push(fact('', `${count} × ${safe(loss)}, last ${instant(last_time)}: ${safe(detail)}`));
  }
  return lines;
}
