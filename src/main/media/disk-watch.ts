import { dirname } from 'node:path';
import { freeBytesOf } from '../host/free-space.ts';

const LOOK_MS = 1_000;

export interface DiskWatchOptions {
  readonly minFreeBytes: number;
  /** Files that are being written now. */
  readonly files: () => readonly { readonly id: string; readonly path: string }[];
  /** There is less room than that where this file is; told at every look while it lasts. */
  readonly onLow: (id: string, freeBytes: number) => void;
  /** Free bytes of the disk that holds a folder; null when nobody can say. */
  readonly freeBytes?: (folder: string) => Promise<number | null>;
}

/** Looks once a second whether there is room left where files are written. */
export class DiskWatch {
  readonly #options: DiskWatchOptions;
  readonly #freeBytes: (folder: string) => Promise<number | null>;
  readonly #timer: NodeJS.Timeout;
  #free: number | null = null;
  #looking = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#freeBytes = options.freeBytes ?? freeBytesOf;
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
  }

  /** The least room of all folders that are written to; null when none is, or nobody can say. */
  get freeBytes(): number | null {
    return this.#free;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Looks once, unless a look is still under way (a network drive that hangs). */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      let least: number | null = null;
      for (const { id, path } of this.#options.files()) {
        const free = await this.#freeBytes(dirname(path));
        if (free === null) continue;
        least = least === null ? free : Math.min(least, free);
        if (free < this.#options.minFreeBytes) this.#options.onLow(id, free);
      }
      this.#free = least;
    } finally {
      this.#looking = false;
    }
  }
}
