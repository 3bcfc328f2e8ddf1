/** Values that may stand beside a log message; every line is redacted as a whole before it is written. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What services and adapters log through. No frame, landmark or secret is ever logged on purpose. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log of which every line names `part`. */
  child(part: string): Log;
}

/** A log that keeps nothing, for tests and tools. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
