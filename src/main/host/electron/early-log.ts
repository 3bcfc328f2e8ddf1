import type { Log, LogFields } from '../../logging/log.ts';
import { redactAddresses } from '../../logging/redact.ts';

const MAX_KEPT = 200;

type Level = 'debug' | 'info' | 'warn' | 'error';

/** A log for the time before the log file is open: it keeps what it hears, then hands everything on. */
export class EarlyLog implements Log {
  #kept: { readonly level: Level; readonly message: string; readonly fields: LogFields | undefined }[] = [];
  #target: Log | null = null;

  /** From now on lines go to `target`, the kept ones first. */
  continueIn(target: Log): void {
    this.#target = target.child('electron');
    for (const { level, message, fields } of this.#kept.splice(0)) this.#target[level](message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  child(): Log {
    return this;
  }

  #write(level: Level, message: string, fields?: LogFields): void {
    if (this.#target) {
      this.#target[level](message, fields);
      return;
    }
    if (this.#kept.length < MAX_KEPT) this.#kept.push({ level, message, fields });
    // Should the program never get as far as its log file, the terminal has heard of it.
    if (level === 'error') {
      process.stderr.write(`${redactAddresses(`${message} ${JSON.stringify(fields ?? {})}`)}\n`);
    }
  }
}
