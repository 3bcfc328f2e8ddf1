import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { iconFiles } from './files.ts';

const FOLDER = join(import.meta.dirname, '../../resources/icons');

rmSync(FOLDER, { recursive: true, force: true });
let bytes = 0;
for (const [name, content] of iconFiles()) {
  const path = join(FOLDER, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  bytes += content.length;
}
process.stdout.write(`${FOLDER} ${(bytes / 1000).toFixed(0)} kB\n`);
