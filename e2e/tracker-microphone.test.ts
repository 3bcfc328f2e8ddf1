import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { singVowel, VOICES } from '../scripts/voice/synth.ts';
import { VOWELS, voiceProfileSchema } from '../src/shared/domain/tracking-settings.ts';
import { wavOf } from './support/wav.ts';
import { type BenchServer, CHROME, FFMPEG, fakeCamera, openBrowser, servePage } from './tracker/bench.ts';
import type {} from './tracker/microphone.ts';

const hasChrome = existsSync(CHROME);

describe('the microphone', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vida3-mic-'));
  const wav = path.join(folder, 'tone.wav');
  let server: BenchServer;
  beforeAll(async () => {
    if (!hasChrome) return;
    // Swells like speech: a steady tone is noise to the suppression.
    const sound = '0.7*sin(2*PI*220*t+3*sin(2*PI*5*t))*sin(2*PI*1.7*t)*sin(2*PI*1.7*t):s=48000:d=6';
    execFileSync(FFMPEG, ['-v', 'error', '-f', 'lavfi', '-i', `aevalsrc=${sound}`, '-ac', '2', wav]);
    server = await servePage(path.join(import.meta.dirname, 'tracker/microphone.html'));
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.skipIf(!hasChrome)(
    'gives joined blocks of 20 ms on the programme clock, a level, and silence when muted',
    async () => {
      const chrome = await openBrowser([...fakeCamera(), `--use-file-for-fake-audio-capture=${wav}`]);
      try {
        const { page } = chrome;
        await page.goto(`${server.origin}/microphone.html`);
        await page.waitForFunction(() => window.heard.length > 150, null, { timeout: 20_000 });
        const { blocks, state, meter } = await page.evaluate(() => ({
          blocks: window.heard.slice(),
          state: window.microphone.state,
          meter: window.microphone.meter,
        }));
        expect(state.state).toBe('running');
        expect(meter.peak).toBeGreaterThan(0.02);
        expect(meter.rms).toBeGreaterThan(0);
        expect(blocks.every((block) => block.frames === 960)).toBe(true);
        expect(Math.max(...blocks.map((block) => block.peak))).toBeGreaterThan(1500);
        const settled = blocks.slice(60);
        for (let i = 1; i < settled.length; i++) {
          expect(Math.abs(settled[i]!.timestampUs - settled[i - 1]!.timestampUs - 20_000)).toBeLessThan(200);
        }
        for (const block of blocks) expect(block.arrivedUs - block.timestampUs).toBeGreaterThan(0);
        const last = blocks.at(-1)!;
        expect(last.arrivedUs - last.timestampUs).toBeLessThan(1_000_000);

        const before = await page.evaluate(() => {
          window.microphone.setMuted(true);
          return window.heard.length;
        });
        await page.waitForFunction((n) => window.heard.length > n + 40, before);
        const muted = await page.evaluate((n) => window.heard.slice(n + 20), before);
        expect(muted.every((block) => block.peak === 0)).toBe(true);
        expect(await page.evaluate(() => window.microphone.meter.rms)).toBe(0);

        await page.evaluate(() => window.microphone.choose('none'));
        expect((await page.evaluate(() => window.microphone.state)).state).toBe('off');
      } finally {
        await chrome.close();
      }
    },
  );

  test.skipIf(!hasChrome)(
    'vowels are heard as what they are, learnt within ten seconds, and not heard while muted',
    async () => {
      const sung = path.join(folder, 'vowels.wav');
      writeFileSync(
        sung,
        wavOf(VOWELS.flatMap((vowel) => [...singVowel(VOICES[0]!, vowel, { seconds: 2 })])),
      );
      const chrome = await openBrowser([...fakeCamera(), `--use-file-for-fake-audio-capture=${sung}`]);
      try {
        const { page } = chrome;
        await page.goto(`${server.origin}/microphone.html`);
        await page.waitForFunction(() => window.said.length > 20, null, { timeout: 20_000 });
        // The song begins anew every ten seconds: the steps are taken from wherever it is.
        await page.waitForFunction(
          () => {
            const last = window.said.slice(-10);
            const before = window.said.slice(-40, -10);
            return last.every(({ vowel }) => vowel === 'A') && before.some(({ vowel }) => vowel === 'O');
          },
          null,
          { timeout: 20_000, polling: 20 },
        );
        await page.evaluate(() => window.voice.calibrate());
        await page.waitForFunction(() => window.calibration.at(-1)?.state === 'done', null, {
          timeout: 20_000,
        });
        const { said, profiles, steps } = await page.evaluate(() => ({
          said: window.said,
          profiles: window.profiles,
          steps: [
            ...new Set(window.calibration.map((event) => ('step' in event ? event.step : event.state))),
          ],
        }));
        expect(steps).toEqual([...VOWELS, 'done']);
        expect(profiles).toHaveLength(1);
        expect(voiceProfileSchema.safeParse(profiles[0]).success).toBe(true);
        const loud = said.filter(({ volume }) => volume > 0.5);
        expect(new Set(loud.map(({ vowel }) => vowel))).toEqual(new Set(VOWELS));

        await page.evaluate(() => window.microphone.setMuted(true));
        await page.waitForFunction(() => (window.said.at(-1)?.volume ?? 1) < 0.02);
      } finally {
        await chrome.close();
      }
    },
  );

  test.skipIf(!hasChrome)('none, and one that is denied, are reasons', async () => {
    for (const [flags, reason] of [
      [['--use-fake-ui-for-media-stream'], 'microphone.no-device'],
      [['--use-fake-device-for-media-stream', '--deny-permission-prompts'], 'microphone.denied'],
    ] as const) {
      const chrome = await openBrowser(flags);
      try {
        await chrome.page.goto(`${server.origin}/microphone.html`);
        await chrome.page.waitForFunction((wanted) => window.microphone.state.reason === wanted, reason);
      } finally {
        await chrome.close();
      }
    }
  });
});
