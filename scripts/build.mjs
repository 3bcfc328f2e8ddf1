// Builds dist/ when anything that goes into it is newer than the last build. Node 20, node: modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { node24, root, say } from './setup.mjs';

const STAMP = path.join(root, 'dist', '.stamp');
const LOCK = path.join(root, '.cache', 'build.lock');

/** Builds what is stale. A second call without a change returns at once. Two at a time wait for each other. */
export function ensureBuilt() {
  const wanted = fingerprint();
  if (isBuilt(wanted)) return;
  const built = withLock(() => {
    if (isBuilt(wanted)) return true;
    say('Building …');
    rmSync(STAMP, { force: true });
    const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const result = spawnSync(node24, [vite, 'build', '--app', '--logLevel', 'warn'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      // A test that builds has another one, with which React's slow build for development would be taken.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    if (result.status !== 0) return false;
    writeFileSync(STAMP, wanted);
    return true;
  });
  if (!built) {
    say('The build failed; see above.');
    process.exit(3);
  }
}

function isBuilt(wanted) {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted;
}

/** Names, sizes and times of everything the bundles are made of. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (file) => {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${path.relative(root, file)} ${size} ${mtimeMs}\n`);
  };
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (!/\.test\.tsx?$/.test(entry.name)) add(full);
    }
  };
  walk(path.join(root, 'src'));
  for (const file of ['vite.config.ts', 'package-lock.json']) add(path.join(root, file));
  return hash.digest('hex');
}

function withLock(work) {
  mkdirSync(path.dirname(LOCK), { recursive: true });
  const deadline = Date.now() + 120_000;
  for (;;) {
    try {
      mkdirSync(LOCK);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      // A lock older than any build is the rest of a killed one.
      if (
        Date.now() > deadline ||
        Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 120_000
      )
        rmSync(LOCK, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    return work();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}
