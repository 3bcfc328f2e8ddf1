import { type DestinationStatus, isOver } from '../../shared/domain/stream-state.ts';
import { toReasonError } from '../../shared/errors.ts';
import { Destination } from './destination.ts';
import type { ParsedDestination } from './protocol.ts';
import { type Recipe, recipeFor } from './recipes.ts';
import type { RenditionStream } from './rendition.ts';

const GRACE_MS = 4_000;

export interface DestinationSetOptions {
  readonly ffmpeg: string;
  readonly fps: number;
  readonly renditions: readonly RenditionStream[];
  readonly onChange: () => void;
  readonly needKeyFrame: (rendition: RenditionStream) => void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

interface Entry {
  readonly destination: Destination;
  readonly rendition: RenditionStream;
  readonly path: string | null;
  /** Its end is under way; true when an FFmpeg had to be killed. */
  ending: Promise<boolean> | null;
  /** Takes its place when it has ended, if that is still wanted then. */
  next: ParsedDestination | null;
}

/** The destinations of a session, in the order in which they were added. What has ended stays in the list. */
export class DestinationSet {
  readonly #options: DestinationSetOptions;
  readonly #entries = new Map<string, Entry>();
  #stopped = false;

  constructor(options: DestinationSetOptions) {
    this.#options = options;
  }

  /** Adds one; of the same id one that has ended or failed is replaced, and one that is ending is waited for. */
  add(wanted: ParsedDestination): void {
    const { log, renditions } = this.#options;
    if (this.#stopped) return;
    const before = this.#entries.get(wanted.id);
    if (before?.ending) {
      before.next = wanted;
      return;
    }
    if (before && !isOver(before.destination.state)) {
      log('warn', `${wanted.name} is a destination already`);
      return;
    }
    const rendition = renditions.find(({ name }) => name === wanted.rendition);
    if (!rendition) {
      log('error', `${wanted.name}: this session has no rendition ${wanted.rendition}`);
      return;
    }
    before?.rendition.unserve(before.destination);
    const destination = this.#make(wanted, rendition);
    const path = wanted.kind === 'file' ? wanted.path : null;
    this.#entries.set(wanted.id, { destination, rendition, path, ending: null, next: null });
    rendition.serve(destination);
    destination.start();
  }

  /** Ends one in order, and what was to take its place is wanted no more. */
  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.next = null;
    void this.#end(entry, () => entry.destination.stop(GRACE_MS));
  }

  retry(id: string): void {
    this.#entries.get(id)?.destination.retry();
  }

  /** Ends a file because there is no room for it. */
  stopForSpace(id: string, freeBytes: number): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.ending) return;
    const free = Math.round(freeBytes / 1e6);
    this.#options.log('warn', `${entry.destination.name}: ${free} MB are left on the disk, it is stopped`);
    void this.#end(entry, () => entry.destination.stopBecause('record.low-space', GRACE_MS));
  }

  /** The files that are being written. */
  files(): { readonly id: string; readonly path: string }[] {
    const files: { id: string; path: string }[] = [];
    for (const [id, { destination, path, ending }] of this.#entries) {
      if (path !== null && !ending && !isOver(destination.state)) files.push({ id, path });
    }
    return files;
  }

  status(): DestinationStatus[] {
    return [...this.#entries.values()].map(({ destination }) => destination.status());
  }

  /** Ends all in order. @returns the names of those whose FFmpeg had to be killed */
  async stop(): Promise<string[]> {
    this.#stopped = true;
    const killed: string[] = [];
    await Promise.all(
      [...this.#entries.values()].map(async (entry) => {
        entry.next = null;
        if (await this.#end(entry, () => entry.destination.stop(GRACE_MS))) {
          killed.push(entry.destination.name);
        }
      }),
    );
    return killed;
  }

  /** One end at a time; a second one waits for the first. */
  #end(entry: Entry, how: () => Promise<boolean>): Promise<boolean> {
    if (entry.ending) return entry.ending;
    const ending = how();
    entry.ending = ending;
    void ending.then(() => {
      entry.ending = null;
      if (entry.next) this.add(entry.next);
    });
    return ending;
  }

  #make(wanted: ParsedDestination, rendition: RenditionStream): Destination {
    const { ffmpeg, fps, onChange, needKeyFrame, log } = this.#options;
    let recipe: Recipe | null = null;
    try {
      recipe = recipeFor(wanted, ffmpeg, wanted.resumed ?? false, {
        fps,
        bitrateKbps: rendition.spec.bitrateKbps,
      });
    } catch (error) {
      log('warn', `${wanted.name}: ${toReasonError(error).message}`);
    }
    return new Destination({
      id: wanted.id,
      name: wanted.name,
      kind: wanted.kind,
      rendition: rendition.name,
      url: recipe?.url ?? '',
      recipe: recipe?.make ?? 'destination.bad-url',
      cache: rendition.cache,
      resumed: wanted.resumed ?? false,
      onChange,
      needKeyFrame: () => needKeyFrame(rendition),
      log,
    });
  }
}
