import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import {
  DetailedError,
  type FileSource,
  type HttpRequest,
  type HttpResponse,
  type SliceResult,
  Upload,
} from 'tus-js-client';
import { z } from 'zod';
import { ReasonError } from '../../shared/errors.ts';
import { storageError } from '../../shared/storage-error.ts';
import type { Tokens } from '../services/account/ports.ts';
import { RemoteError } from '../services/sync/ports.ts';
import type { DownloadRequest, FileRemote, UploadRequest } from '../services/sync/transfer-ports.ts';
import type { CloudConfig } from './config.ts';
import { failureOf } from './failures.ts';
import { retryAfter } from './http.ts';

const BUCKET = 'avatars';
/** The only size that Supabase's storage takes for all chunks but the last. */
const CHUNK_BYTES = 6 * 1024 * 1024;
/** Neither way has a limit as a whole; a line on which nothing moves for so long is dead. */
const STALL_MS = 45_000;

export interface StorageOptions {
  readonly config: CloudConfig;
  readonly tokens: Tokens;
  readonly chunkBytes?: number;
  readonly stallMs?: number;
}

/** Files of avatars in the project's storage: resumable uploads (tus 1.0), downloads by path. */
export function createFileRemote(options: StorageOptions): FileRemote {
  return {
    upload: (request) => withFreshToken(options.tokens, () => upload(options, request)),
    download: (request) => withFreshToken(options.tokens, () => download(options, request)),
  };
}

/** Removes objects of the account's own; see RemovedFiles. */
export function createObjectRemover(
  options: StorageOptions,
): (objectPaths: readonly string[]) => Promise<void> {
  return (objectPaths) => withFreshToken(options.tokens, () => removeObjects(options, objectPaths));
}

/** Runs `transfer` again when its token was not taken, once. */
async function withFreshToken<T>(tokens: Tokens, transfer: () => Promise<T>): Promise<T> {
  try {
    return await transfer();
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    tokens.refused(error.token);
  }
  try {
    return await transfer();
  } catch (error) {
    if (error instanceof TokenRefused)
      throw new RemoteError('signed-out', { status: error.status }, { cause: error });
    throw error;
  }
}

/** The server did not take this token. */
class TokenRefused extends Error {
  readonly token: string;
  readonly status: number;

  constructor(token: string, status: number) {
    super('the token was refused');
    this.token = token;
    this.status = status;
  }
}

async function upload(options: StorageOptions, request: UploadRequest): Promise<void> {
  const { config, tokens, chunkBytes = CHUNK_BYTES, stallMs = STALL_MS } = options;
  const { objectPath, signal } = request;
  const endpoint = `${config.url}/storage/v1/upload/resumable`;
  const { origin } = new URL(config.url);
  const watch = new Stall(stallMs);
  let token = '';
  const ended = Promise.withResolvers<void>();

  const file = await open(request.file);

  const tus = new Upload(
    // Nothing is read of it: the reader below has the file.
    Buffer.alloc(1),
    {
      fileReader: { openFile: () => Promise.resolve(sourceOf(file, request.bytes)) },
      endpoint,
      uploadUrl: request.uploadUrl,
      uploadSize: request.bytes,
      chunkSize: chunkBytes,
      retryDelays: null,
      storeFingerprintForResuming: false,
      headers: { apikey: config.key, 'x-upsert': 'false' },
      metadata: {
        bucketName: BUCKET,
        objectName: objectPath,
        contentType: contentTypeOf(objectPath),
        cacheControl: '31536000',
      },
      async onBeforeRequest(http: HttpRequest) {
        signal.throwIfAborted();
        // The address of an upload comes from the server; the token goes to nobody else.
        if (new URL(http.getURL()).origin !== origin)
          throw new RemoteError('bad-answer', { code: 'foreign-location' });
        token = await tokens.token();
        http.setHeader('authorization', `Bearer ${token}`);
        watch.moved();
      },
      onAfterResponse(http: HttpRequest, answer: HttpResponse) {
        watch.moved();
        const failure = failureOfAnswer(answerOf(answer), token);
        // The library begins anew after any failed HEAD; only an upload that is gone for good may cost what was sent.
        const gone = http.getMethod() === 'HEAD' && GONE.has(answer.getStatus());
        if (failure && !gone) throw failure;
      },
      onUploadUrlAvailable() {
        if (tus.url) request.onUrl(tus.url);
      },
      onProgress(sent: number) {
        watch.moved();
        request.onProgress(sent);
      },
      onChunkComplete: (_size: number, accepted: number) => request.onAccepted(accepted),
      onSuccess: () => ended.resolve(),
      onError: (error: Error) => ended.reject(causeOf(error)),
    },
  );
  const stop = () => ended.reject(signal.reason);
  watch.start(() => ended.reject(new RemoteError('offline', { message: 'offline: nothing moves' })));
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    tus.start();
    await ended.promise;
  } catch (error) {
    await tus.abort();
    // The path has the hash of the content in it: what is there under it is this file.
    if (error instanceof RemoteError && error.code === EXISTS) return;
    throw error;
  } finally {
    watch.end();
    await file.close();
    signal.removeEventListener('abort', stop);
  }
}

/** Nothing is known of an upload under its address (any more). */
const GONE: ReadonlySet<number> = new Set([400, 403, 404, 410]);
const EXISTS = 'already-exists';

