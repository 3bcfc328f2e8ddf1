import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { singVowel, VOICES } from '../scripts/voice/synth.ts';
import { type Report, reportSchema } from '../src/shared/domain/report.ts';
import { runCli } from './support/cli.ts';
import { fixturesDir, modelsDir, needs } from './support/fixtures.ts';
import { missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';
import { wavOf } from './support/wav.ts';

interface Line {
  readonly t: number;
  readonly found: boolean;
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly raw: { readonly jawOpen: number };
}

const FPS = 10;
/** An avatar's head that turns faster than this from one picture to the next jumps. */
const JUMP_DEGREES = 15;
const ready = fixturesDir !== null && modelsDir !== null && missingRtmpServer() === null;

/** What viewers get when there is nobody, when there are two, and when there is only a voice. */
describe.skipIf(!ready)(needs('who is there', 'fixtures', 'models'), () => {
  let server: RtmpServer;
  let folder: string;
  beforeAll(async () => {
    server = await startRtmpServer();
    folder = mkdtempSync(path.join(tmpdir(), 'vida3-presence-'));
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Goes live and reads what the server received as a camera picture. */
  async function live(key: string, seconds: number, flags: readonly string[]) {
    const env = { VIDA3_MODELS_DIR: modelsDir! };
    const file = path.join(folder, `${key}.json`);
    const avatar = path.join(fixturesDir!, 'avatars/ict_perfectsync_v1.vrm');
    const run = await runCli(
      [
        ...['live', ...flags, '--avatar', avatar, '--to', `${server.url}/${key}`, '--report', file],
        ...['--size', '640x360', '--fps', String(FPS), '--seconds', String(seconds)],
      ],
      env,
    ).done;
    expect(run.code, run.output).toBe(0);
    const report = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { report, states: statesOf(report) };
  }

  async function received(key: string): Promise<Line[]> {
    const out = path.join(folder, `${key}.jsonl`);
    const run = await runCli(['track', '--camera', server.recordings(key).at(-1)!, '--out', out], {
      VIDA3_MODELS_DIR: modelsDir!,
    }).done;
    expect(run.code, run.output).toBe(0);
    const lines = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(lines.filter(({ found }) => found).length).toBeGreaterThan(0.9 * lines.length);
    return lines;
  }

  function largestTurn(lines: readonly Line[]): number {
    let largest = 0;
    for (let i = 1; i < lines.length; i++) {
      const [before, now] = [lines[i - 1]!, lines[i]!];
      if (!before.found || !now.found) continue;
      for (const angle of ['yaw', 'pitch', 'roll'] as const) {
        largest = Math.max(largest, Math.abs(now[angle] - before[angle]));
      }
    }
    return largest;
  }

  test('somebody leaves and comes back: held, idle, followed again, and never a jump', async () => {
    const camera = path.join(fixturesDir!, 'clips/made_leave_reenter.mp4');
    const { states } = await live('leave', 13, ['--camera', camera]);
    // The clip is a loop that begins before the stream does.
    expect(states).toContain('tracking');
    const gone = states.indexOf('no-face', states.indexOf('tracking'));
    expect(gone, states.join(' ')).toBeGreaterThan(0);
    expect(states.indexOf('tracking', gone), states.join(' ')).toBeGreaterThan(gone);
    const lines = await received('leave');
    expect(largestTurn(lines)).toBeLessThan(JUMP_DEGREES);
  }, 90_000);

  test('two in the picture: one is followed, both are counted', async () => {
    const camera = path.join(fixturesDir!, 'clips/made_two_faces.mp4');
    const { report, states } = await live('two', 20, ['--camera', camera]);
    expect(states.at(-1)).toBe('tracking');
    expect(report.tracking.faces).toBe(2);
    expect(largestTurn(await received('two'))).toBeLessThan(JUMP_DEGREES);
  }, 90_000);

  test('no camera, and a voice: the avatar idles and speaks', async () => {
    const said = [0, 1, 2, 3].flatMap(() => [
      ...singVowel(VOICES[0]!, 'A', { seconds: 0.7 }),
      ...new Float32Array(0.7 * 48_000),
    ]);
    const voice = path.join(folder, 'voice.wav');
    writeFileSync(voice, wavOf(said));
    const { report, states } = await live('voice', 6, ['--camera', 'none', '--audio', voice]);
    expect(report.tracking.source).toBe('none');
    expect(new Set(states)).toEqual(new Set(['no-camera']));
    const lines = await received('voice');
    const jaw = lines.filter(({ found }) => found).map(({ raw }) => raw.jawOpen);
    expect(Math.max(...jaw)).toBeGreaterThan(0.25);
    expect(Math.min(...jaw)).toBeLessThan(0.1);
    expect(largestTurn(lines)).toBeLessThan(JUMP_DEGREES);
  }, 90_000);
});

function statesOf(report: Report): string[] {
  return report.tracking.states.map(({ state }) => state);
}
