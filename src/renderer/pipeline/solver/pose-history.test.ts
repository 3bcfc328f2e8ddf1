import { expect, test } from 'vitest';
import { PoseHistory } from './pose-history.ts';

test('any moment between the kept results, the nearest one outside of them', () => {
  const history = new PoseHistory(2);
  const out = new Float64Array([9, 9]);
  history.sample(0, out);
  expect([...out]).toEqual([9, 9]);
  for (let i = 0; i <= 20; i++) history.push(i * 10, new Float64Array([i, -i]));
  const at = (ms: number) => {
    history.sample(ms, out);
    return [...out];
  };
  expect(at(195)).toEqual([19.5, -19.5]);
  expect(at(150)).toEqual([15, -15]);
  expect(at(500)).toEqual([20, -20]);
  expect(at(0)).toEqual([13, -13]);
  history.clear();
  out.fill(1);
  expect(at(195)).toEqual([1, 1]);
  history.push(300, new Float64Array([5, 6]));
  expect(at(310)).toEqual([5, 6]);
});
