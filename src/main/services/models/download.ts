import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { ModelEntry } from '../../../shared/domain/model-manifest.ts';
import { ReasonError } from '../../../shared/errors.ts';

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly idleTimeoutMs: number;
  /** Bytes on disk so far, those of an earlier attempt included. */
  readonly onProgress: (received: number) => void;
}

/** What the bytes in a `.part` file belong to; without the same ETag they are not gone on with. */
const partNoteSchema = z.object({ url: z.string(), etag: z.string() });

/**
 * Loads one model file into `target`: goes on from `target.part` when the server still has the same file, checks
 * size and sha256 against the manifest, then renames. One attempt; what arrived stays in the `.part` file.
 * @throws ReasonError `models.cancelled`, `models.offline` (no connection, HTTP error, silence, cut),
 *   `models.bad-hash` (nothing is kept), `models.disk-full`, `storage.failed`
 */
export async function downloadModel(
  entry: ModelEntry,
  target: string,
  options: DownloadOptions,
): Promise<void> {
  const part = `${target}.part`;
  const note = `${target}.part.json`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const etag = await etagOfPart(note, entry.url);
    const size = etag ? await sizeOf(part) : 0;
    const have = size <= entry.bytes ? size : 0;
    if (have < entry.bytes) await fetchInto(entry, part, note, { have, etag }, options);
    if (!(await isAccepted(entry, part))) throw new ReasonError('models.bad-hash', entry.name);
    await rename(part, target);
    await rm(note, { force: true });
  } catch (error) {
    const failure = asReason(error, entry, options.signal);
    if (failure.reason === 'models.bad-hash') await discard(part, note);
    throw failure;
  }
}

/** sha256 of a file, in hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function isAccepted(entry: ModelEntry, path: string): Promise<boolean> {
  const sha256 = await sha256OfFile(path);
  return entry.accepted.some((file) => file.sha256 === sha256);
}

async function fetchInto(
  entry: ModelEntry,
  part: string,
  note: string,
  from: { have: number; etag: string },
  options: DownloadOptions,
): Promise<void> {
  const silence = new AbortController();
  const signal = AbortSignal.any([options.signal, silence.signal]);
  const watch = setTimeout(() => silence.abort(), options.idleTimeoutMs);
  let file: FileHandle | null = null;
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (from.have > 0) Object.assign(headers, { range: `bytes=${from.have}-`, 'if-range': from.etag });
    const response = await fetch(entry.url, { headers, signal });
    const resumed = response.status === 206 && startsAt(response, from.have);
    if (response.status !== 200 && !resumed) {
      await response.body?.cancel();
      // The part does not fit what the server has now: the next attempt begins anew.
      if (response.status === 416 || response.status === 206) await discard(part, note);
      throw new ReasonError('models.offline', `${entry.name}: HTTP ${response.status}`);
    }
    if (!response.body) throw new ReasonError('models.offline', `${entry.name}: empty answer`);
    let received = resumed ? from.have : 0;
    file = await open(part, resumed ? 'a' : 'w');
    const etag = response.headers.get('etag');
    // A weak tag does not promise the same bytes, so such a part is not gone on with.
    if (etag && !etag.startsWith('W/')) await writeFile(note, JSON.stringify({ url: entry.url, etag }));
    else await rm(note, { force: true });
    for await (const chunk of response.body) {
      watch.refresh();
      received += chunk.byteLength;
      if (received > entry.bytes) {
        throw new ReasonError('models.bad-hash', `${entry.name}: more than ${entry.bytes} bytes`);
      }
      await file.writeFile(chunk);
      options.onProgress(received);
    }
    if (received < entry.bytes) {
      throw new ReasonError('models.offline', `${entry.name}: ${received} of ${entry.bytes} bytes`);
    }
    await file.sync();
  } catch (error) {
    if (silence.signal.aborted && !options.signal.aborted) {
      throw new ReasonError('models.offline', `${entry.name}: no answer in time`, { cause: error });
    }
    throw error;
  } finally {
    clearTimeout(watch);
    await file?.close();
  }
}

function startsAt(response: Response, offset: number): boolean {
  return new RegExp(`^bytes ${offset}-`).test(response.headers.get('content-range') ?? '');
}

async function etagOfPart(note: string, url: string): Promise<string> {
  try {
    const parsed = partNoteSchema.safeParse(JSON.parse(await readFile(note, 'utf8')));
    return parsed.success && parsed.data.url === url ? parsed.data.etag : '';
  } catch {
    return ''; // No note, or one cut short by a crash: the download begins anew.
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

async function discard(part: string, note: string): Promise<void> {
  await rm(part, { force: true });
  await rm(note, { force: true });
}

function asReason(error: unknown, entry: ModelEntry, cancelled: AbortSignal): ReasonError {
  if (error instanceof ReasonError) return error;
  if (cancelled.aborted) return new ReasonError('models.cancelled', entry.name);
  // fetch reports every failure of the connection as a TypeError; a file system error carries its code itself.
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ReasonError('models.disk-full', entry.name, { cause: error });
  }
  if (code !== '') return new ReasonError('storage.failed', `${entry.name}: ${code}`, { cause: error });
  return new ReasonError('models.offline', `${entry.name}: the connection failed`, { cause: error });
}
