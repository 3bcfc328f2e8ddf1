// `npm run test:electron`: runs e2e/electron where an Electron binary is; elsewhere says in one line why not.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { electronBinary } from './electron-binary.mjs';
import { ensureDependencies, ensureTools, node24, root } from './setup.mjs';

ensureDependencies();
const electron = electronBinary();
if (electron.path === null) {
  console.log(`The Electron tests are skipped: ${electron.why}.`);
  process.exit(0);
}
ensureTools(['ffmpeg']);
ensureBuilt();
// What this machine can do stands above the results it explains.
spawnSync(electron.path, [path.join(root, 'scripts', 'smoke.mjs')], { cwd: root, stdio: 'inherit' });
const run = spawnSync(
  node24,
  [
    path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    'electron',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, VIDA3_ELECTRON: electron.path } },
);
process.exit(run.status ?? 1);
