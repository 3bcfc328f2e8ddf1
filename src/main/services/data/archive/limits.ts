import { IMAGES } from '../../library/images.ts';
import { AVATAR_LIMITS } from '../../library/inspect/limits.ts';
import { SOUNDS } from '../../library/sounds.ts';
import { THUMBNAIL_LIMITS } from '../../library/user-avatars.ts';

const MIB = 1024 * 1024;

/** Begins the name of the folder in which an archive is unpacked. */
export const STAGING = '.import-';

/** What an archive may be at most; everything beyond is refused before it is unpacked. */
export const ARCHIVE_LIMITS = {
  entries: 50_000,
  /** Unpacked. */
  bytes: 16 * 1024 * MIB,
  manifestBytes: 16 * MIB,
  rowsBytes: 512 * MIB,
  /** Of one table. */
  rows: 200_000,
  /** One row as JSON. */
  lineBytes: 256 * 1024,
  /** Unpacked to packed, of entries above a MiB: rows come to about 50. */
  ratio: 200,
  ratioFrom: MIB,
  modelBytes: AVATAR_LIMITS.fileBytes,
  thumbnailBytes: THUMBNAIL_LIMITS.bytes,
  imageBytes: IMAGES.maxBytes,
  soundBytes: SOUNDS.maxBytes,
} as const;
