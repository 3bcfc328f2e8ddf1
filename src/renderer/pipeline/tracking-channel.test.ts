import { expect, test } from 'vitest';
import { createFaceObservation, TrackingChannel } from './tracking-channel.ts';

test('the reader gets every result once, in order and whole, and after a pause the newest ones', () => {
  const writer = new TrackingChannel();
  const reader = new TrackingChannel(writer.buffer);
  const out = createFaceObservation();
  expect(reader.read(out)).toBe(false);

  const face = createFaceObservation();
  const write = (n: number) => {
    face.capturedAtMs = n * 10;
    face.found = n % 2 === 1;
    face.matrix.fill(n);
    face.scores.fill(n / 10);
    face.landmarks.fill(-n);
    writer.write(face);
  };
  write(1);
  write(2);
  write(3);
  for (const n of [1, 2, 3]) {
    expect(reader.read(out)).toBe(true);
    expect(out).toMatchObject({ sequence: n, capturedAtMs: n * 10, found: n % 2 === 1 });
    expect(out.matrix[15]).toBe(n);
    expect(out.scores[51]).toBeCloseTo(n / 10);
    expect(out.landmarks.at(-1)).toBe(-n);
  }
  expect(reader.read(out)).toBe(false);

  for (let n = 4; n <= 40; n++) write(n);
  const seen: number[] = [];
  while (reader.read(out)) seen.push(out.sequence);
  expect(seen.at(-1)).toBe(40);
  expect(seen).toEqual(seen.map((_, i) => 40 - seen.length + 1 + i));
  expect(seen.length).toBeGreaterThanOrEqual(5);
});
