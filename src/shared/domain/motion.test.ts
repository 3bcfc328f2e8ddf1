import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeMotion,
  idleMotionOf,
  MAX_MOTION_BYTES,
  MAX_MOTION_FRAMES,
  type Motion,
  motionSeconds,
  motionStride,
  parseMotion,
} from './motion.ts';

const FAULT = /^not a motion file: /;

function motionOf(frames: number, seed: number): Motion {
  const tracks = {
    channels: ['jawOpen', 'eyeBlinkLeft'],
    scalars: ['yaw', 'hipsY'],
    bones: ['hips', 'leftHand'],
    expressions: ['happy', 'Ärger 2'],
  } as const;
  const stride = motionStride(tracks);
  const values = new Float32Array(frames * stride);
  for (let i = 0; i < frames; i++) {
    const angle = seed + i * 0.1;
    values.set(
      [
        Math.abs(Math.sin(angle)),
        Math.abs(Math.cos(angle)),
        Math.sin(angle),
        Math.cos(angle) * 0.1,
        Math.sin(angle / 2),
        0,
        0,
        Math.cos(angle / 2),
        0,
        Math.sin(angle) * 0.6,
        Math.sin(angle) * 0.8,
        Math.cos(angle),
        i / frames,
        1,
      ],
      i * stride,
    );
  }
  return {
    ...tracks,
    fps: 30,
    loop: seed % 2 === 0,
    times: Float32Array.from({ length: frames }, (_, i) => i / 30),
    values,
  };
}

/** The file with its header changed, as a program of somebody else's might write it. */
function withHeader(motion: Motion, change: (header: Record<string, unknown>) => void): Uint8Array {
  const bytes = encodeMotion(motion);
  const length = new DataView(bytes.buffer).getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + length))) as Record<
    string,
    unknown
  >;
  change(header);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(12 + text.length + bytes.length - 12 - length);
  out.set(bytes.subarray(0, 12));
  new DataView(out.buffer).setUint32(8, text.length, true);
  out.set(text, 12);
  out.set(bytes.subarray(12 + length), 12 + text.length);
  return out;
}

describe('motion files', () => {
  test('what is written is read back within the quantisation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 500 }), (frames, seed) => {
        const before = motionOf(frames, seed);
        const after = parseMotion(encodeMotion(before));
        const { times, values, ...rest } = before;
        expect(after).toMatchObject(rest);
        expect(after.times).toEqual(times);
        const off = values.map((value, i) => Math.abs(after.values[i]! - value));
        expect(Math.max(...off)).toBeLessThan(1 / 20_000);
        for (let i = 0; i < frames; i++) {
          const at = i * motionStride(before) + 4;
          expect(Math.hypot(...after.values.subarray(at, at + 4))).toBeCloseTo(1, 6);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('a loop lasts one frame longer than its last time', () => {
    expect(motionSeconds({ ...motionOf(30, 0), loop: true })).toBeCloseTo(1, 5);
    expect(motionSeconds({ ...motionOf(31, 0), loop: false })).toBeCloseTo(1, 5);
  });

  test('a file cut anywhere or with bytes after it is refused with an Error that names the fault', () => {
    const whole = encodeMotion(motionOf(3, 4));
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseMotion(whole.subarray(0, length))).toThrow(FAULT);
    }
    const longer = new Uint8Array(whole.length + 1);
    longer.set(whole);
    expect(() => parseMotion(longer)).toThrow(/need \d+ bytes/);
  });

  test('random bytes never crash it in another way, also behind a good start', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => parseMotion(bytes)).toThrow(FAULT);
        const started = new Uint8Array(12 + bytes.length);
        started.set([0x56, 0x33, 0x4d, 0x4f, 1, 0, 0, 0, bytes.length & 255, bytes.length >> 8, 0, 0]);
        started.set(bytes, 12);
        expect(() => parseMotion(started)).toThrow(FAULT);
      }),
    );
  });

  test('bytes changed within a file give a motion of finite numbers or a named fault', () => {
    const whole = encodeMotion(motionOf(4, 2));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        (at, value) => {
          const changed = whole.slice();
          changed[at] = value;
          let motion: Motion;
          try {
            motion = parseMotion(changed);
          } catch (error) {
            expect((error as Error).message).toMatch(FAULT);
            return;
          }
          expect(motion.values.every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  test.each([
    ['a track twice', { channels: ['jawOpen', 'jawOpen'] }, /named twice/],
    ['an unknown bone', { bones: ['hips', 'tail'] }, /header bones/],
    ['too many frames', { frames: MAX_MOTION_FRAMES + 1 }, /header frames/],
    ['frames that are not there', { frames: 17_000 }, /17000 frames need/],
    ['nothing in it', { channels: [], scalars: [], bones: [], expressions: [] }, /no track/],
    ['an expression without end', { expressions: ['happy', 'x'.repeat(121)] }, /header expressions/],
    ['a field nobody knows', { author: 'me' }, /header/],
  ])('%s is refused', (_, change, fault) => {
    expect(() => parseMotion(withHeader(motionOf(2, 1), (header) => Object.assign(header, change)))).toThrow(
      fault,
    );
  });

  test('another version, a huge header and a huge file are refused before anything is read', () => {
    const whole = encodeMotion(motionOf(2, 1));
    const changed = (at: number, value: number) => {
      const bytes = whole.slice();
      new DataView(bytes.buffer).setUint32(at, value, true);
      return bytes;
    };
    expect(() => parseMotion(changed(4, 2))).toThrow('format version 2');
    expect(() => parseMotion(changed(8, 0xffff_ffff))).toThrow('the header is too long');
    expect(() => parseMotion(new Uint8Array(MAX_MOTION_BYTES + 1))).toThrow('larger than');
  });

  test('times that stand still and numbers that are none are not written or read', () => {
    const motion = motionOf(2, 1);
    motion.times[1] = 0;
    expect(() => encodeMotion(motion)).toThrow('the time of frame 1');
    const bytes = encodeMotion(motionOf(1, 1));
    const at = bytes.length - (4 + 2 * 2 + 2 * 4 + 2 * 8 + 2 * 2);
    new DataView(bytes.buffer).setFloat32(at, Number.NaN, true);
    expect(() => parseMotion(bytes)).toThrow('the time of frame 0');
    new DataView(bytes.buffer).setFloat32(at, 0, true);
    new DataView(bytes.buffer).setFloat32(at + 8, Number.POSITIVE_INFINITY, true);
    expect(() => parseMotion(bytes)).toThrow('yaw of frame 0');
  });
});

test('a name that is no idle motion means the calm one', () => {
  expect(['lively', 'gone', ''].map(idleMotionOf)).toEqual(['lively', 'calm', 'calm']);
});
