import { spawn } from 'node:child_process';
import { openableUrl } from '../external-url.ts';

/** A program that has not given up by then has found a browser; some stay as long as that one is open. */
const GIVES_UP_WITHIN_MS = 1_500;

/** What opens an address on this system; the address is the last argument, never part of a command line. */
export function opener(platform: NodeJS.Platform): {
  readonly command: string;
  readonly args: readonly string[];
} {
  switch (platform) {
    case 'darwin':
      return { command: 'open', args: [] };
    case 'win32':
      return { command: 'rundll32', args: ['url.dll,FileProtocolHandler'] };
    default:
      return { command: 'xdg-open', args: [] };
  }
}

/** Opens an address in the user's own browser. @returns false when that cannot be, or the address may not be opened */
export async function openInSystemBrowser(
  url: string,
  platform: NodeJS.Platform = process.platform,
  givesUpWithinMs = GIVES_UP_WITHIN_MS,
): Promise<boolean> {
  const address = openableUrl(url);
  if (address === null) return false;
  const { command, args } = opener(platform);
  const opened = Promise.withResolvers<boolean>();
  const child = spawn(command, [...args, address], { detached: true, stdio: 'ignore', windowsHide: true });
  child.once('error', () => opened.resolve(false));
  child.once('exit', (code) => opened.resolve(code === 0));
  const timer = setTimeout(() => opened.resolve(true), givesUpWithinMs);
  child.unref();
  try {
    return await opened.promise;
  } finally {
    clearTimeout(timer);
  }
}
