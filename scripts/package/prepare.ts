import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../src/main/host/paths.ts';
import type { ModelEntry } from './collect.ts';

/** What of the files beside the archive is there, and what is not and why. */
export interface Prepared {
  readonly have: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Copies the model files into `to`: from `VIDA3_MODELS_DIR` or the program's own cache, each checked by its hash.
 */
export const prepareModels = (models: readonly ModelEntry[], to: string): Prepared => {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const folders = [process.env['VIDA3_MODELS_DIR'] ?? '', join(dataFolder(), 'models')].filter(
    (f) => f !== '',
  );
  const have: string[] = [];
  const missing: string[] = [];
  for (const { name, accepted } of models) {
    const found = folders
      .map((folder) => join(folder, name))
      .find((path) => {
        if (!existsSync(path)) return false;
        const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
        return accepted.some((a) => a.sha256 === sha256);
      });
    if (found) {
      copyFileSync(found, join(to, name));
      have.push(name);
    } else missing.push(`${name} (put it into a folder and name that with VIDA3_MODELS_DIR)`);
  }
  return { have, missing };
};

/** As electron-builder calls them. */
const OS = { linux: 'linux', darwin: 'mac', win32: 'win' } as const;

/**
 * Lays out one FFmpeg for each architecture as `<to>/<os>-<arch>/ffmpeg[.exe]` (mac, win, linux): the one of ffmpeg-static for this
 * machine's own, others from `VIDA3_PACKAGE_FFMPEG/<os>-<arch>/`. The system's FFmpeg is never taken: it needs
 * the system's libraries.
 */
export const prepareFfmpeg = (
  root: string,
  to: string,
  platform: 'linux' | 'darwin' | 'win32',
  archs: readonly string[],
): Prepared => {
  rmSync(to, { recursive: true, force: true });
  const program = platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const have: string[] = [];
  const missing: string[] = [];
  for (const arch of archs) {
    const name = `${OS[platform]}-${arch}`;
    const target = join(to, name);
    mkdirSync(target, { recursive: true });
    const folders = [
      join(process.env['VIDA3_PACKAGE_FFMPEG'] ?? join(root, 'none'), name),
      ...(platform === process.platform && arch === process.arch
        ? [join(root, 'node_modules/ffmpeg-static')]
        : []),
    ];
    const from = folders.find((folder) => existsSync(join(folder, program)));
    if (from === undefined) {
      missing.push(`FFmpeg for ${name} (allow ffmpeg-static to install, or set VIDA3_PACKAGE_FFMPEG)`);
      continue;
    }
    copyFileSync(join(from, program), join(target, program));
    chmodSync(join(target, program), 0o755);
    for (const file of readdirSync(from)) {
      if (/(licen[cs]e|readme|copying)/i.test(file) && !file.endsWith('.md'))
        copyFileSync(join(from, file), join(target, file));
    }
    have.push(name);
  }
  return { have, missing };
};
