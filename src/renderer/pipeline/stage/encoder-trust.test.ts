import { expect, test } from 'vitest';
import { EncoderTrust } from './encoder-trust.ts';

test('an encoder that dies after each key frame is given up', () => {
  const trust = new EncoderTrust();
  const verdicts = Array.from({ length: 5 }, (_, i) => {
    trust.worked(i * 2000);
    return trust.failed();
  });
  expect(verdicts).toEqual([false, false, false, false, true]);
});

test('failures far apart do not add up', () => {
  const trust = new EncoderTrust();
  for (let run = 0; run < 20; run++) {
    for (let ms = 0; ms <= 10_000; ms += 2000) trust.worked(run * 60_000 + ms);
    expect(trust.failed()).toBe(false);
  }
});
