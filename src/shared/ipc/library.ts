import { z } from 'zod';
import { avatarFamilySchema } from '../domain/studio.ts';
import { command, event, upload } from './contract.ts';

export const libraryAvatarSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['built-in', 'glb-upload']),
  family: avatarFamilySchema,
  thumbnailUrl: z.string().nullable(),
});
export const libraryBackgroundSchema = z.object({ id: z.string(), name: z.string(), url: z.string() });

/** A picture of the user's own, for backgrounds and overlays. */
export const libraryImageSchema = z.object({ id: z.string(), name: z.string(), url: z.string() });

/** A sound of the user's own, for the second source (`sound:<id>`). */
export const librarySoundSchema = z.object({ id: z.string(), name: z.string(), url: z.string() });

export const librarySnapshot = event(
  'library.snapshot',
  z.object({
    avatars: z.array(libraryAvatarSchema),
    backgrounds: z.array(libraryBackgroundSchema),
    images: z.array(libraryImageSchema),
    sounds: z.array(librarySoundSchema),
  }),
);
export type LibrarySnapshot = z.infer<typeof librarySnapshot.payload>;

/** An avatar file of the user's own: checked, stored by content, and in the library when this answers. */
export const avatarUpload = upload(
  'avatar',
  256 * 1024 * 1024,
  z.object({ name: z.string().max(200) }),
  z.object({ id: z.string() }),
);

/** A PNG, JPEG or WebP of the user's own; the same bytes are kept once. */
export const imageUpload = upload(
  'image',
  32 * 1024 * 1024,
  z.object({ name: z.string().max(200) }),
  z.object({ id: z.string() }),
);

/** A WAV, MP3, Ogg, M4A or FLAC of the user's own; the same bytes are kept once. */
export const soundUpload = upload(
  'sound',
  50 * 1024 * 1024,
  z.object({ name: z.string().max(200) }),
  z.object({ id: z.string() }),
);

/** The thumbnail of an avatar whose snapshot says `wantsThumbnail`, a PNG. */
export const thumbnailUpload = upload(
  'thumbnail',
  2 * 1024 * 1024,
  z.object({ avatarId: z.string().max(256) }),
  z.object({}),
);

/** Only the user's own avatars, images and sounds; refused for what is built in or shown right now. */
export const avatarRename = command(
  'library.renameAvatar',
  z.object({ id: z.string(), name: z.string().trim().min(1).max(80) }),
  z.object({}),
);
export const avatarRemove = command('library.removeAvatar', z.object({ id: z.string() }), z.object({}));
export const imageRemove = command('library.removeImage', z.object({ id: z.string() }), z.object({}));
export const soundRemove = command('library.removeSound', z.object({ id: z.string() }), z.object({}));
