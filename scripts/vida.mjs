// One way into every command: set up what is missing, build what is stale, then hand over to the program.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies, ensureTools, node24, root } from './setup.mjs';

/** Tools a command cannot do without; what it needs beyond that it says itself. */
const NEEDS = {
  start: ['ffmpeg', 'browser'],
  demo: ['ffmpeg', 'browser'],
  live: ['ffmpeg', 'browser'],
  track: ['ffmpeg', 'browser'],
  bench: ['ffmpeg', 'browser'],
  inspect: [],
};

const [command, ...args] = process.argv.slice(2);
if (!command || !(command in NEEDS)) {
  process.stderr.write(`Usage: vida.mjs ${Object.keys(NEEDS).join('|')} …\n`);
  process.exit(2);
}
ensureDependencies();
ensureTools(NEEDS[command]);
ensureBuilt();

const entry =
  command === 'bench'
    ? [path.join(root, 'bench', 'main.ts'), ...args]
    : [path.join(root, 'dist', 'main', 'cli.js'), command, ...args];
const child = spawn(node24, entry, { cwd: root, stdio: 'inherit' });
// The program ends by itself on these, in its own order; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 3 : (code ?? 3)));
