import { type VRM, VRMExpression, VRMExpressionMorphTargetBind } from '@pixiv/three-vrm';
import { Mesh } from 'three';
import { expect, test } from 'vitest';
import { ARKIT_COUNT } from '../../../../shared/domain/arkit.ts';
import { PRESETS } from '../../../../shared/domain/rig-naming-morphs.ts';
import { VrmExpressions } from './vrm-expressions.ts';

const channels = new Float32Array(ARKIT_COUNT);
const presets = new Float32Array(PRESETS.length);

function modelOf(names: readonly string[]): { vrm: VRM; influences: number[] } {
  const mesh = new Mesh();
  mesh.morphTargetInfluences = names.map(() => 0);
  const expressions = names.map((name, index) => {
    const expression = new VRMExpression(name);
    expression.addBind(new VRMExpressionMorphTargetBind({ primitives: [mesh], index, weight: 1 }));
    return expression;
  });
  const vrm = { expressionManager: { expressions } } as unknown as VRM;
  return { vrm, influences: mesh.morphTargetInfluences };
}

test('two slots of one expression add up and stay within 1', () => {
  const { vrm, influences } = modelOf(['grin', 'blush']);
  const expressions = new VrmExpressions(vrm, {});
  expressions.setSlots(['grin', 'blush', 'grin']);
  const shown = (...weights: number[]): number[] => {
    expressions.apply(channels, presets, Float32Array.from(weights));
    return influences.map((value) => Math.round(value * 100) / 100);
  };
  expect(shown(0.75, 0, 0)).toEqual([0.75, 0]);
  expect(shown(0, 0.25, 0.5)).toEqual([0.5, 0.25]);
  expect(shown(0.25, 0, 0.5)).toEqual([0.75, 0]);
  expect(shown(0.75, 0, 0.75)).toEqual([1, 0]);
  expressions.setSlots(['blush']);
  expect(shown(0.5, 1, 1)).toEqual([0, 0.5]);
});
