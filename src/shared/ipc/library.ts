import { z } from 'zod';
import { avatarFamilySchema } from '../domain/studio.ts';
import { event, upload } from './contract.ts';

export const libraryAvatarSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['built-in', 'glb-upload']),
  family: avatarFamilySchema,
  thumbnailUrl: z.string().nullable(),
});
export const libraryBackgroundSchema = z.object({ id: z.string(), name: z.string(), url: z.string() });

export const librarySnapshot = event(
  'library.snapshot',
  z.object({ avatars: z.array(libraryAvatarSchema), backgrounds: z.array(libraryBackgroundSchema) }),
);
export type LibrarySnapshot = z.infer<typeof librarySnapshot.payload>;

/** An avatar file of the user's own: checked, stored by content, and in the library when this answers. */
export const avatarUpload = upload(
  'avatar',
  256 * 1024 * 1024,
  z.object({ name: z.string().max(200) }),
  z.object({ id: z.string() }),
);
