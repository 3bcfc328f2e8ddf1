import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSolvedFace } from '../../../shared/domain/solved-face.ts';
import { trackLineSchema } from '../../../shared/ipc/track.ts';
import { createFaceObservation, LANDMARK_COUNT } from '../tracking-channel.ts';
import { BlackWatch, isBlack } from './black-picture.ts';
import { confidenceOf } from './confidence.ts';
import { chooseDelegate, isSoftwareRenderer } from './delegate.ts';
import { FrameReader } from './frame-reader.ts';
import { GapCounter } from './gap-counter.ts';
import { addMetrics, emptyMetrics } from './metrics-sum.ts';
import { MinOffset } from './min-offset.ts';
import { Pacer } from './pacer.ts';
import { recordedFrameAt } from './recorded-backend.ts';
import { trackLine } from './track-line.ts';
import { grown, nextStart, recycleDue } from './watchdog.ts';

describe('Pacer', () => {
  const taken = (fps: number, cameraFps: number, jitterMs = 0): number => {
    const pacer = new Pacer(fps);
    let count = 0;
    for (let i = 0; i < cameraFps * 10; i++) {
      const jitter = jitterMs * Math.sin(i * 12.9898);
      if (pacer.take((i * 1000) / cameraFps + jitter)) count++;
    }
    return count / 10;
  };

  test('a faster camera gives the wanted rate', () => {
    expect(taken(15, 30)).toBeCloseTo(15, 0);
    expect(taken(20, 30)).toBeCloseTo(20, 0);
    expect(taken(10, 60, 5)).toBeCloseTo(10, 0);
  });

  test('a slower or equal one loses nothing', () => {
    expect(taken(30, 15, 8)).toBe(15);
    expect(taken(15, 15, 15)).toBe(15);
    expect(taken(30, 30, 8)).toBe(30);
  });

  test('after a pause it does not catch up', () => {
    const pacer = new Pacer(10);
    expect([0, 5000, 5010, 5020, 5095].map((at) => pacer.take(at))).toEqual([true, true, false, false, true]);
  });
});

describe('MinOffset', () => {
  test('late arrivals do not move the time of capture', () => {
    const clock = new MinOffset();
    let worst = 0;
    for (let i = 0; i < 300; i++) {
      const captured = i * 33;
      const late = i % 7 === 0 ? 0 : 5 + 40 * Math.abs(Math.sin(i * 78.233));
      const at = clock.map(captured, 1_000_000 + captured + late);
      if (i > 10) worst = Math.max(worst, Math.abs(at - 1_000_000 - captured));
    }
    expect(worst).toBeLessThan(3);
  });

  test('a clock that runs slow is followed', () => {
    const clock = new MinOffset();
    let at = 0;
    for (let i = 0; i < 10_000; i++) at = clock.map(i * 33, i * 33 * 1.0001);
    expect(Math.abs(at - 9999 * 33 * 1.0001)).toBeLessThan(5);
  });

  test('a clock that begins anew, or makes no sense, is taken as it arrives', () => {
    const clock = new MinOffset();
    clock.map(100_000, 200_000);
    expect(clock.map(0, 200_033)).toBe(200_033);
    expect(clock.map(Number.NaN, 5)).toBe(5);
  });

  test('never later than the arrival', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }))),
        (pairs) => {
          const clock = new MinOffset();
          for (const [device, arrival] of pairs)
            expect(clock.map(device, arrival)).toBeLessThanOrEqual(arrival);
        },
      ),
    );
  });
});

describe('GapCounter', () => {
  const missed = (times: readonly number[]) => {
    const gaps = new GapCounter();
    return times.reduce((sum, at) => sum + gaps.add(at), 0);
  };
  const steady = Array.from({ length: 90 }, (_, i) => i * 33.3 + 4 * Math.sin(i * 12.9898));

  test('a steady camera misses nothing, every frame left out is counted', () => {
    expect(missed(steady)).toBe(0);
    expect(missed(steady.filter((_, i) => i < 10 || i % 3 !== 0))).toBe(26);
    expect(missed(steady.filter((_, i) => i < 40 || i > 44))).toBe(5);
  });

  test('a camera that slows down is followed', () => {
    const slower = [...steady, ...Array.from({ length: 90 }, (_, i) => 90 * 33.3 + i * 66.7)];
    expect(missed(slower)).toBeLessThan(24);
  });
});

describe('black pictures', () => {
  const picture = (value: (i: number) => number) =>
    Uint8ClampedArray.from({ length: 32 * 24 * 4 }, (_, i) => (i % 4 === 3 ? 255 : value(i)));

  test('noise in the dark is black, a dim room is not', () => {
    expect(isBlack(picture(() => 0))).toBe(true);
    expect(isBlack(picture((i) => (i * 7) % 4))).toBe(true);
    expect(isBlack(picture((i) => (i % 512 < 256 ? 2 : 30)))).toBe(false);
    expect(isBlack(picture(() => 90))).toBe(false);
  });

  test('three seconds make the flag, one picture clears it', () => {
    const watch = new BlackWatch();
    const seen = [0, 1000, 2000, 3000, 4000].map((at) => {
      watch.update(true, at);
      return watch.black;
    });
    expect(seen).toEqual([false, false, false, true, true]);
    watch.update(false, 5000);
    expect(watch.black).toBe(false);
    watch.update(true, 6000);
    expect(watch.black).toBe(false);
  });
});

