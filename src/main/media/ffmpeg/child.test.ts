import { expect, test } from 'vitest';
import { FfmpegChild } from './child.ts';

async function saidBy(code: string, redact: readonly string[]): Promise<FfmpegChild> {
  const child = new FfmpegChild({ ffmpeg: process.execPath, args: () => ['-e', code], redact });
  await child.exited;
  return child;
}

test('a secret longer than what is shown of a line is no part of it', async () => {
  const key = `live_${'S3cretKey'.repeat(100)}`;
  const child = await saidBy(`console.error('Server error: Stream ${key} was refused')`, [key]);
  expect(child.lines).toEqual(['Server error: Stream •••• was refused']);
  expect(child.rawLines[0]).toContain('was refused');
});

test('of a line that is too long to be read nothing is shown', async () => {
  const key = `live_${'S3cretKey'.repeat(100)}`;
  const child = await saidBy(`console.error('${key} '.repeat(40)); console.error('and then')`, [key]);
  expect(child.lines.join()).not.toContain('S3cret');
  expect(child.lines).toHaveLength(2);
  expect(child.lines[1]).toBe('and then');
  expect(child.rawLines[0]!.length).toBeLessThan(5000);
});
