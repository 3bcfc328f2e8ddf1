import { describe, expect, test } from 'vitest';
import { runCli } from './support/cli.ts';

describe('live refuses what it cannot do, by name and exit code', () => {
  const cases: readonly [string, string[], number, string, Record<string, string>?][] = [
    ['no destination', [], 2, 'usage.no-destination'],
    ['a URL that is no RTMP', ['--to', 'http://127.0.0.1/live/secret-a'], 2, 'usage.bad-url'],
    ['zero frames a second', ['--to', 'rtmp://127.0.0.1/live/k', '--fps', '0'], 2, 'usage.bad-fps'],
    ['a tiny picture', ['--to', 'rtmp://127.0.0.1/live/k', '--size', '10x10'], 2, 'usage.bad-size'],
    ['negative seconds', ['--to', 'rtmp://127.0.0.1/live/k', '--seconds', '-1'], 2, 'usage.bad-seconds'],
    ['an unknown flag', ['--to', 'rtmp://127.0.0.1/live/k', '--wat'], 2, 'usage.bad-flag'],
    ['an address without its flag', ['rtmp://127.0.0.1/live/secret-b'], 2, 'usage.bad-flag'],
    ['the Electron host', ['--to', 'rtmp://127.0.0.1/live/k', '--host', 'electron'], 3, 'host.unavailable'],
    [
      'a clip that is no video',
      ['--to', 'rtmp://127.0.0.1/live/k', '--camera', 'package.json'],
      3,
      'camera.not-a-video',
    ],
    [
      'a clip that is not there',
      ['--to', 'rtmp://127.0.0.1/live/k', '--camera', 'no/such.mp4'],
      3,
      'camera.file-missing',
    ],
    [
      'an avatar that is none',
      ['--to', 'rtmp://127.0.0.1/live/k', '--camera', 'none', '--avatar', 'package.json'],
      3,
      'avatar.not-a-model',
    ],
    [
      'a background that is none',
      ['--to', 'rtmp://127.0.0.1/live/k', '--camera', 'none', '--background', 'package.json'],
      3,
      'background.not-an-image',
    ],
    [
      'no FFmpeg',
      ['--to', 'rtmp://127.0.0.1/live/k'],
      3,
      'ffmpeg.missing',
      { VIDA3_FFMPEG: '/nonexistent/ffmpeg' },
    ],
    [
      'no browser',
      ['--to', 'rtmp://127.0.0.1/live/k', '--camera', 'none'],
      3,
      'host.browser-missing',
      { VIDA3_CHROME: '/nonexistent/chrome' },
    ],
  ];
  test.each(cases)('%s', async (_name, args, code, reason, env = {}) => {
    const result = await runCli(['live', ...args], env).done;
    expect(result.output).toContain(`[${reason}]`);
    expect(result.output).toContain('→');
    expect(result.code).toBe(code);
    expect(result.output).not.toMatch(/secret-[ab]/);
    expect(result.ms).toBeLessThan(15_000);
  });

  test('a host that does not resolve, and a full disk', async () => {
    const run = (args: string[]) =>
      runCli(['live', '--camera', 'none', '--size', '320x180', '--fps', '10', '--seconds', '3', ...args])
        .done;
    const dns = await run(['--to', 'rtmp://no-such-host.invalid/live/k']);
    expect(dns.output).toContain('destination.dns');
    expect(dns.code).toBe(4);
    const full = await run(['--record', '/dev/full']);
    expect(full.output).toMatch(/record\.(disk-full|cannot-write)/);
    expect(full.code).toBe(4);
  }, 60_000);
});
