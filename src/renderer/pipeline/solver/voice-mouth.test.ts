import { expect, test } from 'vitest';
import { ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { createSolvedFace } from '../../../shared/domain/solved-face.ts';
import { createVoiceObservation } from '../part-channels.ts';
import { FaceSolver } from './face-solver.ts';

const I = ARKIT_INDEX;

/** Speaks one vowel to a solver without a camera. */
function speaker(solver = new FaceSolver()) {
  const voice = createVoiceObservation();
  const out = createSolvedFace();
  let now = 5000;
  const say = (vowel: number | null, frames: number) => {
    for (let i = 0; i < frames; i++) {
      now += 33;
      if (vowel !== null) {
        voice.sequence++;
        voice.volume = 0.8;
        voice.vowels.fill(0);
        voice.vowels[vowel] = 1;
        solver.observeVoice(voice);
      }
      solver.solve(now, out);
    }
    return out.channels.slice();
  };
  return { say, out, voice, solver };
}

test('without a camera the mouth speaks and the head idles', () => {
  const { say, out } = speaker();
  say(null, 30);
  const [a, i, u, , o] = [0, 1, 2, 3, 4].map((vowel) => say(vowel, 20)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  expect(out.state).toBe('no-camera');
  expect(out.presence).toBe(0);
  expect(a[I.jawOpen]).toBeGreaterThan(0.5);
  expect(i[I.jawOpen]).toBeLessThan(0.25);
  expect(i[I.mouthStretchLeft]).toBeGreaterThan(0.3);
  expect(u[I.mouthPucker]).toBeGreaterThan(0.5);
  expect(o[I.mouthFunnel]).toBeGreaterThan(0.4);
  expect(o[I.jawOpen]).toBeGreaterThan(i[I.jawOpen]!);
});

test('a voice that breaks off leaves no mouth open', () => {
  const { say, out } = speaker();
  expect(say(0, 20)[I.jawOpen]).toBeGreaterThan(0.5);
  say(null, 20);
  expect(out.channels[I.jawOpen]).toBeLessThan(0.02);
});

test('values that are no numbers are silence', () => {
  const { say, voice, solver, out } = speaker();
  say(0, 10);
  voice.sequence++;
  voice.volume = Number.NaN;
  voice.vowels.fill(Number.NaN);
  solver.observeVoice(voice);
  for (let i = 0; i < 30; i++) solver.solve(6000 + i * 33, out);
  for (const value of out.channels) expect(value >= 0 && value <= 1).toBe(true);
});
