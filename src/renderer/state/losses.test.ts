import { expect, test } from 'vitest';
import { lossesOf } from './losses.ts';

test('shares are of the frames since go-live and take the thresholds of OBS', () => {
  const losses = lossesOf({ render: 10, encode: 11, network: 60, frames: 1000 });
  expect(losses.map((loss) => [loss.kind, loss.percent, loss.level])).toEqual([
    ['render', 1, 'good'],
    ['encode', 1.1, 'warn'],
    ['network', 6, 'bad'],
  ]);
});

test('nothing sent yet is no loss', () => {
  expect(lossesOf({ render: 0, encode: 0, network: 0, frames: 0 }).every((loss) => loss.percent === 0)).toBe(
    true,
  );
});
