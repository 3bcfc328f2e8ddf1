import { z } from 'zod';
import type { FileExtension } from './transfer-ports.ts';

export interface ObjectPath {
  readonly userId: string;
  readonly avatarUid: string;
  readonly sha256: string;
  readonly extension: FileExtension;
}

const FORM = /^([0-9a-f-]{36})\/([0-9a-f-]{36})\/([0-9a-f]{64})\.(vrm|glb|png)$/;
const extensionSchema = z.enum(['vrm', 'glb', 'png']);

/** Where a file of an avatar is in the bucket: what `model_url` and `thumbnail_url` of its row say. */
export function objectPathOf({ userId, avatarUid, sha256, extension }: ObjectPath): string {
  return `${userId}/${avatarUid}/${sha256}.${extension}`;
}

/** The parts of such a path; null for anything else: a row comes from the network. */
export function parseObjectPath(path: string): ObjectPath | null {
  const [, userId, avatarUid, sha256, extension] = FORM.exec(path) ?? [];
  const known = extensionSchema.safeParse(extension);
  if (!userId || !avatarUid || !sha256 || !known.success) return null;
  return { userId, avatarUid, sha256, extension: known.data };
}
