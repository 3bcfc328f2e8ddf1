import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../src/shared/domain/report.ts';
import { runCli } from './support/cli.ts';
import { alive, descendantsOf, mediaProcessOf } from './support/live-processes.ts';
import { probeStream } from './support/probe.ts';
import { missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';

const noServer = missingRtmpServer();

describe.skipIf(noServer !== null)(`how a live run ends${noServer ? ` [${noServer}]` : ''}`, () => {
  let server: RtmpServer;
  let folder: string;
  beforeAll(async () => {
    server = await startRtmpServer();
    folder = mkdtempSync(path.join(tmpdir(), 'vida3-live-'));
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const readReport = (name: string) =>
    reportSchema.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8')));

  test('the browser killed while live: a named reason, nothing left behind', async () => {
    const run = runCli([
      'live',
      '--camera',
      'none',
      '--to',
      `${server.url}/browser`,
      '--size',
      '320x180',
      '--fps',
      '10',
      '--seconds',
      '30',
    ]);
    await run.until(/: live/);
    const family = descendantsOf(run.child.pid!);
    const browser = family.find(({ command }) => /chrom/i.test(command) && !command.includes('--type='))!;
    process.kill(browser.pid, 'SIGKILL');
    const { code, output } = await run.done;
    expect(code).toBe(4);
    expect(output).toContain('host.browser-closed');
    await expect
      .poll(() => family.filter(({ pid }) => alive(pid)).map(({ command }) => command.slice(0, 80)), {
        timeout: 5000,
      })
      .toEqual([]);
  }, 60_000);

  test('a media process that hangs is replaced like one that died', async () => {
    const run = runCli([
      ...['live', '--camera', 'none', '--to', `${server.url}/hung`, '--size', '320x180', '--fps', '10'],
      ...['--seconds', '12', '--report', path.join(folder, 'hung.json')],
    ]);
    await run.until(/: live/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    process.kill(mediaProcessOf(run.child.pid!), 'SIGSTOP');
    const { code, output } = await run.done;
    expect(code, output).toBe(0);
    expect(readReport('hung.json').media.restarts).toBe(1);
  }, 60_000);

  test('a server that takes the connection and says nothing is named, and never counts as live', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const result = await runCli([
      ...[
        'live',
        '--camera',
        'none',
        '--to',
        `rtmp://127.0.0.1:${port}/live/hang`,
        '--to',
        `${server.url}/beside`,
      ],
      ...['--size', '320x180', '--fps', '10', '--seconds', '2'],
    ]).done;
    silent.close();
    expect(result.code, result.output).toBe(4);
    expect(result.output).toContain('destination.timeout');
    expect(result.ms).toBeLessThan(20_000);
  }, 60_000);

  test('one data folder, one program', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'vida3-one-'));
    const first = runCli(
      ['live', '--camera', 'none', '--to', `${server.url}/one`, '--size', '320x180', '--fps', '10'],
      { VIDA3_HOME: home },
    );
    await first.until(/: live/);
    const second = await runCli(['live', '--camera', 'none', '--to', `${server.url}/two`], {
      VIDA3_HOME: home,
    }).done;
    expect(second.code).toBe(3);
    expect(second.output).toContain('host.already-running');
    first.child.kill('SIGTERM');
    expect((await first.done).code).toBe(0);
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  test('Ctrl+C of a terminal, which reaches every process of the group, ends the stream in order', async () => {
    const folderOfRun = mkdtempSync(path.join(tmpdir(), 'vida3-group-'));
    const child = spawn(
      process.execPath,
      [
        'scripts/vida.mjs',
        ...['live', '--camera', 'none', '--to', `${server.url}/group`, '--size', '320x180', '--fps', '10'],
        ...['--report', path.join(folderOfRun, 'r.json')],
      ],
      {
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, VIDA3_HOME: folderOfRun },
      },
    );
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await expect.poll(() => output, { timeout: 40_000 }).toMatch(/: live/);
    process.kill(-child.pid!, 'SIGINT');
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, output).toBe(0);
    const report = reportSchema.parse(JSON.parse(readFileSync(path.join(folderOfRun, 'r.json'), 'utf8')));
    expect(report.destinations.map((d) => d.state)).toEqual(['ended']);
    rmSync(folderOfRun, { recursive: true, force: true });
  }, 60_000);

  test('Ctrl+C ends the stream in order', async () => {
    const run = runCli([
      'live',
      '--camera',
      'none',
      '--to',
      `${server.url}/ctrlc`,
      '--size',
      '320x180',
      '--fps',
      '10',
    ]);
    await run.until(/: live/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    run.child.kill('SIGINT');
    const { code, output } = await run.done;
    expect(code, output).toBe(0);
    expect((await probeStream(server.recordings('ctrlc')[0]!)).frames).toBeGreaterThan(10);
  }, 60_000);
});
