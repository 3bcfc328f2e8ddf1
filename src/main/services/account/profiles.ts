import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { storageError } from '../../../shared/storage-error.ts';
import type { Log } from '../../logging/log.ts';
import { writeAtomically } from '../files.ts';
import type { Profile, Profiles } from './ports.ts';
import { isUserId } from './user-id.ts';

/** Marks the folder of a forgotten profile until all of it is deleted. */
const FORGOTTEN = '.deleted';

const userId = z.string().refine(isUserId);
const fileSchema = z
  .object({
    version: z.literal(1),
    active: userId.nullable(),
    accounts: z.array(z.object({ userId, email: z.string().max(254) })).max(1000),
  })
  .refine(({ active, accounts }) => active === null || accounts.some((each) => each.userId === active));
type Content = z.infer<typeof fileSchema>;

const NOBODY: Content = { version: 1, active: null, accounts: [] };

/**
 * `<home>/profiles.json`. One that cannot be read is set aside and the guest is opened: no data is lost by that, and
 * an account's own is found again when it signs in.
 */
export function openProfiles(home: string, log: Log): Profiles {
  const file = join(home, 'profiles.json');
  const accounts = join(home, 'accounts');
  sweep(accounts, log);
  return new ProfileFile(home, file, accounts, read(file, log), log);
}

class ProfileFile implements Profiles {
  readonly #home: string;
  readonly #file: string;
  readonly #accounts: string;
  readonly #log: Log;
  #content: Content;

  constructor(home: string, file: string, accounts: string, content: Content, log: Log) {
    this.#home = home;
    this.#file = file;
    this.#accounts = accounts;
    this.#content = content;
    this.#log = log;
  }

  get active(): Profile {
    const { active, accounts } = this.#content;
    const found = accounts.find((each) => each.userId === active);
    return found ? this.of(found.userId, found.email) : this.guest();
  }

  guest(): Profile {
    return { userId: null, email: null, folder: this.#home };
  }

  of(id: string, email: string): Profile {
    if (!isUserId(id)) throw new Error('a user id must be a uuid before it becomes a folder name');
    return { userId: id, email, folder: join(this.#accounts, id) };
  }

  async setActive(profile: Profile): Promise<void> {
    const others = this.#content.accounts.filter((each) => each.userId !== profile.userId);
    const own = profile.userId === null ? [] : [{ userId: profile.userId, email: profile.email ?? '' }];
    await this.#write({ version: 1, active: profile.userId, accounts: [...others, ...own] });
  }

  async remove(id: string): Promise<void> {
    const { folder } = this.of(id, '');
    const active = this.#content.active === id ? null : this.#content.active;
    const accounts = this.#content.accounts.filter((each) => each.userId !== id);
    await this.#write({ version: 1, active, accounts });
    const doomed = `${folder}${FORGOTTEN}`;
    try {
      await rm(doomed, { recursive: true, force: true });
      // Half a folder must never be taken for a profile, whatever happens while it is deleted.
      await rename(folder, doomed);
      await rm(doomed, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.#log.error('the folder of an account could not be deleted', { error: String(error) });
      throw storageError(error);
    }
  }

  async #write(content: Content): Promise<void> {
    await mkdir(this.#home, { recursive: true, mode: 0o700 });
    await writeAtomically(this.#file, `${JSON.stringify(content, null, 2)}\n`);
    this.#content = content;
  }
}

function read(file: string, log: Log): Content {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      log.error('the list of profiles cannot be read', { error: String(error) });
    }
    return NOBODY;
  }
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (error) {
    const aside = `${file}.broken-${Date.now()}`;
    log.error('the list of profiles is damaged and was set aside', { aside, error: String(error) });
    try {
      renameSync(file, aside);
    } catch (failure) {
      log.error('it could not be set aside', { error: String(failure) });
    }
    return NOBODY;
  }
}

/** Ends what a deletion that was interrupted has left. */
function sweep(accounts: string, log: Log): void {
  try {
    mkdirSync(accounts, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(accounts)) {
      if (name.endsWith(FORGOTTEN)) rmSync(join(accounts, name), { recursive: true, force: true });
    }
  } catch (error) {
    log.warn('deleted accounts could not be cleared away', { error: String(error) });
  }
}
