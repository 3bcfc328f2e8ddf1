// One way into every command: set up what is missing, build what is stale, then hand over to the program.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { electronBinary } from './electron-binary.mjs';
import { ensureDependencies, ensureTools, node24, root, say } from './setup.mjs';
import { parseStartFlags, START_USAGE } from './start-flags.mjs';

/** Tools a command cannot do without; what it needs beyond that it says itself. */
const NEEDS = {
  start: ['ffmpeg', 'browser'],
  demo: ['ffmpeg', 'browser'],
  live: ['ffmpeg', 'browser'],
  track: ['ffmpeg', 'browser'],
  bench: ['ffmpeg', 'browser'],
  soak: ['ffmpeg', 'rtmpServer'],
  inspect: [],
  cloud: [],
};

const [command, ...args] = process.argv.slice(2);
if (!command || !(command in NEEDS)) {
  process.stderr.write(`Usage: vida.mjs ${Object.keys(NEEDS).join('|')} …\n`);
  process.exit(2);
}
const flags = command === 'start' ? parseStartFlags(args) : { host: 'browser', safe: false, unknown: null };
if (flags.unknown !== null) {
  process.stderr.write(`Unknown flag ${flags.unknown}. Usage: ${START_USAGE}\n`);
  process.exit(2);
}
ensureDependencies();
// The studio people install runs in Electron; without its binary the same studio runs in an installed browser.
const { host } = flags;
const electron = host === 'browser' ? null : electronBinary();
if (host === 'electron' && electron.path === null) {
  say(`Electron cannot be used here: ${electron.why}. Use --host=browser.`);
  process.exit(3);
}
ensureTools(electron?.path ? NEEDS[command].filter((tool) => tool !== 'browser') : NEEDS[command]);
if (command !== 'cloud') ensureBuilt();

/** Commands beside the program: what measures it, and what it can talk to. */
const BESIDE = { bench: 'bench/main.ts', soak: 'bench/soak.ts', cloud: 'scripts/cloud/main.ts' };
const entry =
  command in BESIDE
    ? [path.join(root, BESIDE[command]), ...args]
    : [path.join(root, 'dist', 'main', 'cli.js'), command, ...args];
const electronArgs = flags.safe ? [root, '--safe'] : [root];
const [program, programArgs] = electron?.path ? [electron.path, electronArgs] : [node24, entry];
const child = spawn(program, programArgs, { cwd: root, stdio: 'inherit' });
// The program ends by itself on these, in its own order; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 3 : (code ?? 3)));
