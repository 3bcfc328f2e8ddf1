import { z } from 'zod';
import { avatarFamilySchema } from '../domain/studio.ts';
import { command, event, upload } from './contract.ts';

export const libraryAvatarSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['built-in', 'glb-upload']),
  family: avatarFamilySchema,
  thumbnailUrl: z.string().nullable(),
  /** False: it was made on another device and its file has not come yet; choosing it fetches it. */
  here: z.boolean(),
});
export const libraryBackgroundSchema = z.object({ id: z.string(), name: z.string(), url: z.string() });

/** A picture of the user's own, for backgrounds and overlays. */
export const libraryImageSchema = z.object({ id: z.string(), name: z.string(), url: z.string() });

/** A sound of the user's own, for the second source (`sound:<id>`). */
export const librarySoundSchema = z.object({ id: z.string(), name: z.string(), url: z.string() });

/**
 * As many of the user's avatars as a snapshot carries: no plan has more. Of a larger library it carries the newest,
 * and `library.avatars` gives the rest.
 */
export const SNAPSHOT_AVATARS = 1000;

export const librarySnapshot = event(
  'library.snapshot',
  z.object({
    /** The built-in ones, then the user's own, oldest first. */
    avatars: z.array(libraryAvatarSchema),
    /** How many the user has of their own; more than are in `avatars` only beyond SNAPSHOT_AVATARS. */
    ownAvatars: z.int().min(0),
    backgrounds: z.array(libraryBackgroundSchema),
    images: z.array(libraryImageSchema),
    sounds: z.array(librarySoundSchema),
  }),
);
export type LibrarySnapshot = z.infer<typeof librarySnapshot.payload>;

/** The user's own avatars page by page, newest first. `after` is `next` of the page before. */
export const avatarList = command(
  'library.avatars',
  z.object({
    after: z.string().max(200).nullable().default(null),
    limit: z.int().min(1).max(200).default(100),
    /** Part of the name. */
    search: z.string().max(80).default(''),
  }),
  z.object({ avatars: z.array(libraryAvatarSchema), next: z.string().nullable() }),
);

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
