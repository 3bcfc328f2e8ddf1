import { describe, expect, test } from 'vitest';
import { BitrateController } from './bitrate-controller.ts';

const CALM = { queueMs: 20, kbps: 4100 };

describe('dynamic bitrate', () => {
  /** So long a queue must last: what is told first changes nothing. */
  const slowFor = (
    controller: BitrateController,
    atMs: number,
    loads: { queueMs: number; kbps: number }[],
  ) => {
    expect(controller.update(atMs - 1_000, loads)).toBeNull();
    return controller.update(atMs, loads);
  };

  test('goes down to what more than half take, less the sound, rounded down', () => {
    const controller = new BitrateController(4000, 128);
    const slow = { queueMs: 400, kbps: 2222 };
    expect(slowFor(controller, 1_000, [CALM, CALM, slow])).toBeNull();
    expect(slowFor(controller, 3_000, [CALM, slow])).toBeNull();
    expect(slowFor(controller, 5_000, [CALM, slow, slow])).toBe(2050);
    expect(controller.targetKbps).toBe(2050);
  });

  test('one that takes nothing says nothing of what the others take', () => {
    const controller = new BitrateController(6000, 128);
    const loads = [CALM, { queueMs: 700, kbps: 0 }, { queueMs: 400, kbps: 4178 }];
    expect(slowFor(controller, 1_000, loads)).toBe(4050);
  });

  test('a burst is no slow network, and a moment without anything taken halves the rate at the most', () => {
    const controller = new BitrateController(4000, 128);
    for (let nowMs = 0; nowMs < 10_000; nowMs += 500) {
      const queueMs = nowMs % 1_000 === 0 ? 600 : 20;
      expect(controller.update(nowMs, [{ queueMs, kbps: 300 }])).toBeNull();
    }
    expect(slowFor(controller, 20_000, [{ queueMs: 900, kbps: 10 }])).toBe(2000);
  });

  test('gives a change time to show, then goes further down, never below the floor', () => {
    const controller = new BitrateController(4000, 128);
    const stuck = [{ queueMs: 900, kbps: 2128 }];
    expect(slowFor(controller, 1_000, stuck)).toBe(2000);
    expect(controller.update(2_000, stuck)).toBeNull();
    expect(controller.update(3_000, stuck)).toBe(1800);
    for (let nowMs = 5_000; nowMs < 44_000; nowMs += 2_000) {
      controller.update(nowMs, [{ queueMs: 900, kbps: 0 }]);
    }
    expect(controller.targetKbps).toBe(controller.floorKbps);
    expect(controller.floorKbps).toBe(1200);
  });

  test('goes up by a tenth of the wanted every four calm seconds, up to the wanted', () => {
    const controller = new BitrateController(4000, 128);
    slowFor(controller, 0, [{ queueMs: 300, kbps: 3528 }]);
    const raised: [number, number][] = [];
    for (let nowMs = 250; nowMs < 30_000; nowMs += 250) {
      const kbps = controller.update(nowMs, [CALM]);
      if (kbps !== null) raised.push([nowMs, kbps]);
    }
    expect(raised).toEqual([
      [4250, 3800],
      [8250, 4000],
    ]);
  });

  test('does not go up while a queue is longer than a tenth of a second', () => {
    const controller = new BitrateController(4000, 128);
    slowFor(controller, 0, [{ queueMs: 300, kbps: 2000 }]);
    for (let nowMs = 250; nowMs < 20_000; nowMs += 250) {
      expect(controller.update(nowMs, [CALM, CALM, { queueMs: 150, kbps: 2000 }])).toBeNull();
    }
  });

  test('a small wanted bitrate is its own floor', () => {
    expect(new BitrateController(150, 128).floorKbps).toBe(150);
    expect(new BitrateController(500, 128).floorKbps).toBe(200);
  });

  test('nobody live: nothing changes', () => {
    const controller = new BitrateController(4000, 128);
    expect(controller.update(0, [])).toBeNull();
    expect(controller.targetKbps).toBe(4000);
  });
});
