import { shell } from 'electron';
import type { Log } from '../../logging/log.ts';
import { openableUrl } from '../external-url.ts';

/** Opens an address in the user's own browser. @returns false when that cannot be, or the address may not be opened */
export async function openExternal(url: string, log: Log): Promise<boolean> {
  const address = openableUrl(url);
  if (address === null) return false;
  try {
    await shell.openExternal(address);
    return true;
  } catch (error) {
    // Its message repeats the address, and with it what a sign-in is known by.
    log.warn('the system opened no browser', { error: error instanceof Error ? error.name : 'unknown' });
    return false;
  }
}
