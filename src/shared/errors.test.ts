import { expect, test } from 'vitest';
import { describeReason, isRetryable, REASONS, ReasonError, toReasonError } from './errors.ts';
import texts from './locale/en/errors.json' with { type: 'json' };

test('every reason says what happened and what to do next, and no text is left over', () => {
  expect(Object.keys(texts).sort()).toEqual([...REASONS].sort());
  for (const reason of REASONS) {
    expect(describeReason(reason).what).toMatch(/^[A-Z].*\.$/);
    expect(describeReason(reason).action).toMatch(/^[A-Z].*\.$/);
  }
});

test('an unexpected error keeps its message as detail and is never retryable', () => {
  const error = toReasonError(new TypeError('x is not a function'));
  expect(error.reason).toBe('internal.unexpected');
  expect(error.detail).toBe('x is not a function');
  expect(isRetryable(error.reason)).toBe(false);
  expect(toReasonError(new ReasonError('camera.busy')).reason).toBe('camera.busy');
});
