import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { type Log, silentLog } from '../../logging/log.ts';
import { openCrashSentinel } from './crash-sentinel.ts';

let home: string;
let told: string[];
let logged: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vida3-sentinel-'));
  told = [];
  logged = [];
});
afterEach(() => rmSync(home, { recursive: true }));

const file = () => join(home, 'running');
const mark = (pid: number, started = Date.now()) => writeFileSync(file(), JSON.stringify({ pid, started }));
const log: Log = { ...silentLog, warn: (message) => logged.push(message) };

const start = (mode: StudioSnapshot['mode'] = 'studio', wellMs?: number) =>
  openCrashSentinel({ home, mode, onEndedBadly: (error) => told.push(error.reason), log, wellMs });

/** The number of a process that has really ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

test('an orderly end leaves nothing, and the next start says nothing', () => {
  const sentinel = start();
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ pid: process.pid });
  expect(readdirSync(home)).toEqual(['running']);
  sentinel.end();
  sentinel.end();
  expect(readdirSync(home)).toEqual([]);
  start();
  expect([told, logged]).toEqual([[], []]);
});

test('the mark of a dead process is told once', () => {
  mark(deadPid());
  start().end();
  start().end();
  expect(told).toEqual(['host.ended-badly']);
  expect(logged).toHaveLength(1);
});

test.each([
  ['its number is now our own', () => mark(process.pid)],
  [
    'its number is another program of a system started since',
    () => mark(1, Date.now() - uptime() * 1000 - 1e6),
  ],
  ['it is cut short', () => writeFileSync(file(), '{"pid":12')],
  ['it is something else', () => writeFileSync(file(), 'null')],
  ['its numbers are none', () => writeFileSync(file(), '{"pid":-1,"started":1e300}')],
  ['its time is none', () => writeFileSync(file(), '{"pid":1,"started":1e300}')],
  ['it is empty', () => writeFileSync(file(), '')],
])('a mark is one of a bad end when %s', (_, write) => {
  write();
  start();
  expect(told).toEqual(['host.ended-badly']);
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ pid: process.pid });
});

test('a studio that runs keeps its mark', () => {
  mark(process.ppid);
  const before = readFileSync(file(), 'utf8');
  start().end();
  expect(readFileSync(file(), 'utf8')).toBe(before);
  expect(told).toEqual([]);
});

test('a mark that another start has replaced is not removed', () => {
  const sentinel = start();
  mark(process.ppid);
  sentinel.end();
  expect(existsSync(file())).toBe(true);
});

test('runs in a row that ended badly are counted until one ends in order', () => {
  const crash = () => {
    const { crashes } = start();
    const { started, crashes: kept } = JSON.parse(readFileSync(file(), 'utf8'));
    expect(kept).toBe(crashes);
    writeFileSync(file(), JSON.stringify({ pid: deadPid(), started, crashes: kept }));
    return crashes;
  };
  expect([crash(), crash(), crash()]).toEqual([0, 1, 2]);
  const sentinel = start();
  expect(sentinel.crashes).toBe(3);
  sentinel.end();
  expect(start().crashes).toBe(0);
  expect(told).toHaveLength(3);
});

test('a mark from before there was a count is one crash', () => {
  mark(deadPid());
  expect(start().crashes).toBe(1);
});

test('a run that goes well for long forgets those before it', async () => {
  writeFileSync(file(), JSON.stringify({ pid: deadPid(), started: Date.now(), crashes: 4 }));
  const sentinel = start('studio', 1);
  expect(sentinel.crashes).toBe(5);
  await vi.waitFor(() => expect(JSON.parse(readFileSync(file(), 'utf8')).crashes).toBe(0));
  sentinel.end();
  expect(readdirSync(home)).toEqual([]);
});

test('a headless run neither looks nor marks', () => {
  start('headless').end();
  expect(readdirSync(home)).toEqual([]);
  mark(deadPid());
  start('headless').end();
  expect(told).toEqual([]);
  expect(existsSync(file())).toBe(true);
});

test('a file that cannot be kept is logged and stops nothing', () => {
  mkdirSync(file());
  start().end();
  rmSync(file(), { recursive: true });
  const sentinel = start();
  rmSync(file());
  mkdirSync(file());
  sentinel.end();
  expect(logged).toHaveLength(2);
  expect(told).toEqual([]);
});
