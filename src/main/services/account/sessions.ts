import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toReasonError } from '../../../shared/errors.ts';
import type { SecretStore } from '../../host/port.ts';
import type { Log } from '../../logging/log.ts';
import { writeAtomically } from '../files.ts';
import type { Session, SessionStore } from './ports.ts';
import { isUserId } from './user-id.ts';

const sessionSchema = z.object({
  userId: z.uuid(),
  email: z.string().max(254),
  accessToken: z.string().min(1),
  refreshToken: z.string().min(1),
  expiresAt: z.number(),
});

/**
 * `<home>/sessions/<user id>`, sealed for this machine, 0600. Where the system only disguises secrets nothing is
 * written: the session ends with the program.
 */
export function createSessionStore(home: string, secrets: SecretStore, log: Log): SessionStore {
  return secrets.kind === 'basic'
    ? new MemorySessions()
    : new SealedSessions(join(home, 'sessions'), secrets.kind, secrets, log);
}

class MemorySessions implements SessionStore {
  readonly kind = 'memory';
  readonly #sessions = new Map<string, Session>();

  async load(userId: string): Promise<Session | null> {
    return this.#sessions.get(userId) ?? null;
  }

  async save(session: Session): Promise<void> {
    this.#sessions.set(session.userId, session);
  }

  async remove(userId: string): Promise<void> {
    this.#sessions.delete(userId);
  }
}

class SealedSessions implements SessionStore {
  readonly kind: 'keyring' | 'file';
  readonly #folder: string;
  readonly #secrets: SecretStore;
  readonly #log: Log;

  constructor(folder: string, kind: 'keyring' | 'file', secrets: SecretStore, log: Log) {
    this.kind = kind;
    this.#folder = folder;
    this.#secrets = secrets;
    this.#log = log;
  }

  async load(userId: string): Promise<Session | null> {
    const sealed = await readFile(this.#fileOf(userId)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') this.#log.warn('a session cannot be read', { error: error.message });
      return null;
    });
    if (sealed === null) return null;
    try {
      const session = sessionSchema.parse(JSON.parse(await this.#secrets.open(sealed)));
      return session.userId === userId ? session : null;
    } catch (error) {
      // Another keyring, or a file that was cut: signing in again replaces it.
      this.#log.warn('a session cannot be opened', { error: toReasonError(error).reason });
      return null;
    }
  }

  async save(session: Session): Promise<void> {
    const sealed = await this.#secrets.seal(JSON.stringify(sessionSchema.parse(session)));
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeAtomically(this.#fileOf(session.userId), sealed);
  }

  async remove(userId: string): Promise<void> {
    await rm(this.#fileOf(userId), { force: true });
  }

  #fileOf(userId: string): string {
    if (!isUserId(userId)) throw new Error('a user id must be a uuid before it becomes a file name');
    return join(this.#folder, userId);
  }
}
