import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { singVowel, VOICES } from '../scripts/voice/synth.ts';
import type { Report } from '../src/shared/domain/report.ts';
import type { TrackLine } from '../src/shared/ipc/track.ts';
import { runCli } from './support/cli.ts';
import { fixturesDir, modelsDir, needs } from './support/fixtures.ts';
import { isFound, liveStage } from './support/live-stage.ts';
import { probeStream } from './support/probe.ts';
import { missingRtmpServer } from './support/rtmp-server.ts';
import { wavOf } from './support/wav.ts';

const FPS = 10;
/** An avatar's head that turns faster than this from one picture to the next jumps. */
const JUMP_DEGREES = 15;
const FRAME_S = 1 / FPS;
/** Long enough for others to be counted, which begins after 400 found faces; a slow machine finds them later. */
const COUNTED_S = [24, 60] as const;
const ready = fixturesDir !== null && modelsDir !== null && missingRtmpServer() === null;

/** What viewers get when there is nobody, when there are two, and when there is only a voice. */
describe.skipIf(!ready)(needs('who is there', 'fixtures', 'models'), () => {
  const stage = liveStage();

  /** Goes live and reads what the server received as a camera picture. */
  async function live(key: string, seconds: number, flags: readonly string[]) {
    const env = { VIDA3_MODELS_DIR: modelsDir! };
    const file = `${key}.json`;
    const avatar = path.join(fixturesDir!, 'avatars/ict_perfectsync_v1.vrm');
    const run = await runCli(
      [
        ...['live', ...flags, '--avatar', avatar, '--to', stage.url(key), '--report', stage.file(file)],
        ...['--size', '640x360', '--fps', String(FPS), '--seconds', String(seconds)],
      ],
      env,
    ).done;
    expect(run.code, run.output).toBe(0);
    const report = stage.report(file);
    return { report, states: statesOf(report) };
  }

  /** Viewers' pictures, of whom the avatar is in nearly every one. */
  async function received(key: string) {
    const lines = await stage.tracked(key);
    expect(lines.filter(isFound).length).toBeGreaterThan(0.9 * lines.length);
    const { videoTimes } = await probeStream(stage.server.recordings(key).at(-1)!);
    expect(videoTimes).toHaveLength(lines.length);
    return { lines, largestTurn: largestTurn(lines, videoTimes) };
  }

  /** Degrees per picture; where pictures are missing, of as many as there is time between their neighbours. */
  function largestTurn(lines: readonly TrackLine[], times: readonly number[]): number {
    let largest = 0;
    for (let i = 1; i < lines.length; i++) {
      const [before, now] = [lines[i - 1]!, lines[i]!];
      if (!isFound(before) || !isFound(now)) continue;
      const pictures = Math.max(1, (times[i]! - times[i - 1]!) / FRAME_S);
      for (const angle of ['yaw', 'pitch', 'roll'] as const) {
        largest = Math.max(largest, Math.abs(now[angle] - before[angle]) / pictures);
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
    expect((await received('leave')).largestTurn).toBeLessThan(JUMP_DEGREES);
  }, 90_000);

  test('two in the picture: one is followed, both are counted', async () => {
    const camera = path.join(fixturesDir!, 'clips/made_two_faces.mp4');
    const run = async (key: string, seconds: number): Promise<number> => {
      const { report, states } = await live(key, seconds, ['--camera', camera]);
      expect(states).toContain('tracking');
      const { face, faces } = report.tracking;
      expect(face.found).toBeGreaterThan(0.9 * face.frames);
      return faces;
    };
    const [soon, late] = COUNTED_S;
    const faces = await run('two', soon);
    expect((await received('two')).largestTurn).toBeLessThan(JUMP_DEGREES);
    // The report says the newest number alone: where there was none yet, a longer run follows.
    expect(faces === 2 ? faces : await run('two-longer', late)).toBe(2);
  }, 240_000);

  test('no camera, and a voice: the avatar idles and speaks', async () => {
    const said = [0, 1, 2, 3].flatMap(() => [
      ...singVowel(VOICES[0]!, 'A', { seconds: 0.7 }),
      ...new Float32Array(0.7 * 48_000),
    ]);
    const voice = stage.file('voice.wav');
    writeFileSync(voice, wavOf(said));
    const { report, states } = await live('voice', 6, ['--camera', 'none', '--audio', voice]);
    expect(report.tracking.source).toBe('none');
    expect(new Set(states)).toEqual(new Set(['no-camera']));
    const { lines, largestTurn } = await received('voice');
    const jaw = lines.filter(isFound).map(({ raw }) => raw['jawOpen']!);
    expect(Math.max(...jaw)).toBeGreaterThan(0.25);
    expect(Math.min(...jaw)).toBeLessThan(0.1);
    expect(largestTurn).toBeLessThan(JUMP_DEGREES);
  }, 90_000);
});

function statesOf(report: Report): string[] {
  return report.tracking.states.map(({ state }) => state);
}
