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
  return bundled().resources ?? join(appRoot(), 'resources');
}

/** The built page. */
export function rendererDir(): string {
  return join(appRoot(), 'dist', 'renderer');
}

/** Entry of the media process, built. */
export function mediaEntry(): string {
  return join(appRoot(), 'dist', 'main', 'media.js');
}

/** The script between Electron's main process and the page, built. */
export function preloadEntry(): string {
  return join(appRoot(), 'dist', 'preload', 'index.cjs');
}

/** What an installed program has beside its archive; null for what is not there, as in a checkout. */
export interface Bundled {
  readonly ffmpeg: string | null;
  /** Folder of the model files. */
  readonly models: string | null;
  /** Folder of avatars, backgrounds and icons. */
  readonly resources: string | null;
}

/**
 * FFmpeg, models and resources lie beside the archive, where other programs and plain file functions can reach them.
 * @param folder Electron's resources folder; elsewhere there is none
 */
export function bundled(folder: unknown = Reflect.get(process, 'resourcesPath')): Bundled {
  if (typeof folder !== 'string') return { ffmpeg: null, models: null, resources: null };
  const program = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  return {
    ffmpeg: ifThere(join(folder, 'ffmpeg', program)),
    models: ifThere(join(folder, 'models')),
    resources: ifThere(join(folder, 'resources')),
  };
}

/** Numbered migrations of the local database. */
export function migrationsDir(): string {
  return join(appRoot(), 'src', 'main', 'db', 'migrations');
}

function ifThere(path: string): string | null {
  return existsSync(path) ? path : null;
}

function isRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return (
    typeof content === 'object' && content !== null && 'name' in content && content.name === PACKAGE_NAME
  );
}
