import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProcessTable, identifyByPs } from '../../host/process-table.ts';
import { silentLog } from '../../logging/log.ts';
import { type Child, childrenOf, Orphans } from './orphans.ts';
import type { ProcessTable } from './ports.ts';

let home: string;
let told: (string | undefined)[];
let children: ChildProcess[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vida3-orphans-'));
  told = [];
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true });
});

const file = () => join(home, 'children.json');
const make = (table: ProcessTable = createProcessTable(), goneMs?: number) =>
  new Orphans({
    ...{ home, table, log: silentLog, goneMs },
    onEnded: ({ detail }) => told.push(detail),
  });
const run = async (name: string, code = '', detached = true): Promise<Child & { process: ChildProcess }> => {
  const child = spawn(process.execPath, ['-e', `${code};console.log('up');setInterval(() => {}, 1e6)`], {
    detached,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return { pid: child.pid!, name, process: child };
};
const isThere = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

test('every process of a session is known by its part', () => {
  const media = {
    destinations: [
      { name: 'Twitch', pid: 5 },
      { name: 'Kick', pid: null },
    ],
    audioPid: 4,
    encoder: { pids: [6, 7] },
  } as unknown as Parameters<typeof childrenOf>[0];
  expect(childrenOf(media, 2, [3])).toEqual([
    { pid: 2, name: 'media' },
    { pid: 3, name: 'page' },
    { pid: 4, name: 'audio' },
    { pid: 6, name: 'encoder' },
    { pid: 7, name: 'encoder' },
    { pid: 5, name: 'Twitch' },
  ]);
  expect(childrenOf({ destinations: [], audioPid: null, encoder: null }, undefined, [])).toEqual([]);
});

describe('what a run left', () => {
  test('is ended at the next start, and nothing else', async () => {
    const [ours, ended, other] = [await run('Twitch'), await run('audio'), await run('other')];
    const first = make();
    first.track([ours]);
    first.track([ours, ended]);
    await first.written();
    ended.process.kill('SIGKILL');
    await once(ended.process, 'close');
    expect(await make().end()).toEqual(['Twitch']);
    if (isThere(ours.process)) await once(ours.process, 'exit');
    expect(isThere(other.process)).toBe(true);
    expect([told, existsSync(file())]).toEqual([['Twitch'], false]);
    expect(await make().end()).toEqual([]);
  });

  test('is ended with those it has started', async () => {
    const code = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);console.log(child.pid)`;
    const leader = spawn(process.execPath, ['-e', `${code};setInterval(() => {}, 1e6)`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(leader);
    const helper = Number(String((await once(leader.stdout, 'data'))[0]));
    const first = make();
    first.track([{ pid: leader.pid!, name: 'page' }]);
    await first.written();
    await make().end();
    const table = createProcessTable();
    await vi.waitFor(async () => expect(await table.identify([helper, leader.pid!])).toEqual([]));
  });

  test('is left alone when its number is another process by now', async () => {
    const child = await run('Twitch');
    const first = make();
    first.track([child]);
    await first.written();
    const text = readFileSync(file(), 'utf8');
    writeFileSync(file(), text.replace(/"started":"[^"]*"/, '"started":"long ago"'));
    expect(await make().end()).toEqual([]);
    expect(isThere(child.process)).toBe(true);
    expect(told).toEqual([]);
  });

  test.each(['', '{"children":[{"pid":-1}]}', 'null'])('a file that says %j stops nothing', async (text) => {
    writeFileSync(file(), text);
    expect(await make().end()).toEqual([]);
  });

  test('one that cannot be ended is waited for no longer than a while', async () => {
    const child = await run('Twitch');
    const table = { ...createProcessTable(), kill: async () => undefined };
    const first = make(table);
    first.track([child]);
    await first.written();
    expect(await make(table, 20).end()).toEqual(['Twitch']);
    expect(isThere(child.process)).toBe(true);
  });
});

test('an orderly end leaves nothing to look for', async () => {
  const child = await run('Twitch');
  const orphans = make();
  orphans.track([child]);
  await orphans.written();
  expect(readdirSync(home)).toEqual(['children.json']);
  await orphans.close();
  orphans.track([]);
  await orphans.written();
  expect(readdirSync(home)).toEqual([]);
});

test('what runs now is known also when it changes while it is written', async () => {
  const [a, b] = [await run('a'), await run('b')];
  const orphans = make();
  orphans.track([a]);
  orphans.track([b]);
  await orphans.written();
  expect(JSON.parse(readFileSync(file(), 'utf8')).children.map(({ name }: Child) => name)).toEqual(['b']);
  orphans.track([]);
  await orphans.written();
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ children: [] });
});

test.skipIf(process.platform === 'win32')(
  'the way of the other systems tells processes apart as well (no ps on Windows)',
  async () => {
    const [a, b] = [await run('a'), await run('b')];
    const found = await identifyByPs([a.pid, b.pid, 2 ** 22 - 1]);
    expect(found.map(({ pid }) => pid).sort()).toEqual([a.pid, b.pid].sort());
    expect(await identifyByPs([a.pid])).toEqual(found.filter(({ pid }) => pid === a.pid));
    for (const { started, command } of found) {
      expect(Number.isNaN(Date.parse(started))).toBe(false);
      expect(command).not.toBe('');
    }
    expect(await identifyByPs([2 ** 22 - 1])).toEqual([]);
  },
);
