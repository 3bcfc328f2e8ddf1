import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { groupPids } from './browser/process-tree.ts';
import { createProcessSampler, readAnywhere } from './process-use.ts';

let children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});

async function run(code: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', `console.log('up');${code}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid!;
}

const IDLE = 'setInterval(() => {}, 1e6)';
const BUSY = 'for (;;);';

describe('the processes of this machine', () => {
  test('one that works uses a processor, one that waits does not', async () => {
    const [idle, busy] = [await run(IDLE), await run(BUSY)];
    const sampler = createProcessSampler();
    const groups = [
      { role: 'destination' as const, name: 'idle', pids: [idle] },
      { role: 'page' as const, name: 'both', pids: [busy, idle, 2 ** 30] },
      { role: 'audio' as const, name: 'gone', pids: [2 ** 30] },
    ];
    const first = await sampler.sample(groups);
    expect(first.map(({ name, pid, cpuPercent }) => [name, pid, cpuPercent])).toEqual([
      ['idle', idle, 0],
      ['both', busy, 0],
    ]);
    await vi.waitFor(
      async () => {
        const [waits, works] = await sampler.sample(groups);
        expect(works!.cpuPercent).toBeGreaterThan(5);
        expect(waits!.cpuPercent).toBeLessThan(works!.cpuPercent);
        expect(works!.memoryMb).toBeGreaterThan(waits!.memoryMb);
        expect(waits!.memoryMb).toBeGreaterThan(1);
      },
      { timeout: 20_000, interval: 500 },
    );
    expect(await sampler.sample([])).toEqual([]);
  });

  test('the way of the other systems tells the same', async () => {
    const pid = await run(BUSY);
    const use = async () => (await readAnywhere([pid, process.pid])).get(pid)!;
    const before = await use();
    expect(before.memoryMb).toBeGreaterThan(1);
    await vi.waitFor(async () => expect((await use()).cpuMs).toBeGreaterThan(before.cpuMs), {
      timeout: 20_000,
      interval: 200,
    });
    expect(await readAnywhere([])).toEqual(new Map());
    expect(await readAnywhere([2 ** 22 - 1])).toEqual(new Map());
  });
});

test.skipIf(process.platform === 'win32')(
  'a group is told whole, its leader first (no groups on Windows)',
  async () => {
    const code = `const child = require('child_process').spawn(process.execPath, ['-e', '${IDLE}']);console.log(child.pid);${IDLE}`;
    const leader = spawn(process.execPath, ['-e', code], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const helper = Number(String((await once(leader.stdout, 'data'))[0]));
    try {
      expect(await groupPids(leader.pid!)).toEqual([leader.pid, helper]);
    } finally {
      process.kill(-leader.pid!, 'SIGKILL');
    }
    await once(leader, 'exit');
    expect(await groupPids(2 ** 22 - 1)).toEqual([]);
  },
);

test('a number that another process has got begins anew', async () => {
  let at = 0;
  const uses = [
    { born: 'a', cpuMs: 5000, memoryMb: 10 },
    { born: 'a', cpuMs: 5500, memoryMb: 11.04 },
    { born: 'b', cpuMs: 9000, memoryMb: 3 },
    { born: 'b', cpuMs: 9250, memoryMb: 3 },
  ];
  const sampler = createProcessSampler({
    read: async () => new Map([[7, uses[at / 1000]!]]),
    now: () => at,
  });
  const told: number[][] = [];
  for (; at < 4000; at += 1000) {
    const [use] = await sampler.sample([{ role: 'media', name: 'media', pids: [7] }]);
    told.push([use!.cpuPercent, use!.memoryMb]);
  }
  expect(told).toEqual([
    [0, 10],
    [50, 11],
    [0, 3],
    [25, 3],
  ]);
});
