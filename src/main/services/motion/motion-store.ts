import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MOTION_EXTENSION, motionSeconds, parseMotion } from '../../../shared/domain/motion.ts';
import { ReasonError, toReasonError } from '../../../shared/errors.ts';
import {
  MAX_RECORDINGS,
  MAX_RECORDINGS_BYTES,
  type MotionsSnapshot,
  motionRecordingSchema,
} from '../../../shared/ipc/motion.ts';
import type { Asset } from '../../host/port.ts';
import { Changes, isFile, readIndex, sweep, writeAtomically } from '../files.ts';

const keptSchema = motionRecordingSchema.omit({ url: true });
type Kept = z.infer<typeof keptSchema>;
const indexSchema = z.object({ version: z.literal(1), recordings: z.array(keptSchema).max(MAX_RECORDINGS) });

/** Name of the mount under which the files are. */
export const MOTIONS_MOUNT = 'motions';

/** The motions that the user recorded: files under names that nobody chooses, and the small index beside them. */
export interface MotionStore {
  snapshot(): MotionsSnapshot;
  /**
   * Checks and keeps a recording; one that is kept already stays as it is.
   * @throws ReasonError `motion.bad-file` naming the fault, `motion.too-many`, `storage.*`
   */
  add(id: string, name: string, bytes: Uint8Array): Promise<void>;
  /** @throws ReasonError `motion.not-found`, `storage.*` */
  rename(id: string, name: string): Promise<void>;
  /** @throws ReasonError `motion.not-found`, `storage.*` */
  remove(id: string): Promise<void>;
  /** What stands behind `/motions/<name>`. */
  asset(name: string): Promise<Asset | null>;
  /** When no change is going on. */
  settled(): Promise<void>;
}

export interface MotionStoreOptions {
  /** Made with the first recording. */
  readonly dir: string;
  readonly onChange: (snapshot: MotionsSnapshot) => void;
  readonly now?: () => number;
}

/** Opens the store; an index that cannot be read is set aside, and a recording whose file is gone is not listed. */
export async function openMotionStore({
  dir,
  onChange,
  now = Date.now,
}: MotionStoreOptions): Promise<MotionStore> {
  const indexPath = join(dir, 'index.json');
  const changes = new Changes();
  let kept: readonly Kept[] = [];
  const nameOf = (id: string) => `${id}.${MOTION_EXTENSION}`;
  const fileOf = (id: string) => join(dir, nameOf(id));

  for (const each of (await readIndex(indexPath, indexSchema))?.recordings ?? []) {
    if (await isFile(fileOf(each.id))) kept = [...kept, each];
  }
  await sweep(dir);

  const total = () => kept.reduce((sum, { bytes }) => sum + bytes, 0);
  const snapshot = (): MotionsSnapshot => ({
    recordings: kept.map((each) => ({ ...each, url: `/${MOTIONS_MOUNT}/${nameOf(each.id)}` })),
    full: kept.length >= MAX_RECORDINGS || total() >= MAX_RECORDINGS_BYTES,
  });

  /** The list is only another one when the disk has it. */
  async function save(next: readonly Kept[]): Promise<void> {
    await writeAtomically(indexPath, `${JSON.stringify({ version: 1, recordings: next }, null, 1)}\n`);
    kept = next;
    onChange(snapshot());
  }

  /** @throws ReasonError `motion.not-found` */
  function find(id: string): Kept {
    const found = kept.find((each) => each.id === id);
    if (!found) throw new ReasonError('motion.not-found', id);
    return found;
  }

  return {
    snapshot,
    add: (id, name, bytes) =>
      changes.run(async () => {
        if (kept.some((each) => each.id === id)) return;
        const seconds = secondsOf(bytes);
        if (kept.length >= MAX_RECORDINGS || total() + bytes.length > MAX_RECORDINGS_BYTES) {
          throw new ReasonError('motion.too-many', `${kept.length}`);
        }
        await mkdir(dir, { recursive: true, mode: 0o700 });
        await writeAtomically(fileOf(id), bytes);
        try {
          await save([...kept, { id, name, seconds, bytes: bytes.length, createdAt: now() }]);
        } catch (error) {
          await rm(fileOf(id), { force: true });
          throw error;
        }
      }),
    rename: (id, name) =>
      changes.run(async () => {
        const found = find(id);
        await save(kept.map((each) => (each === found ? { ...found, name } : each)));
      }),
    remove: (id) =>
      changes.run(async () => {
        const found = find(id);
        await save(kept.filter((each) => each !== found));
        await rm(fileOf(id), { force: true, maxRetries: 3 });
      }),
    async asset(name) {
      const found = kept.find(({ id }) => nameOf(id) === name);
      return found ? { path: fileOf(found.id), type: 'application/octet-stream' } : null;
    },
    settled: () => changes.run(async () => undefined),
  };
}

/** @throws ReasonError `motion.bad-file` */
function secondsOf(bytes: Uint8Array): number {
  try {
    return motionSeconds(parseMotion(bytes));
  } catch (error) {
    throw new ReasonError('motion.bad-file', toReasonError(error).detail, { cause: error });
  }
}
