import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ReasonError } from '../../../../shared/errors.ts';
import { storageError } from '../../../../shared/storage-error.ts';
import type { LibraryFiles } from '../../library/library.ts';
import { cleanName } from '../../library/names.ts';
import { checkPicture } from '../../library/pictures.ts';
import { THUMBNAIL_LIMITS } from '../../library/user-avatars.ts';
import type { ArchiveRows } from '../ports.ts';
import { ARCHIVE_LIMITS, STAGING } from './limits.ts';
import { nameIn } from './names.ts';
import { type ArchiveReader, openArchive } from './read.ts';
import {
  type ArchivedRow,
  type ArchiveTable,
  FILE_LISTS,
  fileListSchema,
  IMPORTED_TABLES,
  type ImportedAvatar,
  type ImportedTable,
  keyOf,
  ROW_SCHEMAS,
} from './rows.ts';

export interface ImportTarget {
  readonly rows: ArchiveRows;
  readonly library: LibraryFiles;
  /** Of the open profile: files are moved from there into their places. */
  readonly folder: string;
}

export interface ImportCounts {
  added: number;
  known: number;
  refused: number;
}

interface StagedFile {
  readonly path: string;
  /** Under which it is kept. */
  readonly name: string;
}
type Rows = { [T in ImportedTable]: ArchivedRow<T>[] };
type Content = { readonly kind: (typeof FILE_LISTS)[number]; readonly name: string; readonly path: string };

/**
 * Adds what an archive has and the open profile has not; nothing is replaced. Everything is unpacked and checked aside
 * first; then the files get their places and all rows go in at once, or nothing stays.
 * @throws ReasonError `data.bad-archive`, `data.too-new`, `storage.*`; the signal's reason
 */
