/**
 * `artifact NAME[@VERSION]`: one artifact with its versions, who generated them and who used them. Node only.
 * @module
 */
import type { Command } from 'commander';
import { artifactOf } from '../../questions/lineage/artifacts';
import type { ArtifactDetail, DataVersion } from '../../questions/lineage/data-answers';
import { DATA_ARGUMENT } from '../../questions/lineage/data-reference';
import { readableName } from '../../questions/lineage/node-words';
import { size } from '../../questions/shown/measures';
import { jsonLine, safe } from '../../questions/shown/safe-text';
import { counted, instant } from '../../questions/words';
import type { Context } from '../context';
import { describeRuns } from '../render/lineage/data-runs';
import { words } from '../render/lineage/lines';
import { Page } from '../terminal/page';
import type { ExitCode, Verb } from '../verb';
import { byteProgress } from './byte-progress';

/** The maximum numbers of versions and members that are shown. */
const MOST_VERSIONS = 20;
const MOST_MEMBERS = 10;

/** The verb `artifact`. */
export const artifact: Verb = {
  describe: (command: Command) =>
    command
      .description('show one artifact: its names, its versions, and the runs that generated and used them')
      .argument('<name>', DATA_ARGUMENT),
  example: 'artifact models/model.json@2',
  run: (context, [word]) =>
    context.ask<ExitCode>(async (scope) => {
      const progress = byteProgress(context);
      const place = { cwd: context.io.cwd, onBytes: progress.onBytes };
      const found = context.withRemarks(await artifactOf(scope, word!, place));
      progress.end();
      if (context.options.json) context.print(jsonLine(found));
      else context.print(describe(context, found));
      return 0;
    }),
};

function describe(context: Context, detail: ArtifactDetail): string[] {
  const page = new Page(context.style);
  const { colors } = context.style;
  const [name = '', ...others] = detail.names.map(readableName);
  page.line(
    `${colors.bold(safe(name))} · ${detail.type} · ${counted(detail.versions.length, 'version')} shown`,
  );
  page.add(['']);
  page.fact('artifact', detail.artifact_id);
  page.fact('first seen', instant(detail.created_time));
  for (const other of others.slice(0, MOST_MEMBERS)) page.fact('also', safe(other));
  for (const other of detail.same_content.slice(0, MOST_MEMBERS))
    page.fact('same content', safe(readableName(other)));
  const shown = detail.versions.slice(-MOST_VERSIONS).reverse();
  for (const version of shown) versionLines(page, version);
  const left = detail.versions.length - shown.length;
  if (left > 0) page.add(['', `${counted(left, 'older version')}: use --json to print them.`]);
  return page.lines;
}

function versionLines(page: Page, version: DataVersion): void {
  const { sha256, size_bytes, media_type, missing, time, members = [] } = version;
  page.section(`version ${version.revision}`);
  page.fact('content', sha256 === undefined ? `no digest (${missing ?? 'unknown'})` : `sha256:${sha256}`);
  page.fact('size', words([size_bytes === undefined ? '' : size(size_bytes), safe(media_type ?? '')]));
  page.fact('met', instant(time));
  describeRuns(page, version);
  for (const [at, member] of members.slice(0, MOST_MEMBERS).entries())
    page.fact(
      at === 0 ? 'members' : '',
      words([safe(member.name), page.style.colors.dim(member.sha256?.slice(0, 12) ?? 'no digest')]),
    );
  if (members.length > MOST_MEMBERS)
    page.fact('', `and ${counted(members.length - MOST_MEMBERS, 'more', 'more')}`);
}
