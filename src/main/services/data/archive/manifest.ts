import { z } from 'zod';
import { ARCHIVE_LIMITS } from './limits.ts';
import { sha256Schema } from './rows.ts';

export const MANIFEST = 'manifest.json';
export const ARCHIVE_FORMAT = 'vida3-archive';
export const ARCHIVE_VERSION = 1;

/** Read first: whether the rest can be understood at all. */
export const formatSchema = z.object({ format: z.literal(ARCHIVE_FORMAT), version: z.int().min(1) });

export const manifestSchema = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  version: z.literal(ARCHIVE_VERSION),
  /** Of the program that made it. */
  app: z.string().max(40),
  made_at: z.iso.datetime(),
  /** The account it was made of; null: a guest's. */
  owner: z.uuid().nullable(),
  /** Rows by table. */
  counts: z.record(z.string().max(80), z.int().min(0)),
  /** Every other entry by its name. */
  files: z.record(z.string().max(120), z.object({ sha256: sha256Schema, bytes: z.int().min(0) })),
});
export type Manifest = z.infer<typeof manifestSchema>;

const HASH = '[0-9a-f]{64}';
/** The only names there are, and how large each may be. Nothing here leads out of a folder. */
const NAMES: readonly (readonly [RegExp, number])[] = [
  [/^manifest\.json$/, ARCHIVE_LIMITS.manifestBytes],
  [/^rows\/[a-z_]{1,40}\.jsonl$/, ARCHIVE_LIMITS.rowsBytes],
  [new RegExp(`^avatars/${HASH}\\.(?:vrm|glb)$`), ARCHIVE_LIMITS.modelBytes],
  [new RegExp(`^thumbnails/${HASH}\\.png$`), ARCHIVE_LIMITS.thumbnailBytes],
  [new RegExp(`^images/${HASH}\\.(?:png|jpg|webp)$`), ARCHIVE_LIMITS.imageBytes],
  [new RegExp(`^sounds/${HASH}\\.(?:wav|mp3|ogg|m4a|flac)$`), ARCHIVE_LIMITS.soundBytes],
];

/** The most bytes an entry of this name may have; null: no archive of ours has such an entry. */
export function maxBytesOf(name: string): number | null {
  return NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}
