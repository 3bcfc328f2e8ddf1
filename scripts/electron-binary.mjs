// Where Electron's binary is, looked up without starting its download. Node 20, node: modules only.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

/**
 * @returns {{path: string, why: null} | {path: null, why: string}} the binary, or in one line why it cannot be used
 */
export function electronBinary() {
  const folder = path.join(root, 'node_modules', 'electron');
  const named = path.join(folder, 'path.txt');
  const binary = process.env.ELECTRON_OVERRIDE_DIST_PATH
    ? path.join(
        process.env.ELECTRON_OVERRIDE_DIST_PATH,
        process.platform === 'win32' ? 'electron.exe' : 'electron',
      )
    : existsSync(named)
      ? path.join(folder, 'dist', readFileSync(named, 'utf8').trim())
      : null;
  if (binary === null || !existsSync(binary)) {
    return {
      path: null,
      why: 'no Electron binary is installed (node node_modules/electron/install.js downloads it)',
    };
  }
  // Chromium's sandbox refuses root, and the studio does not run without it.
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    return { path: null, why: 'Electron keeps its sandbox and therefore does not run as root' };
  }
  return { path: binary, why: null };
}
