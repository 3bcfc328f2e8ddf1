import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TemporaryDatabase, temporaryDatabase } from '../db/fixtures.ts';
import { createAvatarRows } from '../db/queries/avatars.ts';
import { createTransferStore } from '../db/queries/upload-queue.ts';
import { type Log, silentLog } from '../logging/log.ts';
import { inspectHere } from '../services/library/inspect/inspect-here.ts';
import { packGlb, triangle } from '../services/library/inspect/make-glb.ts';
import { createLibrary, type LibraryService } from '../services/library/library.ts';
import { makePng } from '../services/library/make-png.ts';
import type { AvatarUpload, LibraryOptions, WantedFile } from '../services/library/ports.ts';

export const OWNER = '11111111-1111-4111-8111-111111111111';
export const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
export const model = (extra: unknown) => packGlb({ ...triangle().json, extras: extra }, triangle().bin);
export const glb = model(1);
export const other = model(2);
export const png = makePng(64, 64);

/** A library over a real database and a real folder; it is here because a service's folder knows no database. */
export class LibraryRows {
  readonly dir = mkdtempSync(join(tmpdir(), 'vida3-rows-'));
  readonly home = join(this.dir, 'home');
  database: TemporaryDatabase | undefined;
  readonly uploads: AvatarUpload[] = [];
  wanted: WantedFile[] = [];
  readonly warnings: unknown[] = [];
  inspected = 0;
  readonly #libraries: LibraryService[] = [];

  constructor() {
    mkdirSync(join(this.home, 'avatars'), { recursive: true });
  }

  async open(owner: string | null, options: Partial<LibraryOptions> = {}): Promise<LibraryService> {
    if (this.database?.owner !== owner) {
      this.database?.close();
      this.database = temporaryDatabase(owner);
    }
    const log: Log = { ...silentLog, warn: (_message, fields) => void this.warnings.push(fields) };
    const library = await createLibrary({
      resourcesDir: join(this.dir, 'nothing'),
      home: this.home,
      avatars: createAvatarRows(this.database, {
        enqueue: (upload) => void this.uploads.push(upload),
        drop: (uid) => createTransferStore(this.database!).drop(uid),
      }),
      inspect: (path, options) => {
        this.inspected++;
        return inspectHere(path, options);
      },
      log,
      onNeedsFile: (file) => void this.wanted.push(file),
      ...options,
    });
    this.#libraries.push(library);
    return library;
  }

  async close(): Promise<void> {
    for (const library of this.#libraries) await library.close();
    this.database?.close();
    rmSync(this.dir, { recursive: true });
  }

  files(): string[] {
    return readdirSync(join(this.home, 'avatars')).sort();
  }

  place(name: string, bytes: Uint8Array | string): string {
    writeFileSync(join(this.home, 'avatars', name), bytes);
    return join(this.home, 'avatars', name);
  }

  aside(bytes: Uint8Array): string {
    writeFileSync(join(this.dir, 'download'), bytes);
    return join(this.dir, 'download');
  }

  sqlite(): TemporaryDatabase['sqlite'] {
    return this.database!.sqlite;
  }

  ops(): (readonly [kind: string, patch: unknown])[] {
    return this.sqlite()
      .prepare('select kind, patch from sync_outbox order by seq')
      .all()
      .map((row) => {
        const { kind, patch } = row as { kind: string; patch: string };
        return [kind, JSON.parse(patch)] as const;
      });
  }

  row(uid: string): Record<string, unknown> {
    return this.sqlite().prepare('select * from avatars where uid = ?').get(uid) as Record<string, unknown>;
  }

  /** As sync puts it there. */
  pulled(uid: string, bytes: Uint8Array, change: Record<string, unknown> = {}): string {
    const sha256 = sha(bytes);
    const path = `${OWNER}/${uid}/${sha256}.glb`;
    const columns = {
      uid,
      name: 'From elsewhere',
      type: 'glb-upload',
      vertices: 3,
      control_points: 0,
      file_size: bytes.byteLength,
      metadata: JSON.stringify({ sha256, family: 'glb', extension: 'glb' }),
      model_url: path,
      file_url: path,
      sync_seq: 1,
      rev: 1,
      ...change,
    };
    const names = Object.keys(columns);
    this.sqlite()
      .prepare(`insert into avatars (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`)
      .run(...Object.values(columns));
    return sha256;
  }
}
