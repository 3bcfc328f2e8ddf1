import { createRequire } from 'node:module';
import path from 'node:path';
import type { AssetResolver } from '../host/port.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** For the mount `wasm`: the landmarker's own files, out of its package and never from a network. */
export const serveWasm: AssetResolver = async (name) => {
  const type = TYPES[path.extname(name)];
  if (!type || name !== path.basename(name)) return null;
  const entry = createRequire(import.meta.url).resolve('@mediapipe/tasks-vision');
  return { path: path.join(path.dirname(entry), 'wasm', name), type };
};
