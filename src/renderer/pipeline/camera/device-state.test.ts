import { describe, expect, test } from 'vitest';
import {
  DEVICE_OFF,
  type DeviceState,
  deviceReason,
  helpedByDeviceChange,
  nextDeviceState,
  retryDelayMs,
} from './device-state.ts';

const named = (name: string): Error => Object.assign(new Error('refused'), { name });

describe('deviceReason', () => {
  test.each([
    ['NotFoundError', 'camera.no-device', 'microphone.no-device'],
    ['NotAllowedError', 'camera.denied', 'microphone.denied'],
    ['SecurityError', 'camera.denied', 'microphone.denied'],
    ['NotReadableError', 'camera.busy', 'microphone.busy'],
    ['AbortError', 'camera.busy', 'microphone.busy'],
    ['OverconstrainedError', 'camera.unsupported', 'microphone.no-device'],
    ['TypeError', 'camera.unsupported', 'microphone.busy'],
  ] as const)('%s', (name, camera, microphone) => {
    expect(deviceReason('camera', named(name))).toBe(camera);
    expect(deviceReason('microphone', named(name))).toBe(microphone);
  });

  test('what is no error at all', () => {
    expect(deviceReason('camera', 'oops')).toBe('camera.unsupported');
  });
});

describe('nextDeviceState', () => {
  const running: DeviceState = { state: 'running', reason: null, label: 'Cam' };
  const failed: DeviceState = { state: 'failed', reason: 'camera.unplugged', label: '' };

  test('off, starting, running, off', () => {
    const starting = nextDeviceState(DEVICE_OFF, { type: 'start' });
    expect(starting).toEqual({ state: 'starting', reason: null, label: '' });
    expect(nextDeviceState(starting, { type: 'opened', label: 'Cam' })).toEqual(running);
    expect(nextDeviceState(running, { type: 'stop' })).toBe(DEVICE_OFF);
  });

  test('a failed device keeps its reason while it is tried again', () => {
    expect(nextDeviceState(failed, { type: 'start' })).toEqual({
      state: 'starting',
      reason: 'camera.unplugged',
      label: '',
    });
  });

  test('black pictures are a reason of a running camera only, and clear by themselves', () => {
    const black = nextDeviceState(running, { type: 'black', black: true });
    expect(black).toEqual({ ...running, reason: 'camera.black-picture' });
    expect(nextDeviceState(black, { type: 'black', black: true })).toBe(black);
    expect(nextDeviceState(black, { type: 'black', black: false })).toEqual(running);
    expect(nextDeviceState(failed, { type: 'black', black: true })).toBe(failed);
    expect(nextDeviceState(failed, { type: 'black', black: false })).toBe(failed);
  });
});

test('only what can come back by itself is tried again, more and more slowly', () => {
  expect(retryDelayMs('camera.busy', 1)).toBe(1000);
  expect(retryDelayMs('camera.unplugged', 3)).toBe(2250);
  expect(retryDelayMs('camera.unplugged', 50)).toBe(5000);
  expect(retryDelayMs('camera.no-device', 1)).toBeNull();
  expect(retryDelayMs('camera.denied', 1)).toBeNull();
  expect(helpedByDeviceChange('camera.no-device')).toBe(true);
  expect(helpedByDeviceChange('camera.denied')).toBe(false);
  expect(helpedByDeviceChange(null)).toBe(false);
});