/** The file by chunks, each read when it is sent; the library's own reader leaves its streams' errors to nobody. */
function sourceOf(file: FileHandle, bytes: number): FileSource {
  return {
    size: bytes,
    async slice(start: number, end: number): Promise<SliceResult> {
      const wanted = Math.min(end, bytes) - start;
      const { bytesRead, buffer } = await file
        .read(Buffer.allocUnsafe(wanted), 0, wanted, start)
        .catch((error: unknown) => Promise.reject(storageError(error)));
      if (bytesRead < wanted)
        throw new ReasonError('files.changed', `${start + bytesRead} of ${bytes} bytes`);
      return { value: Object.assign(buffer, { size: wanted }), done: end >= bytes };
    },
    close: () => undefined,
  };
}

async function download(
  options: StorageOptions,
  request: DownloadRequest,
): Promise<{ sha256: string; bytes: number }> {
  const { config, tokens, stallMs = STALL_MS } = options;
  const { objectPath, maxBytes } = request;
  const token = await tokens.token();
  const stalled = new AbortController();
  const watch = new Stall(stallMs);
  watch.start(() => stalled.abort());
  try {
    const response = await answered(
      fetch(`${config.url}/storage/v1/object/authenticated/${BUCKET}/${objectPath}`, {
        headers: { apikey: config.key, authorization: `Bearer ${token}` },
        redirect: 'manual',
        signal: AbortSignal.any([request.signal, stalled.signal]),
      }),
      request.signal,
    );
    if (!response.ok || !response.body) {
      const body = await answered(response.text(), request.signal);
      const said = { status: response.status, retryAfter: response.headers.get('retry-after'), body };
      throw failureOfAnswer(said, token) ?? new RemoteError('bad-answer', { status: response.status });
    }
    const total = Number(response.headers.get('content-length')) || null;
    if (total !== null && total > maxBytes) throw new ReasonError('files.changed', `${total} bytes`);
    return await save(response.body, request, total, watch);
  } finally {
    watch.end();
  }
}

async function removeObjects(
  { config, tokens, stallMs = STALL_MS }: StorageOptions,
  objectPaths: readonly string[],
): Promise<void> {
  const token = await tokens.token();
  const signal = AbortSignal.timeout(stallMs);
  const response = await answered(
    fetch(`${config.url}/storage/v1/object/${BUCKET}`, {
      method: 'DELETE',
      headers: {
        apikey: config.key,
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ prefixes: objectPaths }),
      redirect: 'manual',
      signal,
    }),
    signal,
  );
  const body = await answered(response.text(), signal);
  const said = { status: response.status, retryAfter: response.headers.get('retry-after'), body };
  const failure = failureOfAnswer(said, token);
  if (failure) throw failure;
}

async function save(
  body: ReadableStream<Uint8Array>,
  { file, maxBytes, signal, onProgress }: DownloadRequest,
  total: number | null,
  watch: Stall,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const to = await open(file, 'w', 0o600);
  try {
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await answered(reader.read(), signal);
      if (done) break;
      bytes += value.byteLength;
      if (bytes > maxBytes) {
        await reader.cancel();
        throw new ReasonError('files.changed', `more than ${maxBytes} bytes`);
      }
      watch.moved();
      hash.update(value);
      await to.writeFile(value);
      onProgress(bytes, total);
    }
    await to.sync();
  } finally {
    await to.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** What fails on the way to the server is `offline`; who was stopped hears that. */
async function answered<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await step;
  } catch (error) {
    signal.throwIfAborted();
    throw new RemoteError('offline', {}, { cause: error });
  }
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

function answerOf(response: HttpResponse): Answer {
  return {
    status: response.getStatus(),
    retryAfter: response.getHeader('retry-after') ?? null,
    body: response.getBody() ?? '',
  };
}

/** The storage says in its body what it means: many of its refusals are sent as a 400. */
const bodySchema = z.object({
  statusCode: z.union([z.string(), z.number()]).optional(),
  error: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
});

function failureOfAnswer(answer: Answer, token: string): RemoteError | TokenRefused | null {
  if (answer.status >= 200 && answer.status < 300) return null;
  const said = bodySchema.safeParse(parsed(answer.body)).data;
  const meant = Number(said?.statusCode);
  const status = answer.status === 400 && meant >= 400 && meant < 600 ? meant : answer.status;
  const code = said?.code ?? said?.error ?? null;
  const aboutToken = code === 'InvalidJWT' || /\bjwt\b|"exp" claim/i.test(said?.message ?? answer.body);
  if (status === 401 || ((status === 400 || status === 403) && aboutToken))
    return new TokenRefused(token, status);
  // Another one is sending it, or the answer to a chunk was lost: the next try asks for the offset first.
  if (status === 423 || (status === 409 && /offset/i.test(answer.body))) {
    return new RemoteError('busy', { status, code });
  }
  if (status === 409) return new RemoteError('refused', { status, code: EXISTS });
  return failureOf({
    status,
    retryAfterMs: retryAfter(answer.retryAfter),
    token,
    failure: null,
    body: { code },
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What the library wraps is what was thrown by us, or the system's word of a dead line. */
function causeOf(error: Error): unknown {
  const cause = error instanceof DetailedError ? error.causingError : error;
  if (cause instanceof RemoteError || cause instanceof TokenRefused || cause instanceof ReasonError)
    return cause;
  if (error instanceof DetailedError) return new RemoteError('offline', {}, { cause: error });
  return error;
}

function contentTypeOf(objectPath: string): string {
  return objectPath.endsWith('.png') ? 'image/png' : 'model/gltf-binary';
}

/** Notices that nothing has moved for a while. */
class Stall {
  readonly #ms: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(ms: number) {
    this.#ms = ms;
  }

  start(onStall: () => void): void {
    this.#timer = setTimeout(onStall, this.#ms);
  }

  moved(): void {
    this.#timer?.refresh();
  }

  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
