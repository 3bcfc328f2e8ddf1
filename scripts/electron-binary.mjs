// Where Electron's binary is, looked up without starting its download. Node 20, node: modules only.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

/** How a checkout gets the binary. */
export const HOW_TO_GET_ELECTRON = 'node node_modules/electron/install.js downloads it';

/** @returns {string | null} the binary; null: none is installed */
export function findElectron() {
  const folder = path.join(root, 'node_modules', 'electron');
  // Written when the download is complete; it names the program within the folder of the binary.
  const named = path.join(folder, 'path.txt');
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!override && !existsSync(named)) return null;
  const usual = process.platform === 'win32' ? 'electron.exe' : 'electron';
  const program = existsSync(named) ? readFileSync(named, 'utf8').trim() : usual;
  const binary = path.join(override || path.join(folder, 'dist'), program);
  return existsSync(binary) ? binary : null;
}

/**
 * @returns {{path: string, why: null} | {path: null, why: string}} the binary, or in one line why it cannot be used
 */
export function electronBinary() {
  const binary = findElectron();
  if (binary === null) {
    return { path: null, why: `no Electron binary is installed (${HOW_TO_GET_ELECTRON})` };
  }
  // Chromium's sandbox refuses root, and the studio does not run without it.
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    return { path: null, why: 'Electron keeps its sandbox and therefore does not run as root' };
  }
  return { path: binary, why: null };
}
