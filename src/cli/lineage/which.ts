/**
 * `which FILE`: the run that generated a file on this machine, found by its content. Node only.
 * @module
 */
import type { Command } from 'commander';
import type { WhichAnswer } from '../../questions/lineage/data-answers';
import { readableName } from '../../questions/lineage/node-words';
import { whichOf } from '../../questions/lineage/which';
import { size } from '../../questions/shown/measures';
import { jsonLine, safe } from '../../questions/shown/safe-text';
import { counted } from '../../questions/words';
import type { Context } from '../context';
import { describeRuns } from '../render/lineage/data-runs';
import { Page } from '../terminal/page';
import type { ExitCode, Verb } from '../verb';
import { byteProgress } from './byte-progress';

/** The verb `which`. */
export const which: Verb = {
  describe: (command: Command) =>
    command
      .description('find the run that generated a file, by content; the name may have changed')
      .argument('<file>', 'a file or directory on this machine'),
  example: 'which results/model.json',
  run: (context, [file]) =>
    context.ask<ExitCode>(async (scope) => {
      const progress = byteProgress(context);
      const place = { cwd: context.io.cwd, onBytes: progress.onBytes };
      const answer = context.withRemarks(await whichOf(scope, file!, place));
      progress.end();
      if (context.options.json) context.print(jsonLine(answer));
      else context.print(describe(context, answer));
      if (answer.versions.length > 0) return 0;
      context.note(unknownText(answer));
      return 1;
    }),
};

function describe(context: Context, answer: WhichAnswer): string[] {
  const page = new Page(context.style);
  const { colors } = context.style;
  page.line(
    `${colors.bold(safe(answer.file))} ${colors.dim(`sha256:${answer.sha256.slice(0, 16)}…`)} ${size(answer.size_bytes)}`,
  );
  for (const version of answer.versions) {
    page.section(`${safe(readableName(version.names[0]!))}@${version.revision}`);
    for (const name of version.names.slice(1)) page.fact('also', safe(readableName(name)));
    page.fact('artifact', version.artifact);
    describeRuns(page, version);
  }
  return page.lines;
}

function unknownText({ file, name_known }: WhichAnswer): string {
  if (!name_known) return `No recorded run generated or used the content of ${file}.`;
  const { revisions, sha256, artifact } = name_known;
  const last = sha256 === undefined ? '' : `, the last of them sha256:${sha256.slice(0, 12)}…`;
  return `The content of ${file} is not recorded. Its name is recorded with ${counted(revisions, 'other content')}${last}: see \`artifact ${artifact}\`.`;
}
