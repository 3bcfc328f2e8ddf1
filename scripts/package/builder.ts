import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Configuration } from 'app-builder-lib';
import { findElectron } from '../electron-binary.mjs';
import type { Problem } from './problem.ts';

type ConfigModule = typeof import('app-builder-lib/out/util/config/config.js');

const require = createRequire(import.meta.url);
const configModule = (): ConfigModule => require('app-builder-lib/out/util/config/config.js') as ConfigModule;

/** electron-builder.yml as electron-builder itself reads it. */
export const loadConfig = (root: string): Promise<Configuration> =>
  configModule().getConfig(root, 'electron-builder.yml', null);

/** What electron-builder's own schema says against a configuration. */
export const validate = async (config: Configuration): Promise<Problem[]> => {
  const { DebugLogger } = require('builder-util') as typeof import('builder-util');
  try {
    await configModule().validateConfiguration(config, new DebugLogger(false));
    return [];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [{ check: 'electron-builder schema', detail: text.split('\n').slice(0, 4).join(' ') }];
  }
};

/** Electron's whole folder, when npm's package has one or `ELECTRON_OVERRIDE_DIST_PATH` names one; else null. */
export const electronDist = (root: string): string | null => {
  if (findElectron() === null) return null;
  // The binary lies deeper in it on macOS.
  return process.env['ELECTRON_OVERRIDE_DIST_PATH'] || join(root, 'node_modules/electron/dist');
};

/**
 * A folder laid out like Electron's for Linux with nothing in it. electron-builder packs the program around it exactly
 * as around the real one; only the binary itself (its fuses, its name, its signature) cannot be tried.
 */
export const makeStandIn = (folder: string): string => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  for (const name of ['electron', 'chrome-sandbox']) {
    writeFileSync(join(folder, name), '#!/bin/sh\necho "This is no Electron."\nexit 1\n');
    chmodSync(join(folder, name), 0o755);
  }
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version']) writeFileSync(join(folder, name), '');
  return folder;
};
