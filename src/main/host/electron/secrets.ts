import { safeStorage } from 'electron';
import { ReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';
import { createFileSecrets, FILE_FORMAT } from '../browser/secrets.ts';
import type { SecretStore } from '../port.ts';

/** First byte of what is sealed; neither is {@link FILE_FORMAT}. */
const FORMATS = { keyring: 2, basic: 3 } as const;
/** A keyring that waits for its password, or a session bus that is not there, must not keep the studio closed. */
const ANSWER_MS = 15_000;

/**
 * The system's keyring by Electron's safeStorage; the file store of the browser host where it is not available. What
 * that one sealed can be opened by both; what another keyring or another key has sealed is `secrets.unreadable`: the user is asked again. After Electron is ready.
 */
export async function openSecrets(home: string, log: Log): Promise<SecretStore> {
  if (!(await isAvailable(log))) return createFileSecrets(home);
  return sealedBySystem(hasNoKeyring() ? 'basic' : 'keyring', createFileSecrets(home), log);
}

function sealedBySystem(kind: 'keyring' | 'basic', files: SecretStore, log: Log): SecretStore {
  const format = FORMATS[kind];
  return {
    kind,
    async seal(plain) {
      const sealed = await safeStorage.encryptStringAsync(plain);
      return Buffer.concat([Uint8Array.of(format), sealed]);
    },
    async open(sealed) {
      if (sealed[0] === FILE_FORMAT) return files.open(sealed);
      if (sealed[0] !== format) throw new ReasonError('secrets.unreadable', 'sealed by another store');
      try {
        const { result } = await safeStorage.decryptStringAsync(Buffer.from(sealed.subarray(1)));
        return result;
      } catch (error) {
        log.warn('a secret cannot be opened', { error: messageOf(error) });
        throw new ReasonError('secrets.unreadable', 'changed, or sealed with another key', { cause: error });
      }
    },
  };
}

async function isAvailable(log: Log): Promise<boolean> {
  const silence = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => silence.resolve(false), ANSWER_MS);
  try {
    const available = await Promise.race([safeStorage.isAsyncEncryptionAvailable(), silence.promise]);
    if (!available) log.warn('the system keyring is not available');
    return available;
  } catch (error) {
    log.warn('the system keyring failed', { error: messageOf(error) });
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Linux without a keyring disguises secrets with a key that everybody knows. */
function hasNoKeyring(): boolean {
  return process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
