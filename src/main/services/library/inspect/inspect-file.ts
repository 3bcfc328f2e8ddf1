import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type AvatarReport, avatarReportSchema } from '../../../../shared/domain/avatar-report.ts';
import { ReasonError } from '../../../../shared/errors.ts';
import { refusal } from './gate.ts';
import type { InspectInput, InspectOutput } from './worker.ts';

export interface InspectOptions {
  readonly signal?: AbortSignal;
  /** Default 20 s; then the file is refused with `avatar.timeout`. */
  readonly timeoutMs?: number;
  /** The worker's file; found by itself in the sources and in the build. */
  readonly workerEntry?: URL;
}

/**
 * Memory of the worker's JavaScript objects, a last resort: V8 may end the whole process instead of a thread that
 * runs into it, so the limits bound what is built to well below. The file itself is not part of it.
 */
const HEAP_MB = 320;

/**
 * Checks an avatar file (or its bytes) in a worker thread with a time and a memory limit. A refused file is a report
 * with `ok: false`; nothing of the file reaches any other thread.
 * @throws ReasonError `avatar.not-found`, `internal.unexpected`; the signal's reason when it is aborted
 */
export async function inspectAvatar(
  source: string | Uint8Array,
  options: InspectOptions = {},
): Promise<AvatarReport> {
  options.signal?.throwIfAborted();
  const started = performance.now();
  const refused = (error: ReasonError): AvatarReport => ({
    ...refusal(error, typeof source === 'string' ? 0 : source.length),
    cost: { ms: Math.round(performance.now() - started), peakMb: 0 },
  });
  if (typeof source === 'string') {
    const info = await stat(source).catch(() => null);
    if (!info) throw new ReasonError('avatar.not-found', source);
    // A pipe or a device would be waited for without end.
    if (!info.isFile()) return refused(new ReasonError('avatar.not-a-model', 'no regular file'));
  }
  const input: InspectInput = {
    source: typeof source === 'string' ? { path: resolvePath(source) } : { bytes: source },
  };
  const outcome = await runWorker(input, options);
  if (outcome instanceof ReasonError) return refused(outcome);
  if (outcome.kind === 'failed') throw new ReasonError(outcome.reason, outcome.detail);
  return avatarReportSchema.parse(outcome.report);
}

/** The worker's answer, or why it had to be ended. */
async function runWorker(input: InspectInput, options: InspectOptions): Promise<InspectOutput | ReasonError> {
  const worker = new Worker(options.workerEntry ?? findWorker(), {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16 },
    stdout: true,
    stderr: true,
  });
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  try {
    return await new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? 20_000;
      timer = setTimeout(() => resolve(new ReasonError('avatar.timeout', `${timeoutMs} ms`)), timeoutMs);
      onAbort = () => reject(options.signal?.reason);
      options.signal?.addEventListener('abort', onAbort, { once: true });
      worker.once('message', (output: InspectOutput) => resolve(output));
      worker.once('error', (error: NodeJS.ErrnoException) => {
        const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY' || error instanceof RangeError;
        if (isMemory) resolve(new ReasonError('avatar.too-big', 'out of memory while checking'));
        else reject(new ReasonError('internal.unexpected', error.message, { cause: error }));
      });
      worker.once('exit', (code) =>
        reject(new ReasonError('internal.unexpected', `the check ended with ${code}`)),
      );
    });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    // A thread that collects garbage without end does not hear it; the answer does not wait for that.
    worker.unref();
    await Promise.race([worker.terminate(), setTimeoutAsync(2000, undefined, { ref: false })]);
  }
}

/** Beside this file in the sources; in the build this file is inlined in an entry or in a chunk one folder below. */
function findWorker(): URL {
  const candidates = ['./worker.ts', './inspect-worker.js', '../inspect-worker.js'];
  const here = import.meta.url;
  const found = candidates.map((name) => new URL(name, here)).find((url) => existsSync(url));
  if (!found) throw new ReasonError('internal.unexpected', 'the inspect worker is not built');
  return found;
}
