// `npm run package`: set up what is missing, build what is stale, then make installers or verify what can be verified.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies, node24, root } from './setup.mjs';

ensureDependencies();
ensureBuilt();
const main = path.join(root, 'scripts', 'package', 'main.ts');
const child = spawn(node24, [main, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 3 : (code ?? 3)));
