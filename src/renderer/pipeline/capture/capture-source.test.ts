import { expect, test } from 'vitest';
import { captureLabel, captureReason } from './capture-source.ts';

test.each([
  ['NotAllowedError', 'capture.denied'],
  ['SecurityError', 'capture.denied'],
  ['NotSupportedError', 'capture.unsupported'],
  ['TypeError', 'capture.unsupported'],
  ['NotReadableError', 'capture.failed'],
  ['AbortError', 'capture.failed'],
  ['InvalidStateError', 'capture.failed'],
] as const)('%s is %s', (name, reason) => {
  expect(captureReason(Object.assign(new Error('refused'), { name }))).toBe(reason);
});

test('what is no error at all', () => {
  expect(captureReason('oops')).toBe('capture.failed');
});

test.each([
  ['web-contents-media-stream://3A1A748FB9D5DF9D', ''],
  ['screen:-3:0', ''],
  ['window:48:0', ''],
  ['Screen 1', 'Screen 1'],
  ['', ''],
])('%s is called «%s»', (label, called) => {
  expect(captureLabel(label)).toBe(called);
});
