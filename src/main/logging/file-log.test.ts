import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileLog } from './file-log.ts';
import { Redactor } from './redact.ts';
import { RotatingFile } from './rotating-file.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vida3-log-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('every line is there at once, with its part, and without secrets', () => {
  const redactor = new Redactor();
  redactor.register('s3cret"key');
  const log = createFileLog({ folder: join(home, 'logs'), redact: redactor.redact });
  log.info('plain');
  log.child('media').warn('to rtmp://h/app/other_key', { error: { deep: 's3cret"key' } });
  const lines = readFileSync(join(home, 'logs', 'studio.log'), 'utf8')
    .trim()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 30, msg: 'plain' },
    { level: 40, msg: 'to rtmp://h/app/••••', part: 'media', error: { deep: '••••' } },
  ]);
  log.close();
  log.error('after the end');
  log.close();
});

test('a full file makes room and only so many are kept', () => {
  const file = new RotatingFile(join(home, 'x.log'), { maxBytes: 10, kept: 2 });
  for (const text of ['first\n', 'second\n', 'third\n', 'fourth\n', 'a line longer than a file\n'])
    file.write(text);
  file.close();
  const content = (name: string) => readFileSync(join(home, name), 'utf8');
  expect(readdirSync(home).sort()).toEqual(['x.log', 'x.log.1', 'x.log.2']);
  expect(content('x.log')).toBe('a line longer than a file\n');
  expect(content('x.log.1')).toBe('fourth\n');
  expect(content('x.log.2')).toBe('third\n');
});

test('a file that is there is continued', () => {
  for (const text of ['a\n', 'b\n']) {
    const file = new RotatingFile(join(home, 'x.log'), { maxBytes: 100, kept: 1 });
    file.write(text);
    file.close();
  }
  expect(readFileSync(join(home, 'x.log'), 'utf8')).toBe('a\nb\n');
});
