import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';

const FILE = 'running';
/** Clocks of the system are not exact to the second. */
const BOOT_MARGIN_MS = 60_000;

const markSchema = z.object({
  pid: z.int().positive(),
  /** Unix ms. */
  started: z.number(),
});
type Mark = z.infer<typeof markSchema>;

export interface CrashSentinelOptions {
  /** Data folder, there and held by this program. */
  readonly home: string;
  readonly mode: StudioSnapshot['mode'];
  /** Told `host.ended-badly` when the run before did not end in order. */
  readonly onEndedBadly: (error: ReasonError) => void;
  readonly log: Log;
}

/** A file `running` in the data folder that only an orderly end removes. */
export interface CrashSentinel {
  /** Last at quit. Safe to call twice. */
  end(): void;
}

const NOTHING: CrashSentinel = { end: () => undefined };

/**
 * Looks how the run before ended and marks this one. A headless run neither looks nor marks: it may run beside a
 * studio, and nobody watches it. Whatever is wrong with the file is logged and stops nothing.
 */
export function openCrashSentinel({ home, mode, onEndedBadly, log }: CrashSentinelOptions): CrashSentinel {
  if (mode === 'headless') return NOTHING;
  const file = join(home, FILE);
  const mine = `${JSON.stringify({ pid: process.pid, started: Date.now() } satisfies Mark)}\n`;
  try {
    const before = readIfThere(file);
    if (before !== null) {
      const mark = parse(before);
      // Another studio of this folder: its mark stays its own.
      if (mark && isRunning(mark)) return NOTHING;
      log.warn('the run before did not end in order', { mark });
      onEndedBadly(
        new ReasonError('host.ended-badly', mark ? new Date(mark.started).toISOString() : undefined),
      );
    }
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, mine, { mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    log.warn('the mark of a running program cannot be kept', { error: toReasonError(error).message });
    return NOTHING;
  }
  return {
    end: () => {
      try {
        if (readIfThere(file) === mine) rmSync(file, { force: true });
      } catch (error) {
        log.warn('the mark of a running program cannot be removed', { error: toReasonError(error).message });
      }
    },
  };
}

function parse(text: string): Mark | null {
  try {
    const mark = markSchema.safeParse(JSON.parse(text));
    // A time no calendar has would be no detail for anybody.
    return mark.success && Number.isFinite(new Date(mark.data.started).getTime()) ? mark.data : null;
  } catch {
    return null;
  }
}

function isRunning({ pid, started }: Mark): boolean {
  // Numbers are given out again: to this very process, or after the system was started anew.
  const booted = Date.now() - uptime() * 1000;
  if (pid === process.pid || started < booted - BOOT_MARGIN_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
