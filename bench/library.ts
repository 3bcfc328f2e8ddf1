import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../src/main/db/open.ts';
import { createAvatarRows, LIST_AVATARS_SQL } from '../src/main/db/queries/avatars.ts';
import type { DbSource } from '../src/main/db/source.ts';
import { migrationsDir } from '../src/main/host/paths.ts';
import { median } from './median.ts';

const AVATARS = 10_000;
const PAGE = 100;
/** Each measures this many pages, all over the library. */
const PAGES = 100;
const ROUNDS = 9;
/** A page through the store costs at most this many times its SQL alone. */
const GATE = 3;

interface LibraryResult {
  /** Milliseconds for a page, median of the rounds. */
  readonly store: number;
  readonly bare: number;
  readonly ratio: number;
  readonly passed: boolean;
}

/** What a page of a library of 10,000 avatars costs through the store, beside the same SQL by a bare prepared statement. */
export async function benchLibrary(): Promise<LibraryResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vida3-bench-'));
  const opened = openDatabase(path.join(folder, 'vida3.db'), migrationsDir());
  try {
    const source: DbSource = { db: opened.db, sqlite: opened.sqlite, owner: null, enqueue: () => undefined };
    const rows = createAvatarRows(source);
    rows.takeOver(Array.from({ length: AVATARS }, (_, i) => avatar(i)));

    // Where the pages begin is the same for both.
    const starts: (string | null)[] = [null];
    while (starts.length < PAGES) starts.push(rows.listAvatars({ after: starts.at(-1)!, limit: PAGE }).next);
    const statement = opened.sqlite.prepare(LIST_AVATARS_SQL);
    const positions = starts.map((start) => start?.split(' ') ?? ['~', '~']);
    const store: number[] = [];
    const bare: number[] = [];
    let listed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      store.push(
        measure(() => {
          for (const after of starts) listed += rows.listAvatars({ after, limit: PAGE }).avatars.length;
        }),
      );
      bare.push(
        measure(() => {
          for (const position of positions) listed += statement.all(...position, PAGE).length;
        }),
      );
    }
    if (listed !== 2 * ROUNDS * AVATARS) throw new Error(`${listed} avatars were listed`);
    const result = { store: median(store) / PAGES, bare: median(bare) / PAGES };
    const ratio = result.store / result.bare;
    console.table({
      'bare SQL': { 'ms a page': result.bare.toFixed(3) },
      'through the store': { 'ms a page': result.store.toFixed(3) },
    });
    const passed = ratio <= GATE;
    console.log(
      `A page of ${PAGE} of ${AVATARS} avatars costs ${ratio.toFixed(2)} times its SQL (at most ${GATE}: ${passed ? 'yes' : 'no'}).`,
    );
    return { ...result, ratio, passed };
  } finally {
    opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function avatar(index: number) {
  const sha256 = index.toString(16).padStart(64, '0');
  return {
    uid: `00000000-0000-4000-8000-${index.toString().padStart(12, '0')}`,
    name: `Avatar ${index}`,
    listed: true,
    model: {
      sha256,
      extension: 'vrm' as const,
      family: 'vrm1' as const,
      bytes: 20_000_000,
      vertices: 40_000,
      controlPoints: 200,
    },
    thumbnail: { sha256, bytes: 100_000 },
  };
}

function measure(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
