import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { collectNotices, noticeFiles, readLock } from './collect.ts';

const root = join(import.meta.dirname, '../..');
const notices = collectNotices(root, readLock(root));
for (const [name, text] of noticeFiles(root, notices)) {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
process.stdout.write(`${notices.length} packages\n`);
