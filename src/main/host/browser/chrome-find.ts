import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ReasonError } from '../../../shared/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

const VERSION_TIMEOUT_MS = 15_000;
const LINUX_NAMES = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const MAC_APPS = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];
const WINDOWS_APPS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

/** Where a browser may be, best first. What the user names in `VIDA3_CHROME` is the only candidate then. */
export function chromeCandidates(env: Env, platform: NodeJS.Platform): string[] {
  if (env['VIDA3_CHROME']) return [env['VIDA3_CHROME']];
  switch (platform) {
    case 'darwin':
      return ['/Applications', join(env['HOME'] ?? '/', 'Applications')].flatMap((folder) =>
        MAC_APPS.map((app) => join(folder, app)),
      );
    case 'win32':
      return [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => WINDOWS_APPS.map((app) => `${folder}\\${app}`));
    default: {
      const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
      return LINUX_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
    }
  }
}

/**
 * The browser to use: the first candidate that is there and, where that opens no window, tells its version.
 * @throws ReasonError `host.browser-missing`
 */
export async function findChrome(
  env: Env = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<string> {
  for (const path of chromeCandidates(env, platform)) {
    if (await works(path, platform)) return path;
  }
  throw new ReasonError(
    'host.browser-missing',
    env['VIDA3_CHROME'] ? `VIDA3_CHROME=${env['VIDA3_CHROME']} cannot be run` : undefined,
  );
}

async function works(path: string, platform: NodeJS.Platform): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    // On Windows `--version` would open a window instead.
    if (platform !== 'win32') await promisify(execFile)(path, ['--version'], { timeout: VERSION_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
