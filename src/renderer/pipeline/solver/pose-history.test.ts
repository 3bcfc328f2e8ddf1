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

/** What is predicted 60 ms ahead of the newest of results every 33 ms. */
function predicted(signal: (ms: number) => number, lastMs: number): { at: number; value: number }[] {
  const history = new PoseHistory(1);
  const out = new Float64Array(1);
  const all: { at: number; value: number }[] = [];
  for (let ms = 0; ms <= lastMs; ms += 33) {
    history.push(ms, new Float64Array([signal(ms)]));
    for (let ahead = 10; ahead <= 60; ahead += 10) {
      out.fill(0);
      history.sample(ms + ahead, out);
      history.predict(ms + ahead, out, 0, 1, 0.0001, 0.12);
      all.push({ at: ms + ahead, value: out[0]! });
    }
  }
  return all;
}

test('a step is not overshot, a triangle by less than the way of one result', () => {
  for (const { value } of predicted((ms) => (ms < 500 ? 0 : 0.5), 1500))
    expect(value).toBeLessThanOrEqual(0.5);
  const triangle = (ms: number) => 0.5 - Math.abs(((ms / 1000) % 2) - 1) / 2;
  const values = predicted(triangle, 3000);
  for (const { value } of values) expect(value).toBeLessThan(0.5 + 0.0005 * 33);
  // On the slopes it is nearer to the truth than the newest result is.
  const slope = values.filter(({ at }) => at > 300 && at < 900);
  const error = (of: (one: { at: number; value: number }) => number) =>
    slope.reduce((sum, one) => sum + Math.abs(of(one) - triangle(one.at)), 0);
  expect(error((one) => one.value)).toBeLessThan(
    0.6 * error((one) => triangle(Math.floor((one.at - 10) / 33) * 33)),
  );
});
