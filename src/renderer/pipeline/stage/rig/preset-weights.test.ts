import { describe, expect, test } from 'vitest';
import { type ARKIT_CHANNELS, ARKIT_COUNT, ARKIT_INDEX } from '../../../../shared/domain/arkit.ts';
import { PRESETS } from '../../../../shared/domain/rig-naming-morphs.ts';
import { qualityOf } from '../quality.ts';
import { PRESET_INDEX, presetWeights } from './preset-weights.ts';

describe('presetWeights', () => {
  const out = new Float32Array(PRESETS.length);
  const run = (wish: Partial<Record<(typeof ARKIT_CHANNELS)[number], number>>): Float32Array => {
    const channels = new Float32Array(ARKIT_COUNT);
    for (const [name, value] of Object.entries(wish))
      channels[ARKIT_INDEX[name as keyof typeof ARKIT_INDEX]] = value;
    presetWeights(channels, out);
    return out;
  };

  test('a still face gives nothing', () => {
    expect([...run({})]).toEqual(PRESETS.map(() => 0));
  });

  test('an open jaw is aa, rounded lips ou, both oh', () => {
    expect(run({ jawOpen: 0.7 })[PRESET_INDEX.aa]!).toBeGreaterThan(0.8);
    expect(run({ mouthPucker: 0.9 })[PRESET_INDEX.ou]!).toBeGreaterThan(0.7);
    const round = run({ jawOpen: 0.5, mouthFunnel: 0.9 });
    expect(round[PRESET_INDEX.oh]!).toBeGreaterThan(round[PRESET_INDEX.aa]!);
  });

  test('never more than one mouth, never out of 0..1, whatever the face', () => {
    for (let seed = 1; seed < 200; seed++) {
      const channels = new Float32Array(ARKIT_COUNT).map((_, i) =>
        Math.abs(Math.sin(seed * 12.9 + i * 78.2)),
      );
      presetWeights(channels, out);
      for (const value of out) expect(value >= 0 && value <= 1).toBe(true);
      const mouth = [...out.slice(0, 6)].reduce((sum, value) => sum + value, 0);
      expect(mouth).toBeLessThanOrEqual(1.00001);
    }
  });

  test('a wink stays one-sided', () => {
    const wink = run({ eyeBlinkLeft: 1 });
    expect(wink[PRESET_INDEX.blinkLeft]).toBe(1);
    expect(wink[PRESET_INDEX.blinkRight]).toBe(0);
  });
});

test('qualityOf', () => {
  expect(qualityOf('ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)')).toBe(
    'light',
  );
  expect(qualityOf('llvmpipe (LLVM 15.0.6, 256 bits)')).toBe('light');
  expect(qualityOf('ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11)')).toBe('light');
  expect(qualityOf('ANGLE (NVIDIA, NVIDIA GeForce RTX 4070 Direct3D11)')).toBe('full');
});
