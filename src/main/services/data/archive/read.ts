import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ReasonError } from '../../../../shared/errors.ts';
import { storageError } from '../../../../shared/storage-error.ts';
import { ARCHIVE_LIMITS } from './limits.ts';
import {
  ARCHIVE_VERSION,
  formatSchema,
  MANIFEST,
  type Manifest,
  manifestSchema,
  maxBytesOf,
} from './manifest.ts';

const STORED = 0;
const DEFLATED = 8;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const NEWLINE = 0x0a;

/** An archive whose names, sizes and manifest were checked; its contents are checked as they are read. */
export interface ArchiveReader {
  readonly manifest: Manifest;
  has(name: string): boolean;
  /**
   * The lines of a rows file; null for one that is longer than a row may be. None when there is no such file.
   * @throws ReasonError `data.bad-archive` at the end, when the whole was not what the manifest says
   */
  lines(name: string, signal: AbortSignal): AsyncGenerator<string | null>;
  /**
   * Unpacks an entry to a new file.
   * @returns false: it is not what the manifest says; what was written is the caller's to remove
   * @throws ReasonError `storage.*`; the signal's reason
   */
  extract(name: string, path: string, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

/**
 * Opens an archive that may come from anybody: nothing is unpacked before every name is one of ours, no entry is there
 * twice, is a link or is encrypted, and all of it together is no larger than it may be.
 * @throws ReasonError `data.bad-archive`, `data.too-new`
 */
export async function openArchive(path: string): Promise<ArchiveReader> {
  const zip = await openPromise(path, {
    autoClose: false,
    validateEntrySizes: true,
    strictFileNames: true,
  }).catch((error: unknown) => {
    throw bad('no archive', error);
  });
  // Whoever reads an entry hears of it there; without a listener the program would end.
  zip.on('error', () => undefined);
  try {
    const entries = await readEntries(zip);
    const manifest = await readManifest(zip, entries);
    mustAgree(manifest, entries);
    return readerOf(zip, entries, manifest);
  } catch (error) {
    zip.close();
    throw error instanceof ReasonError ? error : bad('damaged', error);
  }
}

async function readEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > ARCHIVE_LIMITS.entries) throw bad(`${zip.entryCount} entries`);
  const entries = new Map<string, Entry>();
  let unpacked = 0;
  let packed = 0;
  for await (const entry of zip.eachEntry()) {
    mustBeOurs(entry);
    if (entries.has(entry.fileName)) throw bad(`${entry.fileName} is there twice`);
    entries.set(entry.fileName, entry);
    unpacked += entry.uncompressedSize;
    packed += entry.compressedSize;
    if (unpacked > ARCHIVE_LIMITS.bytes) throw bad('too much in it');
  }
  // Entries that share their bytes are how a small file claims to hold a large one.
  if (packed > zip.fileSize) throw bad('entries overlap');
  return entries;
}

/** @throws ReasonError `data.bad-archive` */
function mustBeOurs(entry: Entry): void {
  const { fileName, uncompressedSize, compressedSize, compressionMethod } = entry;
  const limit = maxBytesOf(fileName);
  if (limit === null) throw bad('an entry that no archive has');
  if (uncompressedSize > limit) throw bad(`${fileName} is too big`);
  const { ratio, ratioFrom } = ARCHIVE_LIMITS;
  if (uncompressedSize > ratioFrom && uncompressedSize > compressedSize * ratio) {
    throw bad(`${fileName} is packed too well`);
  }
  if (entry.isEncrypted() || (compressionMethod !== STORED && compressionMethod !== DEFLATED)) {
    throw bad(`${fileName} cannot be unpacked`);
  }
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (type !== 0 && type !== REGULAR) throw bad(`${fileName} is no file`);
}

async function readManifest(zip: ZipFile, entries: ReadonlyMap<string, Entry>): Promise<Manifest> {
  const entry = entries.get(MANIFEST);
  if (!entry) throw bad('no manifest');
  const chunks: Buffer[] = [];
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
  const content = parseJson(Buffer.concat(chunks).toString('utf8'));
  const format = formatSchema.safeParse(content);
  if (!format.success) throw bad('a manifest of something else');
  if (format.data.version > ARCHIVE_VERSION) throw new ReasonError('data.too-new', `${format.data.version}`);
  const manifest = manifestSchema.safeParse(content);
  if (!manifest.success) throw bad('a broken manifest');
  return manifest.data;
}

function mustAgree(manifest: Manifest, entries: ReadonlyMap<string, Entry>): void {
  const told = Object.entries(manifest.files);
  if (told.length !== entries.size - 1) throw bad('not all that the manifest tells of');
  for (const [name, { bytes }] of told) {
    if (entries.get(name)?.uncompressedSize !== bytes || name === MANIFEST)
      throw bad(`${name} is another one`);
  }
}

function readerOf(zip: ZipFile, entries: ReadonlyMap<string, Entry>, manifest: Manifest): ArchiveReader {
  const expected = (name: string) => manifest.files[name]!.sha256;
  const streamOf = (name: string): Promise<Readable> => zip.openReadStreamPromise(entries.get(name)!);

  return {
    manifest,
    has: (name) => name !== MANIFEST && entries.has(name),
    async *lines(name, signal) {
      if (!entries.has(name)) return;
      const hash = createHash('sha256');
      const splitter = new LineSplitter();
      try {
        for await (const chunk of await streamOf(name)) {
          signal.throwIfAborted();
          hash.update(chunk as Buffer);
          yield* splitter.push(chunk as Buffer);
        }
      } catch (error) {
        if (signal.aborted || error instanceof ReasonError) throw error;
        throw bad(`${name} is damaged`, error);
      }
      yield* splitter.end();
      if (hash.digest('hex') !== expected(name)) throw bad(`${name} is not what it was`);
    },
    async extract(name, path, signal) {
      const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
        throw storageError(error);
      });
      try {
        const hash = createHash('sha256');
        const chunks = (await streamOf(name))[Symbol.asyncIterator]();
        for (;;) {
          signal.throwIfAborted();
          const next = await chunks.next().catch(() => null);
          if (next === null) return false;
          if (next.done) break;
          const chunk = next.value as Buffer;
          hash.update(chunk);
          await file.writeFile(chunk).catch((error: unknown) => {
            throw storageError(error);
          });
        }
        return hash.digest('hex') === expected(name);
      } finally {
        await file.close();
      }
    },
    close: () => zip.close(),
  };
}

/** Lines out of chunks; of one that is too long nothing is kept. */
class LineSplitter {
  #parts: Buffer[] = [];
  #length = 0;

  *push(chunk: Buffer): Generator<string | null> {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#add(chunk.subarray(from, at));
      yield* this.end();
      from = at + 1;
    }
    this.#add(chunk.subarray(from));
  }

  *end(): Generator<string | null> {
    if (this.#length > ARCHIVE_LIMITS.lineBytes) yield null;
    else if (this.#length > 0) yield Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.#length = 0;
  }

  #add(part: Buffer): void {
    this.#length += part.byteLength;
    if (this.#length > ARCHIVE_LIMITS.lineBytes) this.#parts = [];
    else this.#parts.push(part);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bad(detail: string, cause?: unknown): ReasonError {
  return new ReasonError('data.bad-archive', detail, { cause });
}
