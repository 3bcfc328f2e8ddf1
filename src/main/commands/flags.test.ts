import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../shared/domain/studio.ts';
import type { ReasonError } from '../../shared/errors.ts';
import { isFileFlag, parseLiveFlags } from './flags.ts';

const TO = ['--to', 'rtmp://h/app/key'];

function reasonOf(argv: string[]): { reason: string; detail: string | undefined } {
  try {
    parseLiveFlags(argv);
  } catch (error) {
    const { reason, detail } = error as ReasonError;
    return { reason, detail };
  }
  return { reason: 'none', detail: undefined };
}

describe('live flags', () => {
  test('defaults', () => {
    expect(parseLiveFlags(TO)).toMatchObject({
      camera: 'default',
      audio: 'none',
      avatar: 'vida',
      background: 'dusk',
      seconds: null,
      picture: DEFAULT_SETTINGS.picture,
      encoder: 'auto',
    });
  });

  test('all of them', () => {
    const flags = parseLiveFlags([
      ...TO,
      ...['--to', 'rtmps://i:444/a/b/k2?x=1', '--size', '1280x720', '--fps', '30', '--bitrate', '2500'],
      ...['--seconds', '2.5', '--record', 'r.mp4', '--snapshot', 's.png', '--report', 'r.json'],
    ]);
    expect(flags.to.map((target) => [target.server, target.key])).toEqual([
      ['rtmp://h/app', 'key'],
      ['rtmps://i:444/a/b', 'k2?x=1'],
    ]);
    expect(flags).toMatchObject({
      picture: { width: 1280, height: 720, fps: 30, bitrateKbps: 2500 },
      seconds: 2.5,
      record: 'r.mp4',
    });
  });

  test.each([
    [['--fps', '0'], 'usage.bad-fps'],
    [['--fps', '29.97'], 'usage.bad-fps'],
    [['--fps', '61'], 'usage.bad-fps'],
    [['--size', '10x10'], 'usage.bad-size'],
    [['--size', '641x360'], 'usage.bad-size'],
    [['--size', '640'], 'usage.bad-size'],
    [['--seconds', '-1'], 'usage.bad-seconds'],
    [['--seconds', '0'], 'usage.bad-seconds'],
    [['--seconds', 'x'], 'usage.bad-seconds'],
    [['--bitrate', '1'], 'usage.bad-bitrate'],
    [['--encoder', 'h265'], 'usage.unknown-encoder'],
    [['--encoder', 'ffmpeg:h265'], 'usage.unknown-encoder'],
    [['--host', 'moon'], 'usage.bad-flag'],
    [['--host', 'electron'], 'host.unavailable'],
    [['--nope'], 'usage.bad-flag'],
    [['--fps'], 'usage.bad-flag'],
  ])('%j is %s', (argv, reason) => {
    expect(reasonOf([...TO, ...argv]).reason).toBe(reason);
  });

  test('an address that is refused is not repeated', () => {
    for (const argv of [
      ['rtmp://h/app/top-secret'],
      ['--to', 'http://h/app/top-secret'],
      ['--to', 'top-secret'],
    ]) {
      const { reason, detail } = reasonOf(argv);
      expect(reason).toMatch(/^usage\./);
      expect(detail ?? '').not.toContain('top-secret');
    }
    expect(reasonOf([]).reason).toBe('usage.no-destination');
  });

  test('what counts as a file', () => {
    for (const file of ['a/b', './x.mp4', 'clip.webm', 'package.json']) expect(isFileFlag(file)).toBe(true);
    for (const device of ['default', 'none', '3fa9c0']) expect(isFileFlag(device)).toBe(false);
  });
});
