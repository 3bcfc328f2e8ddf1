import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface RotatingFileOptions {
  readonly maxBytes: number;
  /** Older files kept beside it, as `.1` (newest) and so on. */
  readonly kept: number;
}

/**
 * An append-only text file that starts anew when it is full. Writing is synchronous: the last lines before a
 * crash are the ones that matter, and nothing is logged per frame.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #options: RotatingFileOptions;
  #fd: number;
  #size: number;

  constructor(path: string, options: RotatingFileOptions) {
    this.#path = path;
    this.#options = options;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#fd = openSync(path, 'a', 0o600);
    this.#size = fstatSync(this.#fd).size;
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    if (this.#size > 0 && this.#size + bytes.byteLength > this.#options.maxBytes) this.#rotate();
    writeSync(this.#fd, bytes);
    this.#size += bytes.byteLength;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #rotate(): void {
    closeSync(this.#fd);
    const { kept } = this.#options;
    rmSync(`${this.#path}.${kept}`, { force: true });
    for (let i = kept - 1; i >= 1; i--) {
      if (existsSync(`${this.#path}.${i}`)) renameSync(`${this.#path}.${i}`, `${this.#path}.${i + 1}`);
    }
    if (kept > 0) renameSync(this.#path, `${this.#path}.1`);
    this.#fd = openSync(this.#path, 'w', 0o600);
    this.#size = 0;
  }
}
