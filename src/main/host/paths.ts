import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const PACKAGE_NAME = 'vida3-studio';

/**
 * Data folder: `VIDA3_HOME`, else where the system keeps application data.
 * @param platform as of `process.platform`
 */
export function dataFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (env['VIDA3_HOME']) return resolve(env['VIDA3_HOME']);
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'VIDA3 Studio');
    case 'win32':
      return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'VIDA3 Studio');
    default:
      return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'vida3-studio');
  }
}

/** The program's root: the folder of our own package.json upwards of `from`, the same from source and from the build. */
export function appRoot(from: string = import.meta.dirname): string {
  let folder = resolve(from);
  while (!isRoot(folder)) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No ${PACKAGE_NAME} package above ${from}`);
    folder = parent;
  }
  return folder;
}

/** Avatars, backgrounds, the recorded performance and the model manifest. */
export function resourcesDir(): string {
  return join(appRoot(), 'resources');
}

/** The built page. */
export function rendererDir(): string {
  return join(appRoot(), 'dist', 'renderer');
}

/** Entry of the media process, built. */
export function mediaEntry(): string {
  return join(appRoot(), 'dist', 'main', 'media.js');
}

/** Numbered migrations of the local database. */
export function migrationsDir(): string {
  return join(appRoot(), 'src', 'main', 'db', 'migrations');
}

function isRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return (
    typeof content === 'object' && content !== null && 'name' in content && content.name === PACKAGE_NAME
  );
}
