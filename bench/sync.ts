import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import Database from 'better-sqlite3';
import { fillLibrary } from '../e2e/support/sync-rows.ts';
import { openSyncStudio } from '../e2e/support/sync-studio.ts';
import { startCloud } from '../scripts/cloud/cloud.ts';
import type { Cloud } from '../scripts/cloud/types.ts';
import { PULL_LIMIT, type PullAnswer, SYNC_SCHEMA } from '../src/main/services/sync/wire.ts';
import { median } from './median.ts';

const AVATARS = 10_000;
const ROUNDS = 3;
/** The studio's first pull reaches at least this share of the bare loop's rows per second. */
const GATE = 0.6;

interface SyncResult {
  /** Rows per second, median of the rounds. */
  readonly bare: number;
  readonly studio: number;
  readonly share: number;
  /** Requests of a pull with nothing new. */
  readonly requestsWithoutNews: number;
  readonly passed: boolean;
}

/**
 * The first pull of 10,000 avatars through HTTP into SQLite, beside a bare loop in the same run: the same pages by
 * supabase-js alone, each put in by one prepared statement in one transaction.
 */
export async function benchSync(): Promise<SyncResult> {
  const cloud = await startCloud({ engine: 'pglite' });
  try {
    const { id: userId } = await cloud.addUser('bench@example.test', 'correct horse', 'bench');
    await fillLibrary(cloud, userId, AVATARS);
    const token = await cloud.token(userId, { ttlSeconds: 3600 });
    const bare: number[] = [];
    const studio: number[] = [];
    let requestsWithoutNews = 0;
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await measureBare(cloud, token));
      const measured = await measureStudio(cloud, userId, token);
      studio.push(measured.rate);
      requestsWithoutNews = Math.max(requestsWithoutNews, measured.requestsWithoutNews);
    }
    const [bareRate, studioRate] = [median(bare), median(studio)];
    const share = studioRate / bareRate;
    const passed = share >= GATE && requestsWithoutNews === 1;
    console.log(`first pull of ${AVATARS.toLocaleString('en')} avatars, rows/s (median of ${ROUNDS})`);
    console.log(`  bare loop  ${bareRate.toFixed(0)}`);
    console.log(
      `  studio     ${studioRate.toFixed(0)}  ${(share * 100).toFixed(0)} % (at least ${GATE * 100} %)`,
    );
    console.log(`  requests of a pull with nothing new: ${requestsWithoutNews}`);
    console.log(passed ? '  passed' : '  FAILED');
    return { bare: bareRate, studio: studioRate, share, requestsWithoutNews, passed };
  } finally {
    await cloud.close();
  }
}

async function measureBare(cloud: Cloud, token: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'vida3-bench-sync-'));
  const db = new Database(join(folder, 'bare.db'));
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    const client = createClient(cloud.url, cloud.key, { accessToken: async () => token });
    let insert: { columns: string[]; statement: Database.Statement } | null = null;
    const open = (row: Readonly<Record<string, unknown>>) => {
      const columns = Object.keys(row);
      db.exec(
        `create table avatars (${columns.map((name) => (name === 'uid' ? 'uid primary key' : name)).join()})`,
      );
      const statement = db.prepare(`insert into avatars values (${columns.map(() => '?').join()})`);
      return { columns, statement };
    };
    let [own, cat, rows] = [0, 0, 0];
    const started = performance.now();
    for (let more = true; more; ) {
      const { data, error } = await client.rpc('sync_pull', {
        ...{ p_own: own, p_cat: cat, p_limit: PULL_LIMIT, p_schema: SYNC_SCHEMA },
      });
      if (error) throw error;
      const page = data as PullAnswer;
      db.transaction(() => {
        for (const { t, row } of page.own.changes) {
          if (t !== 'avatars') continue;
          insert ??= open(row);
          insert.statement.run(insert.columns.map((name) => plain(row[name])));
          rows++;
        }
      })();
      [own, cat, more] = [page.own.cursor, page.cat.cursor, page.own.more || page.cat.more];
    }
    if (rows !== AVATARS) throw new Error(`The bare loop has ${rows} rows`);
    return rows / ((performance.now() - started) / 1000);
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function plain(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

async function measureStudio(
  cloud: Cloud,
  userId: string,
  token: string,
): Promise<{ rate: number; requestsWithoutNews: number }> {
  const studio = openSyncStudio({ url: cloud.url, key: cloud.key, userId, token });
  try {
    const started = performance.now();
    studio.start();
    await studio.service.now();
    const rate = AVATARS / ((performance.now() - started) / 1000);
    const { n } = studio.db.sqlite.prepare<[], { n: number }>('select count(*) as n from avatars').get()!;
    if (n !== AVATARS) throw new Error(`The studio has ${n} rows: ${JSON.stringify(studio.service.state)}`);
    const before = cloud.requests.length;
    await studio.service.now();
    return { rate, requestsWithoutNews: cloud.requests.length - before };
  } finally {
    await studio.close();
  }
}