export async function importArchive(
  path: string,
  target: ImportTarget,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<ImportCounts> {
  const reader = await openArchive(path);
  const staging = join(target.folder, `${STAGING}${randomUUID()}`);
  try {
    await mkdir(staging, { recursive: true, mode: 0o700 });
    return await new Import(reader, target, staging, onProgress, signal).run();
  } catch (error) {
    throw signal.aborted ? error : storageError(error);
  } finally {
    reader.close();
    await rm(staging, { recursive: true, force: true, maxRetries: 3 });
  }
}

class Import {
  readonly #reader: ArchiveReader;
  readonly #target: ImportTarget;
  readonly #staging: string;
  readonly #onProgress: (done: number, total: number) => void;
  readonly #signal: AbortSignal;
  readonly #counts: ImportCounts = { added: 0, known: 0, refused: 0 };
  readonly #total: number;
  /** Avatars that the profile has under another name, by the archive's. */
  readonly #twins = new Map<string, string>();
  #done = 0;

  constructor(
    reader: ArchiveReader,
    target: ImportTarget,
    staging: string,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ) {
    this.#reader = reader;
    this.#target = target;
    this.#staging = staging;
    this.#onProgress = onProgress;
    this.#signal = signal;
    this.#total = Object.values(reader.manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  }

  async run(): Promise<ImportCounts> {
    this.#onProgress(0, this.#total);
    const rows: Rows = {
      avatars: [],
      rtmp_sources: [],
      streaming_sessions: [],
      gpu_usage_logs: [],
      settings: [],
    };
    for (const table of IMPORTED_TABLES) await this.#readTable(table, rows);
    const models = new Map<string, { file: StagedFile | null; avatar: ImportedAvatar['model'] } | null>();
    const pictures = new Map<string, { file: StagedFile; bytes: number } | null>();
    const avatars: ImportedAvatar[] = [];
    for (const row of rows.avatars) {
      const avatar = await this.#checkAvatar(row, models, pictures);
      if (avatar) avatars.push(avatar);
      else this.#counts.refused++;
    }
    const contents: Content[] = [];
    for (const kind of FILE_LISTS) await this.#readContents(kind, contents);
    this.#signal.throwIfAborted();

    const files = [...models.values(), ...pictures.values()].flatMap((staged) => staged?.file ?? []);
    await this.#putIn(files, contents, () =>
      this.#target.rows.add({ ...rows, avatars, streaming_sessions: this.#referring(rows, avatars) }),
    );
    const { rtmp_sources, streaming_sessions, gpu_usage_logs, settings } = rows;
    this.#counts.added +=
      avatars.length +
      rtmp_sources.length +
      streaming_sessions.length +
      gpu_usage_logs.length +
      settings.length;
    this.#target.library.changed();
    return this.#counts;
  }

  async #readTable<T extends ImportedTable>(table: T, rows: Rows): Promise<void> {
    const name = `rows/${table}.jsonl`;
    const seen = new Set<string>();
    let lines = 0;
    for await (const line of this.#reader.lines(name, this.#signal)) {
      if (++lines > ARCHIVE_LIMITS.rows)
        throw new ReasonError('data.bad-archive', `${name} has too many rows`);
      const parsed = ROW_SCHEMAS[table].safeParse(line === null ? undefined : parseJson(line));
      if (!parsed.success) {
        this.#counts.refused++;
        continue;
      }
      const given = parsed.data as ArchivedRow<T>;
      const row = this.#renamed(table, given);
      const key = keyOf(table, row);
      if (seen.has(key)) this.#counts.refused++;
      else if (this.#target.rows.has(table, key)) this.#counts.known++;
      else if (
        table === 'avatars' &&
        this.#isTwin((given as ArchivedRow<'avatars'>).uid, row as ArchivedRow<'avatars'>)
      )
        this.#counts.known++;
      else (rows[table] as ArchivedRow<T>[]).push(row);
      seen.add(key);
    }
    this.#advance(name);
  }

  /** The row as this profile calls it: what it has under the archive's own name keeps that. */
  #renamed<T extends ImportedTable>(table: T, row: ArchivedRow<T>): ArchivedRow<T> {
    if (table === 'settings') return row;
    const { rows } = this.#target;
    const rename = (of: ArchiveTable, uid: string) =>
      rows.has(of, uid) ? uid : nameIn(rows.owner(), uid, this.#reader.manifest.owner);
    const named = row as { uid: string; avatar_uid?: string | null };
    const { avatar_uid: avatar } = named;
    return {
      ...row,
      uid: rename(table, named.uid),
      ...(avatar ? { avatar_uid: this.#twins.get(avatar) ?? rename('avatars', avatar) } : {}),
    };
  }

  /** The same model under the same name is the same avatar, whatever it is called inside. */
  #isTwin(uid: string, { name, file }: ArchivedRow<'avatars'>): boolean {
    const twin = file && this.#target.rows.twin(name, file.sha256);
    if (twin) this.#twins.set(uid, twin);
    return Boolean(twin);
  }

  async #checkAvatar(
    row: ArchivedRow<'avatars'>,
    models: Map<string, { file: StagedFile | null; avatar: ImportedAvatar['model'] } | null>,
    pictures: Map<string, { file: StagedFile; bytes: number } | null>,
  ): Promise<ImportedAvatar | null> {
    if (!row.file) return null;
    const { sha256, extension, thumbnail_sha256: picture } = row.file;
    const name = `${sha256}.${extension}`;
    if (!models.has(name)) models.set(name, await this.#stageModel(sha256, extension));
    const model = models.get(name);
    if (!model) return null;
    if (picture && !pictures.has(picture)) pictures.set(picture, await this.#stagePicture(picture));
    const thumbnail = picture ? pictures.get(picture) : null;
    return {
      row,
      model: model.avatar,
      thumbnail: picture && thumbnail ? { sha256: picture, bytes: thumbnail.bytes } : null,
    };
  }

  async #stageModel(
    sha256: string,
    extension: 'vrm' | 'glb',
  ): Promise<{ file: StagedFile | null; avatar: ImportedAvatar['model'] } | null> {
    const name = `${sha256}.${extension}`;
    const path = await this.#unpack(`avatars/${name}`, sha256);
    if (!path) return null;
    const report = await this.#target.library.inspect(path, { signal: this.#signal });
    const { family } = report;
    if (!report.ok || family === null || (family === 'glb') !== (extension === 'glb')) return null;
    const { size } = await stat(path);
    return { file: { path, name }, avatar: { sha256, extension, family, bytes: size } };
  }

  async #stagePicture(sha256: string): Promise<{ file: StagedFile; bytes: number } | null> {
    const name = `${sha256}.png`;
    const path = await this.#unpack(`thumbnails/${name}`, sha256);
    if (!path) return null;
    const bytes = await readFile(path);
    return isPng(bytes) ? { file: { path, name }, bytes: bytes.byteLength } : null;
  }

  async #readContents(kind: Content['kind'], contents: Content[]): Promise<void> {
    const store = this.#target.library[kind];
    const seen = new Set<string>();
    for await (const line of this.#reader.lines(`rows/${kind}.jsonl`, this.#signal)) {
      const parsed = fileListSchema.safeParse(line === null ? undefined : parseJson(line));
      const { id, name, file } = parsed.data ?? { id: '', name: '', file: '' };
      if (!parsed.success || seen.has(id) || !file.startsWith(id)) this.#counts.refused++;
      else if (store.has(id)) this.#counts.known++;
      else {
        const path = await this.#unpack(`${kind}/${file}`, id);
        if (path && store.accepts(await readFile(path))) contents.push({ kind, name, path });
        else this.#counts.refused++;
      }
      seen.add(id);
    }
    this.#advance(`rows/${kind}.jsonl`);
  }

  /** @returns null: it is not there, or not what its name says */
  async #unpack(entry: string, sha256: string): Promise<string | null> {
    this.#signal.throwIfAborted();
    if (!this.#reader.has(entry)) return null;
    const path = join(this.#staging, entry.replace('/', '-'));
    const good = await this.#reader.extract(entry, path, this.#signal);
    this.#advance(entry);
    return good && this.#reader.manifest.files[entry]?.sha256 === sha256 ? path : null;
  }

  #advance(entry: string): void {
    this.#done += this.#reader.manifest.files[entry]?.bytes ?? 0;
    this.#onProgress(Math.min(this.#done, this.#total), this.#total);
  }

  /** A session whose avatar was refused has none. */
  #referring(rows: Rows, avatars: readonly ImportedAvatar[]): ArchivedRow<'streaming_sessions'>[] {
    const added = new Set(avatars.map(({ row }) => row.uid));
    const there = (uid: string | null) =>
      uid !== null && (added.has(uid) || this.#target.rows.has('avatars', uid));
    return rows.streaming_sessions.map((row) => (there(row.avatar_uid) ? row : { ...row, avatar_uid: null }));
  }

  /** Files first, then what names them; whatever fails takes all of it back. */
  async #putIn(
    files: readonly StagedFile[],
    contents: readonly Content[],
    addRows: () => void,
  ): Promise<void> {
    const { library } = this.#target;
    const { folder } = library.avatars;
    const undo: (() => Promise<void>)[] = [];
    try {
      for (const { path, name } of files) {
        if (await folder.keep(path, name)) undo.push(() => folder.drop(name, () => false));
      }
      for (const { kind, name, path } of contents) {
        const { id } = await library[kind].add(cleanName(name, kind), await readFile(path));
        undo.push(() => library[kind].remove(id));
      }
      addRows();
      this.#counts.added += contents.length;
    } catch (error) {
      for (const step of undo.reverse()) await step();
      throw error;
    }
  }
}

function isPng(bytes: Uint8Array): boolean {
  try {
    return checkPicture(bytes, THUMBNAIL_LIMITS) === 'image/png';
  } catch (error) {
    if (error instanceof ReasonError) return false;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