describe('delegate', () => {
  test.each([
    ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)', true],
    ['llvmpipe (LLVM 15.0.6, 256 bits)', true],
    ['ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11)', true],
    ['ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0)', false],
    ['ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)', false],
    [null, true],
  ])('%s', (renderer, software) => {
    expect(isSoftwareRenderer(renderer)).toBe(software);
  });

  test('the GPU must be clearly faster; what failed has no times', () => {
    expect(chooseDelegate([30, 31, 300], [8, 9, 400])).toBe('GPU');
    expect(chooseDelegate([10, 10, 10], [9, 9, 9])).toBe('CPU');
    expect(chooseDelegate([10], [])).toBe('CPU');
    expect(chooseDelegate([], [10])).toBe('GPU');
    expect(chooseDelegate([], [])).toBe('CPU');
  });
});

describe('confidence', () => {
  const face = (left: number, top: number, size: number) => {
    const points = new Float32Array(LANDMARK_COUNT * 3);
    for (let i = 0; i < LANDMARK_COUNT; i++) {
      points[i * 3] = left + (size * (i % 21)) / 20;
      points[i * 3 + 1] = top + (size * (i % 23)) / 22;
    }
    return points;
  };

  test('full in the middle, less at the edge, when small, in profile', () => {
    expect(confidenceOf(face(0.3, 0.3, 0.4), 0.2)).toBe(1);
    expect(confidenceOf(face(-0.2, 0.3, 0.4), 0)).toBeLessThan(0.4);
    expect(confidenceOf(face(0.5, 0.5, 0.05), 0)).toBe(0);
    expect(confidenceOf(face(0.3, 0.3, 0.4), 1.3)).toBeLessThan(0.3);
    expect(confidenceOf(new Float32Array(LANDMARK_COUNT * 3).fill(Number.NaN), 0)).toBe(0);
  });
});

describe('FrameReader', () => {
  const streamOf = (...chunks: number[][]) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(Uint8Array.from(chunk));
        controller.close();
      },
    });

  test('cuts chunks of any size into pictures', async () => {
    const reader = new FrameReader(streamOf([1, 2, 3, 4, 5], [], [6], [7, 8, 9, 10, 11, 12]), 4);
    const seen: number[][] = [];
    for (let frame = await reader.next(); frame; frame = await reader.next()) seen.push([...frame]);
    expect(seen).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11, 12],
    ]);
  });

  test('a stream that ends inside a picture is an error', async () => {
    const reader = new FrameReader(streamOf([1, 2, 3]), 4);
    await expect(reader.next()).rejects.toThrow('inside');
  });
});

test('a recorded performance loops', () => {
  expect([0, 32, 34, 999, 1000, 2001].map((at) => recordedFrameAt(at, 30, 30))).toEqual([0, 0, 1, 29, 0, 0]);
});

test('a crash starts the next worker at once; failures to start wait longer, three are the end', () => {
  expect([0, 1, 2, 3].map(nextStart)).toEqual([0, 1000, 2000, null]);
});

test('only a worker on the GPU is replaced by the hour, and rather when nobody is seen', () => {
  const hours = (n: number) => n * 3_600_000;
  expect(recycleDue('CPU', hours(9), 0)).toBe(false);
  expect(recycleDue('GPU', hours(0.9), 0)).toBe(false);
  expect(recycleDue('GPU', hours(1.1), 1)).toBe(false);
  expect(recycleDue('GPU', hours(1.1), 0)).toBe(true);
  expect(recycleDue('GPU', hours(2.1), 1)).toBe(true);
});

test('a worker that grew several times over is replaced, one at its usual size is not', () => {
  expect([0, 33, 86, 260].map(grown)).toEqual([false, false, false, false]);
  expect(grown(450)).toBe(true);
});

test('counts go on over a replaced worker', () => {
  const before = { ...emptyMetrics(), frames: 100, found: 90, cameraFrames: 120, dropped: 3, p50Ms: 30 };
  const now = { ...emptyMetrics(), frames: 5, found: 5, cameraFrames: 6, dropped: 1, p50Ms: 20, fps: 15 };
  expect(addMetrics(before, now)).toEqual({
    ...now,
    frames: 105,
    found: 95,
    cameraFrames: 126,
    dropped: 4,
  });
});

test('a line of track: angles from the matrix, null without a face, every channel by name', () => {
  const face = createFaceObservation();
  const solved = createSolvedFace();
  const empty = trackLine(1.5, face, solved);
  expect(trackLineSchema.parse(empty)).toMatchObject({ t: 1.5, found: false, yaw: null, pitch: null });
  face.found = true;
  const yaw = Math.PI / 6;
  face.matrix.set([
    Math.cos(yaw),
    0,
    -Math.sin(yaw),
    0,
    0,
    1,
    0,
    0,
    Math.sin(yaw),
    0,
    Math.cos(yaw),
    0,
    0,
    0,
    -30,
    1,
  ]);
  face.scores.fill(0.25);
  const line = trackLine(2, face, solved);
  expect(line.yaw).toBeCloseTo(30, 3);
  expect(line.pitch).toBeCloseTo(0, 5);
  expect(Object.keys(line.raw)).toHaveLength(52);
  expect(line.raw['jawOpen']).toBe(0.25);
});
