import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TemporaryDatabase, temporaryDatabase } from '../fixtures.ts';
import { createAvatarRows, LIST_AVATARS_SQL } from './avatars.ts';

let database: TemporaryDatabase;
beforeEach(() => {
  database = temporaryDatabase(null);
});
afterEach(() => database.close());

const model = (seed: number) => ({
  sha256: seed.toString(16).padStart(64, '0'),
  extension: 'glb' as const,
  family: 'glb' as const,
  bytes: 1,
  vertices: 3,
  controlPoints: 0,
});
const uidOf = (seed: number) => `00000000-0000-4000-8000-${seed.toString().padStart(12, '0')}`;

function fill(count: number): ReturnType<typeof createAvatarRows> {
  const rows = createAvatarRows(database);
  rows.takeOver(
    Array.from({ length: count }, (_, i) => ({
      uid: uidOf(i),
      name: i % 10 === 0 ? `100%_Öl ${i}` : `Avatar ${i}`,
      listed: i % 7 !== 3,
      model: model(i),
      thumbnail: null,
    })),
  );
  return rows;
}

test('pages are whole and in order, newest first, whatever is added meanwhile', () => {
  const rows = fill(100);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: ReturnType<typeof rows.listAvatars> = rows.listAvatars({ after, limit: 9 });
    seen.push(...page.avatars.map(({ uid }) => uid));
    after = page.next;
    rows.insert({
      uid: uidOf(1000 + seen.length),
      name: 'New',
      listed: true,
      model: model(2000 + seen.length),
      thumbnail: null,
    });
  } while (after);
  const expected = Array.from({ length: 100 }, (_, i) => i).filter((i) => i % 7 !== 3);
  expect(seen).toEqual(expected.reverse().map(uidOf));
  expect(rows.total()).toBe(expected.length + 10);
});

test('a search takes what is typed as it is', () => {
  const rows = fill(50);
  const named = (search: string) => rows.listAvatars({ limit: 100, search }).avatars.length;
  expect([
    named('avatar 1'),
    named('%'),
    named('_'),
    named('100%_ö'),
    named('Öl'),
    named('\\'),
    named('nobody'),
  ]).toEqual([9, 4, 4, 0, 4, 0, 0]);
});

test('a cursor that is none begins at the first page', () => {
  const rows = fill(3);
  const first = rows.listAvatars({ limit: 1 });
  for (const after of ['', 'x', 'a b c']) expect(rows.listAvatars({ after, limit: 1 })).toEqual(first);
});

test('a page and what an id leads to are found by index', () => {
  fill(10);
  const plan = (sql: string, ...values: unknown[]) =>
    database.sqlite
      .prepare(`explain query plan ${sql}`)
      .all(...values)
      .map((step) => (step as { detail: string }).detail)
      .join('; ');
  const listed = plan(LIST_AVATARS_SQL, '~', '~', 100);
  expect(listed).toContain('USING INDEX avatars_library');
  expect(listed).not.toContain('TEMP B-TREE');
  expect(listed).not.toMatch(/SCAN f\b/);
});

test('of one content there is one row, removed ones are free again', () => {
  const rows = fill(3);
  expect(
    rows.takeOver([{ uid: uidOf(9), name: 'Again', listed: true, model: model(1), thumbnail: null }]),
  ).toBe(0);
  rows.remove(uidOf(1));
  expect(rows.get(model(1).sha256)).toBeNull();
  expect([rows.removedFiles(), rows.needs(model(1).sha256), rows.needs(model(2).sha256)]).toEqual([
    [model(1).sha256],
    false,
    true,
  ]);
});
