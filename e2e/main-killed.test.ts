import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCli } from './support/cli.ts';
import { FaultProxy } from './support/fault-proxy.ts';
import { descendantsOf, isRunning } from './support/processes.ts';
import { missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';

const noServer =
  missingRtmpServer() ?? (process.platform === 'linux' ? null : 'processes are read from /proc');

describe.skipIf(noServer !== null)(`main is killed while live${noServer ? ` [${noServer}]` : ''}`, () => {
  let server: RtmpServer;
  let proxy: FaultProxy;
  let home: string;
  beforeAll(async () => {
    server = await startRtmpServer();
    proxy = await FaultProxy.open(server.port);
    home = mkdtempSync(path.join(tmpdir(), 'vida3-killed-'));
  });
  afterAll(async () => {
    await proxy?.close();
    await server?.close();
    rmSync(home, { recursive: true, force: true });
  });

  const live = (url: string, seconds: number) =>
    runCli(
      [
        ...['live', '--to', url, '--camera', 'none', '--background', '#00a000', '--size', '320x180'],
        ...['--fps', '15', '--seconds', String(seconds)],
      ],
      { VIDA3_HOME: home, VIDA3_MODELS_DIR: undefined },
    );

  test('what it started ends, at the latest with the next start, and its row is closed', async () => {
    const first = live(`${proxy.url}/killed`, 60);
    await first.until(/: live/);
    await new Promise((resolve) => setTimeout(resolve, 3500));
    const started = descendantsOf(first.child.pid!);
    const media = started.filter(({ args }) => args.some((arg) => arg.endsWith('media.js')));
    expect(media).toHaveLength(1);
    // A server that reads nothing more: its FFmpeg cannot end by itself.
    await proxy.set({ kind: 'stall' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    for (const pid of [first.child.pid!, media[0]!.pid]) process.kill(pid, 'SIGKILL');
    await first.done;

    const second = live(`${server.url}/next`, 2);
    const { code, output } = await second.done;
    expect(code, output).toBe(0);
    await vi.waitFor(() => expect(started.filter(({ pid }) => isRunning(pid))).toEqual([]), 3000);
    const database = new Database(path.join(home, 'vida3.db'), { readonly: true });
    const rows = database.prepare('select status from streaming_sessions order by start_time').all();
    database.close();
    expect(rows).toEqual([{ status: 'failed' }, { status: 'ended' }]);
  }, 90_000);
});
