import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite, type Transaction, types } from '@electric-sql/pglite';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import type { Engine } from '../types.ts';
import { apiSession, userClaims } from './api-session.ts';
import { allSteps, stepsHash } from './migrations.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/', import.meta.url));

const OPTIONS = {
  extensions: { pgcrypto },
  parsers: { [types.INT8]: (value: string) => Number(value) },
};

type Runner = Pick<PGlite | Transaction, 'query'>;

function queryOf(runner: Runner): Engine['query'] {
  return async <T>(sql: string, params: readonly unknown[] = []) =>
    (await runner.query<T>(sql, params.map(asParameter))).rows;
}

/** Objects go as JSON; lists stay lists, which drivers send as arrays. */
function asParameter(value: unknown): unknown {
  const plain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return plain ? JSON.stringify(value) : value;
}

async function build(options: { dataDir?: string }): Promise<PGlite> {
  const db = await PGlite.create({ ...OPTIONS, ...options });
  for (const step of allSteps()) {
    try {
      await db.exec(step.sql);
    } catch (error) {
      await db.close();
      throw new Error(`${step.name}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
  return db;
}

/** In memory, from the snapshot of an earlier time when nothing has changed since. */
async function fromSnapshot(): Promise<PGlite> {
  const file = join(CACHE, `cloud-pglite-${stepsHash(allSteps())}.tar`);
  let snapshot: Buffer | null = null;
  try {
    snapshot = await readFile(file);
  } catch {
    // There is none yet.
  }
  if (snapshot) {
    return PGlite.create({ ...OPTIONS, loadDataDir: new Blob([new Uint8Array(snapshot)]) });
  }
  const db = await build({});
  const dump = await db.dumpDataDir('none');
  await mkdir(CACHE, { recursive: true });
  const part = `${file}.${process.pid}`;
  await writeFile(part, new Uint8Array(await dump.arrayBuffer()));
  await rename(part, file);
  // Those of other schemas; whoever still needs one makes it again.
  for (const name of await readdir(CACHE)) {
    const old = join(CACHE, name);
    if (/^cloud-pglite-\w+\.tar$/.test(name) && old !== file) await rm(old, { force: true });
  }
  return db;
}

/** @param folder where the data stays; null: in memory */
export async function openPglite(folder: string | null): Promise<Engine> {
  let db: PGlite;
  if (folder === null) {
    db = await fromSnapshot();
  } else {
    await mkdir(folder, { recursive: true });
    const hash = stepsHash(allSteps());
    const mark = join(folder, 'steps-pglite');
    const built = await readFile(mark, 'utf8').catch(() => null);
    // Development data of another schema is worth less than a schema that is right.
    if (built !== hash) await rm(join(folder, 'pglite'), { recursive: true, force: true });
    const dataDir = join(folder, 'pglite');
    db = built === hash ? await PGlite.create({ ...OPTIONS, dataDir }) : await build({ dataDir });
    await writeFile(mark, hash);
  }
  await db.exec(`set time zone 'UTC'`);

  const query = queryOf(db);
  const as: Engine['as'] = (role, claims, fn) =>
    db.transaction(async (tx) => {
      const { sql, params } = apiSession(role, claims);
      await tx.query(sql, [...params]);
      return fn(queryOf(tx));
    });
  return {
    kind: 'pglite',
    query,
    async exec(sql) {
      await db.exec(sql);
    },
    as,
    asUser: (userId, fn) => as('authenticated', userClaims(userId), fn),
    close: () => db.close(),
  };
}
