import { spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runCli } from './support/cli.ts';
import { alive, descendantsOf, mediaProcessOf } from './support/live-processes.ts';
import { liveStage } from './support/live-stage.ts';
import { probeStream } from './support/probe.ts';
import { missingRtmpServer } from './support/rtmp-server.ts';

const noServer = missingRtmpServer();

describe.skipIf(noServer !== null)(`how a live run ends${noServer ? ` [${noServer}]` : ''}`, () => {
  const stage = liveStage();

  test('the browser killed while live: a named reason, nothing left behind', async () => {
    const run = runCli([
      'live',
      '--camera',
      'none',
      '--to',
      stage.url('browser'),
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
      ...['live', '--camera', 'none', '--to', stage.url('hung'), '--size', '320x180', '--fps', '10'],
      ...['--seconds', '12', '--report', stage.file('hung.json')],
    ]);
    await run.until(/: live/);
    await pause(1500);
    process.kill(mediaProcessOf(run.child.pid!), 'SIGSTOP');
    const { code, output } = await run.done;
    expect(code, output).toBe(0);
    expect(stage.report('hung.json').media.restarts).toBe(1);
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
        stage.url('beside'),
      ],
      ...['--size', '320x180', '--fps', '10', '--seconds', '2'],
    ]).done;
    silent.close();
    expect(result.code, result.output).toBe(4);
    expect(result.output).toContain('destination.timeout');
    expect(result.ms).toBeLessThan(20_000);
  }, 60_000);

  test('one data folder, one program', async () => {
    const home = stage.file('one');
    const first = runCli(
      ['live', '--camera', 'none', '--to', stage.url('one'), '--size', '320x180', '--fps', '10'],
      { VIDA3_HOME: home },
    );
    await first.until(/: live/);
    const second = await runCli(['live', '--camera', 'none', '--to', stage.url('two')], {
      VIDA3_HOME: home,
    }).done;
    expect(second.code).toBe(3);
    expect(second.output).toContain('host.already-running');
    first.child.kill('SIGTERM');
    expect((await first.done).code).toBe(0);
  }, 60_000);

  test('Ctrl+C of a terminal, which reaches every process of the group, ends the stream in order', async () => {
    const child = spawn(
      process.execPath,
      [
        'scripts/vida.mjs',
        ...['live', '--camera', 'none', '--to', stage.url('group'), '--size', '320x180', '--fps', '10'],
        ...['--report', stage.file('group.json')],
      ],
      {
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, VIDA3_HOME: stage.file('group') },
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
    expect(stage.report('group.json').destinations.map((d) => d.state)).toEqual(['ended']);
  }, 60_000);

  test('Ctrl+C ends the stream in order', async () => {
    const run = runCli([
      'live',
      '--camera',
      'none',
      '--to',
      stage.url('ctrlc'),
      '--size',
      '320x180',
      '--fps',
      '10',
    ]);
    await run.until(/: live/);
    await pause(1500);
    run.child.kill('SIGINT');
    const { code, output } = await run.done;
    expect(code, output).toBe(0);
    expect((await probeStream(stage.server.recordings('ctrlc')[0]!)).frames).toBeGreaterThan(10);
  }, 60_000);
});
