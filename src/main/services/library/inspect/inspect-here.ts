import { readFile } from 'node:fs/promises';
import type { AvatarReport } from '../../../../shared/domain/avatar-report.ts';
import { ReasonError } from '../../../../shared/errors.ts';
import { checkAvatar, refusal } from './gate.ts';
import { AVATAR_LIMITS } from './limits.ts';

/** For tests: the checks of an import in this thread, without the validator, because a thread takes a second to start. */
export async function inspectHere(
  path: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<AvatarReport> {
  signal?.throwIfAborted();
  const bytes = await readFile(path);
  const cost = { ms: 0, peakMb: 0 };
  try {
    return { ...checkAvatar(bytes, AVATAR_LIMITS, () => undefined), cost };
  } catch (error) {
    if (error instanceof ReasonError) return { ...refusal(error, bytes.byteLength), cost };
    throw error;
  }
}
