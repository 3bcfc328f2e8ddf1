import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Engine } from '../types.ts';
import { apiSession, userClaims } from './api-session.ts';
import { allSteps, stepsHash } from './migrations.ts';

const run = promisify(execFile);
const PROGRAMS = ['initdb', 'postgres', 'pg_ctl'];

/** The folder with initdb, pg_ctl and postgres: `VIDA3_POSTGRES`, the PATH, or where distributions put them. */
export function postgresPrograms(env: NodeJS.ProcessEnv = process.env): string | null {
  const own = env['VIDA3_POSTGRES'];
  const folders = own ? [own] : (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  for (const base of own ? [] : ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt']) {
    if (!existsSync(base)) continue;
    const versions = readdirSync(base).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    folders.push(...versions.map((version) => join(base, version, 'bin')));
  }
  const all = (folder: string): boolean =>
    PROGRAMS.every((name) => existsSync(join(folder, name)) || existsSync(join(folder, `${name}.exe`)));
  return folders.find(all) ?? null;
}

/** The user that the server runs as: it refuses to be root. Null: whoever we are. */
function serverUser(): { name: string; uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
      return { name, uid: id('-u'), gid: id('-g') };
    } catch {
      // Not on this machine.
    }
  }
  return null;
}

export function postgresIsThere(): boolean {
  if (postgresPrograms() === null || process.platform === 'win32') return false;
  return process.getuid?.() !== 0 || serverUser() !== null;
}

interface PgServer {
  readonly folder: string;
  readonly port: number;
  readonly user: string;
  stop(): Promise<void>;
}

/**
 * Starts a server in a folder of its own that listens on a socket in that folder and nowhere else, so that only who
 * may enter the folder may connect.
 */
async function startServer(folder: string, lasting: boolean): Promise<PgServer> {
  const programs = postgresPrograms();
  if (!programs) throw new Error('No PostgreSQL server is installed (initdb, pg_ctl, postgres).');
  const user = serverUser();
  const as = user ? { uid: user.uid, gid: user.gid, env: { ...process.env, HOME: folder } } : {};
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const name = user?.name ?? process.env['USER'] ?? 'vida3';
  if (!existsSync(join(data, 'PG_VERSION'))) {
    await run(
      join(programs, 'initdb'),
      ['-D', data, '-U', name, '-A', 'trust', '-E', 'UTF8', '--locale', 'C', '--no-sync'],
      { ...as, cwd: folder },
    );
  }
  // The port is only the socket's name.
  const port = 5432;
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: folder,
    port: String(port),
    max_connections: '60',
    timezone: 'UTC',
    ...(lasting ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const child = spawn(
    join(programs, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killWithUs = (): void => {
    child.kill('SIGQUIT');
  };
  process.once('exit', killWithUs);

  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL did not start: ${log}`);
    const client = new pg.Client({ host: folder, port, user: name, database: 'postgres' });
    try {
      await client.connect();
      await client.end();
      break;
    } catch (error) {
      if (tries > 200) {
        child.kill('SIGQUIT');
        throw new Error(`PostgreSQL does not answer: ${log}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  return {
    folder,
    port,
    user: name,
    async stop() {
      process.removeListener('exit', killWithUs);
      // Fast: open connections are ended, what was committed is kept.
      child.kill('SIGINT');
      await ended;
      if (!lasting) await rm(folder, { recursive: true, force: true });
    },
  };
}

const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? (value: string) => Number(value)
      : format === 'binary'
        ? pg.types.getTypeParser(oid, 'binary')
        : pg.types.getTypeParser(oid, 'text'),
};

function queryOf(client: pg.Pool | pg.PoolClient): Engine['query'] {
  return async <T>(sql: string, params: readonly unknown[] = []) =>
    (await client.query(sql, [...params])).rows as T[];
}

let shared: Promise<PgServer> | null = null;
let users = 0;

/** One temporary server for all engines of this process; it goes with the last of them. */
async function sharedServer(): Promise<PgServer> {
  users++;
  shared ??= mkdtemp(join(tmpdir(), 'vida3-pg-')).then((folder) => startServer(folder, false));
  try {
    return await shared;
  } catch (error) {
    users--;
    shared = null;
    throw error;
  }
}

async function releaseServer(): Promise<void> {
  users--;
  if (users > 0 || !shared) return;
  const server = await shared;
  shared = null;
  templates.delete(server.folder);
  await server.stop();
}

async function admin(server: PgServer, sql: string): Promise<void> {
  const client = new pg.Client({
    host: server.folder,
    port: server.port,
    user: server.user,
    database: 'postgres',
  });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const templates = new Map<string, Promise<string>>();

/** The database that all others of a server are copied from. */
function templateOf(server: PgServer): Promise<string> {
  const known = templates.get(server.folder);
  if (known) return known;
  const made = (async () => {
    const name = 'vida3_template';
    await admin(server, `create database ${name}`);
    const client = new pg.Client({
      host: server.folder,
      port: server.port,
      user: server.user,
      database: name,
    });
    await client.connect();
    try {
      for (const step of allSteps()) {
        try {
          await client.query(step.sql);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          throw new Error(`${step.name}: ${message}`, { cause: error });
        }
      }
    } finally {
      await client.end();
    }
    return name;
  })();
  templates.set(server.folder, made);
  return made;
}

/** @param folder where the data stays; null: a temporary one that goes with close() */
export async function openPostgres(folder: string | null): Promise<Engine> {
  const lasting = folder !== null;
  const server = lasting ? await startServer(folder, true) : await sharedServer();
  const stop = lasting ? () => server.stop() : releaseServer;
  let database: string;
  try {
    if (lasting) {
      database = await lastingDatabase(server);
    } else {
      database = `vida3_${randomBytes(6).toString('hex')}`;
      await admin(server, `create database ${database} template ${await templateOf(server)}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }

  const pool = new pg.Pool({
    host: server.folder,
    port: server.port,
    user: server.user,
    database,
    max: 20,
    types,
    options: '-c timezone=UTC',
  });
  // An idle connection that ends (a server that is stopped) is no error of anybody's.
  pool.on('error', () => undefined);
  const as: Engine['as'] = async (role, claims, fn) => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const { sql, params } = apiSession(role, claims);
      await client.query(sql, [...params]);
      const result = await fn(queryOf(client));
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      try {
        await client.query('rollback');
        client.release();
      } catch {
        client.release(true);
      }
      throw error;
    }
  };
  return {
    kind: 'postgres',
    query: queryOf(pool),
    async exec(sql) {
      await pool.query(sql);
    },
    as,
    asUser: (userId, fn) => as('authenticated', userClaims(userId), fn),
    async close() {
      await pool.end();
      if (!lasting && users > 1) await admin(server, `drop database ${database} with (force)`);
      await stop();
    },
  };
}

/** Development data of another schema is worth less than a schema that is right. */
async function lastingDatabase(server: PgServer): Promise<string> {
  const mark = join(server.folder, 'steps-postgres');
  const hash = stepsHash(allSteps());
  const built = await readFile(mark, 'utf8').catch(() => null);
  if (built !== hash) {
    await admin(server, 'drop database if exists vida3_template with (force)');
    templates.delete(server.folder);
    await templateOf(server);
    await writeFile(mark, hash);
  }
  return 'vida3_template';
}
