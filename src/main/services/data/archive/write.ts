import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { LibraryFiles } from '../../library/library.ts';
import type { ArchiveRows } from '../ports.ts';
import { ARCHIVE_FORMAT, ARCHIVE_VERSION, MANIFEST, type Manifest } from './manifest.ts';
import { type ArchiveTable, IMPORTED_TABLES, READ_ONLY_TABLES } from './rows.ts';

const PAGE = 500;
/** Rows are handed on by so much at once: one by one each would cost a turn of five streams. */
const CHUNK_CHARS = 64 * 1024;

export interface ArchiveSource {
  readonly rows: ArchiveRows;
  readonly library: LibraryFiles;
  readonly app: string;
  readonly now: Date;
}

interface FileEntry {
  /** In the archive. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Writes everything of the open profile as one ZIP: rows as JSON lines, then the files as they are, then a manifest with
 * the sha256 of each. Rows are read page by page while it is written; what is changed meanwhile is there or not.
 * @param path of the new file
 * @param onProgress bytes done, and in all
 * @throws what the disk, the rows or the signal throw; the unfinished file is the caller's to remove
 */
export async function writeArchive(
  path: string,
  source: ArchiveSource,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { rows, library, now } = source;
  const files = await filesOf(source);
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  const counts: Record<string, number> = {};
  const written: Manifest['files'] = {};
  const zip = new ZipFile();
  const fault = new AbortController();
  let open: Readable | null = null;
  let done = 0;
  onProgress(0, total);

  /** What is read is hashed on the way. An entry that cannot be read ends the whole. */
  function add(name: string, compress: boolean, chunks: () => AsyncIterable<Buffer>, isFile: boolean): void {
    zip.addReadStreamLazy(name, { compress, mtime: now }, (ready) => {
      const metered = async function* (): AsyncGenerator<Buffer> {
        const hash = createHash('sha256');
        let bytes = 0;
        for await (const chunk of chunks()) {
          hash.update(chunk);
          bytes += chunk.byteLength;
          if (isFile) {
            done += chunk.byteLength;
            onProgress(done, total);
          }
          yield chunk;
        }
        if (name !== MANIFEST) written[name] = { sha256: hash.digest('hex'), bytes };
      };
      open = Readable.from(metered(), { objectMode: false });
      open.once('error', (error) => fault.abort(error));
      ready(null, open);
    });
  }

  const addRows = (name: string, list: () => Iterable<Row>) => {
    counts[name] = 0;
    add(
      `rows/${name}.jsonl`,
      true,
      async function* () {
        let text = '';
        for (const row of list()) {
          counts[name]! += 1;
          text += `${JSON.stringify(row)}\n`;
          if (text.length < CHUNK_CHARS) continue;
          yield Buffer.from(text);
          text = '';
        }
        if (text !== '') yield Buffer.from(text);
      },
      false,
    );
  };
  for (const table of [...IMPORTED_TABLES, ...READ_ONLY_TABLES]) addRows(table, () => pagesOf(rows, table));
  for (const kind of ['images', 'sounds'] as const) {
    addRows(kind, () =>
      library[kind].files().map(({ id, name, fileName }) => ({ id, name, file: fileName })),
    );
  }
  for (const file of files) add(file.name, false, () => createReadStream(file.path), true);
  add(
    MANIFEST,
    true,
    async function* () {
      const manifest: Manifest = {
        format: ARCHIVE_FORMAT,
        version: ARCHIVE_VERSION,
        app: source.app,
        made_at: now.toISOString(),
        owner: rows.owner(),
        counts,
        files: written,
      };
      yield Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    },
    false,
  );
  zip.on('error', (error) => fault.abort(error));
  zip.end();
  try {
    const target = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
    await pipeline(zip.outputStream, target, { signal: AbortSignal.any([signal, fault.signal]) });
  } catch (error) {
    throw signal.aborted ? signal.reason : fault.signal.aborted ? fault.signal.reason : error;
  } finally {
    (open as Readable | null)?.destroy();
  }
}

function* pagesOf(rows: ArchiveRows, table: ArchiveTable): Generator<Row> {
  let after: number | null = 0;
  while (after !== null) {
    const page: ReturnType<ArchiveRows['page']> = rows.page(table, after, PAGE);
    yield* page.rows;
    after = page.next;
  }
}

/** Every file once; of the avatars those that a listed row names. */
async function filesOf({ rows, library }: ArchiveSource): Promise<FileEntry[]> {
  const { folder } = library.avatars;
  const names = new Map<string, string>();
  for (const row of pagesOf(rows, 'avatars')) {
    const file = row['file'] as { sha256: string; extension: string; thumbnail_sha256: string | null } | null;
    if (!file) continue;
    const model = `${file.sha256}.${file.extension}`;
    if (folder.has(model)) names.set(`avatars/${model}`, folder.pathOf(model));
    const picture = `${file.thumbnail_sha256}.png`;
    if (file.thumbnail_sha256 && folder.has(picture))
      names.set(`thumbnails/${picture}`, folder.pathOf(picture));
  }
  for (const kind of ['images', 'sounds'] as const) {
    for (const { fileName, path } of library[kind].files()) names.set(`${kind}/${fileName}`, path);
  }
  const files: FileEntry[] = [];
  for (const [name, path] of names) {
    // Somebody may have deleted it by hand; its row tells of it all the same.
    const info = await stat(path).catch(() => null);
    if (info?.isFile()) files.push({ name, path, bytes: info.size });
  }
  return files;
}
