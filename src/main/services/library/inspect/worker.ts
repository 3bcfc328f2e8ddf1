import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { AvatarReport } from '../../../../shared/domain/avatar-report.ts';
import { type Reason, ReasonError } from '../../../../shared/errors.ts';
import { FORMAT_BYTES } from './format.ts';
import { checkAvatar, type GateReport, refusal } from './gate.ts';
import { checkGlbHeader, splitGlb } from './glb.ts';
import { countTokens } from './json.ts';
import { AVATAR_LIMITS, type AvatarLimits } from './limits.ts';
import { runValidator } from './validator.ts';

export interface InspectInput {
  readonly source: { readonly path: string } | { readonly bytes: Uint8Array };
}

/** A report, or the reason why the file could not be looked at. */
export type InspectOutput =
  | { readonly kind: 'report'; readonly report: AvatarReport }
  | { readonly kind: 'failed'; readonly reason: Reason; readonly detail: string | undefined };

/** The entry of a worker thread: one file, one answer. */
async function main(input: InspectInput): Promise<InspectOutput> {
  const started = performance.now();
  let peak = 0;
  const probe = (): void => {
    const heap = getHeapStatistics();
    peak = Math.max(peak, heap.total_heap_size + heap.external_memory);
  };
  const { source } = input;
  let report: GateReport;
  try {
    const bytes = 'bytes' in source ? source.bytes : readAvatarFile(source.path, AVATAR_LIMITS);
    probe();
    report = checkAvatar(bytes, AVATAR_LIMITS, probe);
    if (report.ok) report = { ...report, problems: [...report.problems, ...(await validate(bytes))] };
  } catch (error) {
    if (!(error instanceof ReasonError)) throw error;
    if (error.reason === 'avatar.not-found') {
      return { kind: 'failed', reason: error.reason, detail: error.detail };
    }
    const size = 'path' in source ? statSync(source.path, { throwIfNoEntry: false })?.size : undefined;
    report = refusal(error, size ?? 0);
  }
  probe();
  const cost = { ms: Math.round(performance.now() - started), peakMb: Math.round(peak / 1e5) / 10 };
  return { kind: 'report', report: { ...report, cost } };
}

/** The size is asked before anything is read, the first bytes before the rest. */
function readAvatarFile(path: string, limits: AvatarLimits): Uint8Array {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new ReasonError('avatar.not-found', path, { cause: error });
  }
  try {
    const { size } = fstatSync(file);
    if (size > limits.fileBytes) throw new ReasonError('avatar.too-big', `${size} bytes`);
    const head = new Uint8Array(Math.min(FORMAT_BYTES, size));
    readSync(file, head, 0, head.length, 0);
    checkGlbHeader(head);
    const bytes = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const count = readSync(file, bytes, at, size - at, at);
      if (count === 0) throw new ReasonError('avatar.truncated', `${at} of ${size} bytes`);
      at += count;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

async function validate(bytes: Uint8Array): Promise<AvatarReport['problems']> {
  const { validator, jsonDepth } = AVATAR_LIMITS;
  const { json } = splitGlb(bytes, AVATAR_LIMITS);
  const light = bytes.length <= validator.bytes && json.length <= validator.jsonBytes;
  if (!light || countTokens(json, jsonDepth) > validator.jsonTokens) return [];
  try {
    return await runValidator(bytes);
  } catch (error) {
    // The gate has passed it; that a second opinion failed is worth a line, not a refusal.
    const message = `The glTF validator could not read it: ${error}`.slice(0, 300);
    return [{ code: 'gltf-validator-failed', severity: 'info', message, fix: 'Export the avatar again.' }];
  }
}

parentPort?.postMessage(await main(workerData as InspectInput));
