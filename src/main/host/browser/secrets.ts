import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReasonError } from '../../../shared/errors.ts';
import type { SecretStore } from '../port.ts';

/** First byte of what this store has sealed. */
export const FILE_FORMAT = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Secrets sealed with AES-256-GCM under a key file (0600) of the data folder. It keeps them out of backups of
 * the database and out of other users' reach; a program that runs as the same user can read them.
 * Sealed value: format (1 byte), nonce (12), tag (16), cipher text; the format byte is authenticated too.
 */
export function createFileSecrets(home: string): SecretStore {
  const file = join(home, 'secrets.key');
  let key: Promise<Buffer> | null = null;
  const loadKey = () => {
    key ??= readOrMakeKey(file).catch((error: unknown) => {
      key = null;
      throw error;
    });
    return key;
  };
  return {
    kind: 'file',
    async seal(plain) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', await loadKey(), nonce);
      cipher.setAAD(Uint8Array.of(FILE_FORMAT));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Uint8Array.of(FILE_FORMAT), nonce, cipher.getAuthTag(), text]);
    },
    async open(sealed) {
      if (sealed[0] !== FILE_FORMAT || sealed.byteLength < 1 + NONCE_BYTES + TAG_BYTES) {
        throw new ReasonError('secrets.unreadable', 'unknown format');
      }
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', await loadKey(), nonce);
      decipher.setAAD(sealed.subarray(0, 1));
      decipher.setAuthTag(tag);
      try {
        const text = decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch (error) {
        throw new ReasonError('secrets.unreadable', 'changed, or sealed with another key', { cause: error });
      }
    },
  };
}

async function readOrMakeKey(file: string): Promise<Buffer> {
  const found = await readKey(file);
  if (found) return found;
  // Written whole beside it, then linked: the key file is never seen half written, nor replaced.
  const fresh = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(fresh, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
  try {
    await link(fresh, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(fresh, { force: true });
  }
  const made = await readKey(file);
  if (!made) throw new ReasonError('secrets.unreadable', 'the key file cannot be made');
  return made;
}

async function readKey(file: string): Promise<Buffer | null> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  // A damaged key must not be replaced: whoever has a backup of it can put it back.
  if (content.byteLength !== KEY_BYTES)
    throw new ReasonError('secrets.unreadable', 'the key file is damaged');
  return content;
}
