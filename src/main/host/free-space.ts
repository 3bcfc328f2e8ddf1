import { statfs } from 'node:fs/promises';

/**
 * Room that this user has on the disk of a folder, in bytes; null when it cannot be told: there is no such folder, or
 * its disk is gone. Whoever writes there will say so.
 */
export async function freeBytesOf(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
