import { join } from 'node:path';
import { type Logger, multistream, pino, stdTimeFunctions } from 'pino';
import type { Log } from './log.ts';
import { RotatingFile } from './rotating-file.ts';

export interface FileLogOptions {
  /** Folder of `studio.log` and the older files beside it. */
  readonly folder: string;
  /** Applied to every whole line. */
  readonly redact: (text: string) => string;
  /** Lines of at least this level go to stderr too. */
  readonly stderr?: 'debug' | 'info' | 'warn' | 'error';
}

export interface FileLog extends Log {
  /** Closes the file; what is logged afterwards is lost. Last at quit. */
  close(): void;
}

const MAX_BYTES = 5 * 2 ** 20;
const KEPT = 4;

/** Opens the log of a run: JSON lines in a rotating file, redacted line by line, written at once. */
export function createFileLog(options: FileLogOptions): FileLog {
  const { redact, stderr } = options;
  const file = new RotatingFile(join(options.folder, 'studio.log'), { maxBytes: MAX_BYTES, kept: KEPT });
  let open = true;
  const toFile = (line: string) => {
    if (!open) return;
    try {
      file.write(redact(line));
    } catch {
      // A full disk must not end a stream, and there is no better place to say so.
      open = false;
    }
  };
  const streams: { level: 'debug' | 'info' | 'warn' | 'error'; stream: { write(line: string): void } }[] = [
    { level: 'debug', stream: { write: toFile } },
  ];
  if (stderr)
    streams.push({ level: stderr, stream: { write: (line) => void process.stderr.write(redact(line)) } });
  const root = pino(
    { level: 'debug', base: null, timestamp: stdTimeFunctions.isoTime },
    multistream(streams),
  );
  return {
    ...wrap(root),
    close: () => {
      if (open) file.close();
      open = false;
    },
  };
}

function wrap(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    child: (part) => wrap(logger.child({ part })),
  };
}
