import { beforeEach, describe, expect, test } from 'vitest';
import type { EncoderTrial } from '../../../shared/domain/encoding.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { EncodersSnapshot } from '../../../shared/ipc/encoders.ts';
import { EncoderTrials } from './trials.ts';

const FOUND: EncoderTrial[] = [
  { encoder: 'nvenc', works: false, detail: 'Cannot load libcuda.so.1' },
  { encoder: 'libx264', works: true, detail: null },
];

let kept: Map<string, unknown>;
let asked: string[][];
let published: EncodersSnapshot[];
let answer: () => Promise<readonly EncoderTrial[]>;
const open = (machine = 'ffmpeg 5.1, Linux 6.1') =>
  new EncoderTrials({
    tryEncoders: (encoders) => {
      asked.push([...encoders]);
      return answer();
    },
    store: { get: (key) => kept.get(key), set: (key, value) => void kept.set(key, structuredClone(value)) },
    machine,
    platform: 'linux',
    publish: (snapshot) => published.push(snapshot),
  });

beforeEach(() => {
  kept = new Map();
  asked = [];
  published = [];
  answer = async () => FOUND;
});

describe('trials of encoders', () => {
  test('are held once for all of the system and kept for the same machine only', async () => {
    const trials = open();
    expect(trials.known()).toEqual([]);
    expect(await Promise.all([trials.run(), trials.run()])).toEqual([FOUND, FOUND]);
    expect(asked).toEqual([['nvenc', 'vaapi', 'qsv', 'libx264']]);
    expect(published.map(({ running }) => running)).toEqual([false, true, true, false]);
    expect(open().known()).toEqual(FOUND);
    expect(open('ffmpeg 8.0, Linux 6.1').known()).toEqual([]);
  });

  test('tell whether the chosen one works, by what is known or by trying', async () => {
    const trials = open();
    expect(await trials.check('auto')).toBeNull();
    expect(await trials.check('webcodecs')).toBeNull();
    expect(asked).toEqual([]);
    expect(await trials.check('ffmpeg:libx264')).toBeNull();
    expect(await trials.check('ffmpeg:nvenc')).toBe('encoder.failed');
    expect(asked).toHaveLength(1);
  });

  test('that cannot be held leave what was known, and can be asked for again', async () => {
    await open().run();
    const trials = open();
    answer = () => Promise.reject(new ReasonError('media.unreachable'));
    await expect(trials.run()).rejects.toMatchObject({ reason: 'media.unreachable' });
    expect(trials.known()).toEqual(FOUND);
    expect(published.at(-1)?.running).toBe(false);
    answer = async () => [];
    await trials.run();
    expect(trials.known()).toEqual([]);
  });

  test('do not believe what somebody else has written', () => {
    kept.set('encoder-trials', {
      machine: 'ffmpeg 5.1, Linux 6.1',
      trials: [{ encoder: 'h266', works: true }],
    });
    expect(open().known()).toEqual([]);
  });
});
