import { expect, test } from 'vitest';
import { createFaceObservation, TrackingChannel } from './tracking-channel.ts';

test('the reader gets the newest result once, whole, through shared memory', () => {
  const writer = new TrackingChannel();
  const reader = new TrackingChannel(writer.buffer);
  const out = createFaceObservation();
  expect(reader.read(out)).toBe(false);

  const face = createFaceObservation();
  for (let n = 1; n <= 7; n++) {
    face.capturedAtMs = n * 10;
    face.found = n % 2 === 1;
    face.matrix.fill(n);
    face.scores.fill(n / 10);
    face.landmarks.fill(-n);
    writer.write(face);
  }
  expect(reader.read(out)).toBe(true);
  expect(out).toMatchObject({ sequence: 7, capturedAtMs: 70, found: true });
  expect(out.matrix[15]).toBe(7);
  expect(out.scores[51]).toBeCloseTo(0.7);
  expect(out.landmarks.at(-1)).toBe(-7);
  expect(reader.read(out)).toBe(false);
});
