import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../scripts/cloud/types.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../src/main/db/fixtures.ts';
import { createSyncStore } from '../../src/main/db/queries/sync-store.ts';
import { silentLog } from '../../src/main/logging/log.ts';
import type { LocalChange, SyncRemote, SyncStore } from '../../src/main/services/sync/ports.ts';
import { SyncService } from '../../src/main/services/sync/sync-service.ts';
import type { WritableTable } from '../../src/main/services/sync/wire.ts';
import { SimClock } from './sync-clock.ts';
import type { Random } from './sync-random.ts';
import { type CallFault, directRemote, withFault } from './sync-remote.ts';

export const TABLES = ['avatars', 'streaming_sessions', 'rtmp_sources'] as const;

/** What the next calls of a device meet. */
export interface Trouble {
  /** For the calls in their order. */
  readonly calls: (CallFault | undefined)[];
  /** The process dies while this call, counted from now, is under way. */
  crashAt: number | null;
  /** The disk takes nothing more when this call, counted from now, has come back. */
  fullAt: number | null;
}

/** One studio of the account: a real database, store and service; only the wire and the clock are the test's. */
export class Device {
  readonly index: number;
  readonly clock: SimClock;
  readonly #engine: Engine;
  readonly #userId: string;
  readonly #home: string;
  readonly #random: Random;
  #life = 0;
  #trouble: Trouble = { calls: [], crashAt: null, fullAt: null };
  #left: string | null = null;
  db!: TemporaryDatabase;
  store!: SyncStore;
  service!: SyncService;

  constructor(engine: Engine, userId: string, index: number, random: Random) {
    this.#engine = engine;
    this.#userId = userId;
    this.#random = random;
    this.index = index;
    this.clock = new SimClock(random);
    this.#home = mkdtempSync(join(tmpdir(), 'vida3-sim-'));
    this.#open(join(this.#home, '0'));
  }

  #open(folder: string): void {
    this.db = temporaryDatabase(this.#userId, folder);
    this.db.sqlite.pragma('synchronous = OFF');
    this.store = createSyncStore(this.db, { newId: () => this.#random.uuid() });
    this.service = this.newService();
  }

  /** Another service on the same database, as a second window would be. */
  newService(): SyncService {
    return new SyncService({
      remote: this.#remote(),
      clock: this.clock,
      log: silentLog,
      onState: () => undefined,
      onChanged: () => undefined,
      pullLimit: 80,
    });
  }

  get profile() {
    return { userId: this.#userId, store: this.store };
  }

  #remote(): SyncRemote {
    const direct = directRemote(this.#engine, this.#userId);
    const call = async <T>(run: () => Promise<T>): Promise<T> => {
      const trouble = this.#trouble;
      const result = await withFault(trouble.calls.shift(), run);
      if (trouble.fullAt !== null && trouble.fullAt-- === 0) this.fillDisk();
      if (trouble.crashAt !== null && trouble.crashAt-- === 0) this.#leaveBehind();
      return result;
    };
    return {
      pull: (request, signal) => call(() => direct.pull(request, signal)),
      push: (request, signal) => call(() => direct.push(request, signal)),
    };
  }

  arm(trouble: Partial<Trouble>): void {
    this.#trouble = { calls: [], crashAt: null, fullAt: null, ...trouble };
  }

  /** One whole sync, tried at once. */
  async sync(): Promise<void> {
    if (this.service.state.mode === 'local') this.service.start(this.profile);
    await this.service.now();
    this.arm({});
    if (this.#left !== null) await this.#reopen(this.#left);
  }

  /** Nothing more fits: the file may not grow, and has no room in it. */
  fillDisk(): void {
    const pages = Number(this.db.sqlite.pragma('page_count', { simple: true }));
    this.db.sqlite.pragma(`max_page_count = ${pages}`);
  }

  freeDisk(): void {
    this.db.sqlite.pragma('max_page_count = 1000000');
  }

  /** The files as the dead process leaves them; what it does from here on is not in them. */
  #leaveBehind(): void {
    const folder = join(this.#home, String(++this.#life));
    mkdirSync(folder);
    for (const part of ['', '-wal']) {
      const file = this.db.file + part;
      if (existsSync(file)) copyFileSync(file, join(folder, `vida3.db${part}`));
    }
    this.#left = folder;
    throw new Error('The process is dead');
  }

  async #reopen(folder: string): Promise<void> {
    this.#left = null;
    await this.service.stop();
    this.db.close();
    this.#open(folder);
  }

  get crashed(): number {
    return this.#life;
  }

  /** A service's change: the row and its op in one transaction. */
  write(sql: string, params: readonly unknown[], change: LocalChange): void {
    this.db.sqlite.transaction(() => {
      this.db.sqlite.prepare(sql).run(...params);
      this.db.enqueue(change);
    })();
    this.service.changed();
  }

  /** Rows that a user of this device sees. */
  rows(table: WritableTable): { uid: string; status?: string }[] {
    return this.db.sqlite
      .prepare<[], { uid: string }>(`select * from "${table}" where deleted_at is null order by uid`)
      .all();
  }

  /** All that came from the server, as text; rows that never reached it are nobody else's business. */
  dump(tables: readonly string[]): string {
    return tables
      .map((table) => {
        const isOwn = (TABLES as readonly string[]).includes(table);
        const rows = this.db.sqlite
          .prepare(
            `select * from "${table}" ${isOwn ? 'where rev > 0 or deleted_at is null' : ''} order by ${isOwn ? 'uid' : 'id'}`,
          )
          .all();
        return `${table}\n${rows.map((row) => JSON.stringify(row)).join('\n')}`;
      })
      .join('\n');
  }

  async close(): Promise<void> {
    await this.service.stop();
    this.db.close();
    rmSync(this.#home, { recursive: true, force: true });
  }
}
