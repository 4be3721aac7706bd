/**
 * Reads what runs used and generated from their documents into tables. Node only.
 * @module
 */
import { memberDirection, versionKey } from '../../lineage/names';
import type { DataDocument, DataItem, DataMember } from '../../model/data';
import { EVIDENCE } from '../../model/link';
import type { Affected } from './affected';
import { keyList, type LinkDatabase } from './database';
import { knownDigests, takeDigests } from './digest-documents';
import { addMembers, memberData, memberNamed, readMembers, spreadMembers } from './members';
import { type Named, register } from './registry';
import { addRepeaters, addRunData, type RunDatum, spreadIdentified } from './run-data';
import { addValues } from './run-values';

interface Source {
  seq: number;
  uid: string;
  /** When the run opened, UNIX seconds. */
  time: number;
  execution_id: number | null;
  scheduled_time: number;
  document: string;
}

/** A version that a document names. With `member`, it is a member of the preceding version. */
export interface Mention {
  named: Named;
  datum: Omit<RunDatum, 'version_id' | 'artifact_id'>;
  member?: DataMember;
}

/** Documents per read: a fan-out can have a thousand pieces of data. */
const DOCUMENTS_AT_ONCE = 50;

/** Imports the documents with these ids whose run is recorded. If a run is recorded later, `takeStarts` finds its documents. */
export async function takeDataDocuments(
  db: LinkDatabase,
  affected: Affected,
  ids: readonly number[],
): Promise<void> {
  for (let from = 0; from < ids.length; from += DOCUMENTS_AT_ONCE) {
    const { sql, value } = keyList(db, ids.slice(from, from + DOCUMENTS_AT_ONCE));
    const sources = await db.query<Source>(
      `SELECT r.seq, r.uid, r.time, r.execution_id, r.scheduled_time, d.document FROM ${sql} x CROSS JOIN data d CROSS JOIN run r
       WHERE d.id = x.key AND r.uid = d.run_start`,
      value,
    );
    await takeSources(db, affected, sources);
  }
}

async function takeSources(db: LinkDatabase, affected: Affected, sources: readonly Source[]): Promise<void> {
  const runs = sources.map(({ document, ...run }) => ({
    ...run,
    document: JSON.parse(document) as DataDocument,
  }));
  const mentions = runs.flatMap(({ document, ...run }) =>
    document.items.flatMap((item) => mentionsOf(item, run)),
  );
  const { rows, identified, created } = await register(
    db,
    mentions.map(({ named }) => named),
  );
  const data = mentions.map(({ datum }, i) => {
    const { id: version_id, artifact_id } = rows[i]!;
    return { ...datum, version_id, artifact_id };
  });
  await spreadMembers(db, affected, await addMembers(db, membersOf(mentions, data)));
  const whole = data.filter((_, i) => isCollection(mentions[i]!));
  // A digest document may list more members than the run did.
  const members = memberData(
    whole,
    await readMembers(db, new Set(whole.map(({ version_id }) => version_id))),
  );
  await addRunData(db, affected, [...data, ...members]);
  await spreadIdentified(db, affected, identified);
  // Digests that arrived before their version was named.
  const fresh = mentions.filter((_, i) => created.has(rows[i]!.id));
  await takeDigests(
    db,
    affected,
    await knownDigests(
      db,
      fresh.map(({ named }) => named),
    ),
  );
  const valued = await addValues(db, runs);
  for (const seq of valued) affected.runs.add(seq);
  await addRepeaters(db, affected, valued);
}

/** Returns an item of a run and its members. Members without a signature or content are left out. */
export function mentionsOf(
  item: DataItem,
  { seq, uid, time }: Pick<Source, 'seq' | 'uid' | 'time'>,
): Mention[] {
  const evidence = EVIDENCE[item.evidence];
  const datum = { seq, start: time, evidence, time: item.time, paths: item.paths ?? [] };
  const whole: Mention = {
    named: { ...item, key: versionKey(item, uid) },
    datum: { ...datum, direction: item.direction },
  };
  const members = (item.members ?? []).filter(({ signature, sha256 }) => signature ?? sha256);
  return [
    whole,
    ...members.map((member) => ({
      named: memberNamed(item.uri, member, item.time),
      datum: { ...datum, paths: [], direction: memberDirection(item, member, time) },
      member,
    })),
  ];
}

function isCollection({ named: { type }, member }: Mention): boolean {
  return member === undefined && (type === 'directory' || type === 'collection');
}

function membersOf(mentions: readonly Mention[], data: readonly RunDatum[]) {
  let collection = 0;
  return mentions.flatMap(({ member }, i) => {
    const { version_id } = data[i]!;
    if (member === undefined) collection = version_id;
    return member === undefined ? [] : [{ collection, member: version_id, name: member.name }];
  });
}
