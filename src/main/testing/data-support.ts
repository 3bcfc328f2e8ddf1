import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataSnapshot, dataSnapshot } from '../../shared/ipc/data.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../db/fixtures.ts';
import { createArchiveRows } from '../db/queries/archive.ts';
import { createAvatarRows } from '../db/queries/avatars.ts';
import { silentLog } from '../logging/log.ts';
import { DataService } from '../services/data/data-service.ts';
import { inspectHere } from '../services/library/inspect/inspect-here.ts';
import { packGlb, triangle } from '../services/library/inspect/make-glb.ts';
import { createLibrary, type LibraryService } from '../services/library/library.ts';
import { makePng } from '../services/library/make-png.ts';
import type { AvatarUpload } from '../services/library/ports.ts';

export const OWNER = '11111111-1111-4111-8111-111111111111';
export const OTHER = '99999999-9999-4999-8999-999999999999';
export const UID = '22222222-2222-4222-8222-222222222222';
export const NOW = '2026-11-20T10:00:00.000Z';
export const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
export const model = (extra: unknown) => packGlb({ ...triangle().json, extras: extra }, triangle().bin);
export const glb = model(1);
export const png = makePng(64, 64);
export const wav = Uint8Array.from('RIFF\0\0\0\0WAVEfmt ', (letter) => letter.charCodeAt(0));

export interface Profile {
  readonly folder: string;
  readonly database: TemporaryDatabase;
  readonly library: LibraryService;
  readonly data: DataService;
  readonly snapshots: DataSnapshot[];
  readonly uploads: AvatarUpload[];
  imported: number;
}

/** Profiles with real databases and libraries; here because a service's folder knows no database. */
export class DataProfiles {
  readonly dir = mkdtempSync(join(tmpdir(), 'vida3-data-'));
  readonly #open: Profile[] = [];

  async open(owner: string | null, name = `p${this.#open.length}`): Promise<Profile> {
    const folder = join(this.dir, name);
    const database = temporaryDatabase(owner, folder);
    const uploads: AvatarUpload[] = [];
    const queue = {
      enqueue: (upload: AvatarUpload) => void uploads.push(upload),
      drop: () => undefined,
    };
    const library = await createLibrary({
      resourcesDir: join(this.dir, 'nothing'),
      home: folder,
      avatars: createAvatarRows(database, queue),
      inspect: inspectHere,
      log: silentLog,
    });
    const snapshots: DataSnapshot[] = [];
    const made: Profile = {
      folder,
      database,
      library,
      snapshots,
      uploads,
      imported: 0,
      data: new DataService({
        home: folder,
        profile: () => ({ name: 'Ünïcode & Söns', folder }),
        rows: createArchiveRows(database, queue),
        library: () => library.files(),
        backups: { list: () => [{ name: 'b.db', at: NOW, bytes: 1 }], backUp: async () => undefined },
        version: '0.1.0',
        publish: (snapshot) => void snapshots.push(dataSnapshot.payload.parse(snapshot)),
        onImported: () => made.imported++,
        log: silentLog,
        now: () => new Date(NOW),
      }),
    };
    this.#open.push(made);
    return made;
  }

  async close(): Promise<void> {
    for (const { data, library, database } of this.#open) {
      await data.close();
      await library.close();
      database.close();
    }
    rmSync(this.dir, { recursive: true });
  }
}

export const run = ({ database }: Profile, sql: string, ...values: unknown[]) =>
  void database.sqlite.prepare(sql).run(...values);
export const count = ({ database }: Profile, table: string) =>
  database.sqlite.prepare(`select count(*) from ${table}`).pluck().get();
