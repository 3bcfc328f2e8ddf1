import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';

const FILE = 'running';
/** Whoever runs this long has not crashed at its start: what happened before is no reason to begin safely. */
const WELL_MS = 5 * 60_000;
/** Clocks of the system are not exact to the second. */
const BOOT_MARGIN_MS = 60_000;

const markSchema = z.object({
  pid: z.int().positive(),
  /** Unix ms. */
  started: z.number(),
  /** Runs in a row before this one that ended badly. */
  crashes: z.int().min(0).default(0),
});
type Mark = z.infer<typeof markSchema>;

export interface CrashSentinelOptions {
  /** Data folder, there and held by this program. */
  readonly home: string;
  readonly mode: StudioSnapshot['mode'];
  /** Told `host.ended-badly` when the run before did not end in order, and how many in a row have not. */
  readonly onEndedBadly: (error: ReasonError, crashes: number) => void;
  readonly log: Log;
  /** How long a run goes well until the ones before it are forgotten. */
  readonly wellMs?: number;
}

/** A file `running` in the data folder that only an orderly end removes. */
export interface CrashSentinel {
  /** Runs in a row before this one that ended badly. */
  readonly crashes: number;
  /** Last at quit. Safe to call twice. */
  end(): void;
}

const NOTHING: CrashSentinel = { crashes: 0, end: () => undefined };

/**
 * Looks how the run before ended and marks this one. A headless run neither looks nor marks: it may run beside a
 * studio, and nobody watches it. Whatever is wrong with the file is logged and stops nothing.
 */
export function openCrashSentinel(options: CrashSentinelOptions): CrashSentinel {
  const { home, mode, onEndedBadly, log, wellMs = WELL_MS } = options;
  if (mode === 'headless') return NOTHING;
  const file = join(home, FILE);
  const started = Date.now();
  let crashes = 0;
  let mine = '';
  const write = (count: number): void => {
    mine = `${JSON.stringify({ pid: process.pid, started, crashes: count } satisfies Mark)}\n`;
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, mine, { mode: 0o600 });
    renameSync(temporary, file);
  };
  try {
    const before = readIfThere(file);
    if (before !== null) {
      const mark = parse(before);
      // Another studio of this folder: its mark stays its own.
      if (mark && isRunning(mark)) return NOTHING;
      crashes = (mark?.crashes ?? 0) + 1;
      log.warn('the run before did not end in order', { mark, crashes });
      const at = mark ? new Date(mark.started).toISOString() : undefined;
      onEndedBadly(new ReasonError('host.ended-badly', at), crashes);
    }
    write(crashes);
  } catch (error) {
    log.warn('the mark of a running program cannot be kept', { error: toReasonError(error).message });
    return { ...NOTHING, crashes };
  }
  const well = setTimeout(() => {
    try {
      if (readIfThere(file) === mine) write(0);
    } catch (error) {
      log.warn('the mark of a running program cannot be kept', { error: toReasonError(error).message });
    }
  }, wellMs);
  well.unref();
  return {
    crashes,
    end: () => {
      clearTimeout(well);
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
