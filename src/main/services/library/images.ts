import type { ContentKind } from './content-store.ts';
import { checkPicture, type PictureType } from './pictures.ts';

const LIMITS = { bytes: 32 * 1024 * 1024, side: 8192 };

/** What a picture's name may end in, without its dot. */
export const IMAGE_ENDINGS = ['png', 'jpg', 'jpeg', 'webp'];

/** Pictures for backgrounds and overlays. */
export const IMAGES: ContentKind<PictureType> = {
  name: 'images',
  endings: { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' },
  maxBytes: LIMITS.bytes,
  notFound: 'image.not-found',
  check: (bytes) => checkPicture(bytes, LIMITS),
};
