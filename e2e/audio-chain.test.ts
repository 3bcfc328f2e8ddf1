import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SUPPRESSION_FRAMES } from '../src/renderer/pipeline/audio/sound-chain.ts';
import type { AudioChain, SecondSource } from '../src/shared/domain/audio-chain.ts';
import { wavOf } from './support/wav.ts';
import type {} from './tracker/audio-chain.ts';
import { type BenchServer, CHROME, fakeCamera, openBrowser, servePage } from './tracker/bench.ts';

const hasChrome = existsSync(CHROME);
const RATE = 48_000;

/** Something like a voice: a gliding pitch with its overtones, in syllables. */
function voice(at: number): number {
  const phase = 2 * Math.PI * (140 * at + 4 * Math.sin(2 * Math.PI * 1.3 * at));
  let sum = 0;
  for (let k = 1; k <= 24; k++) {
    const hertz = 140 * k;
    const formants =
      1 / (1 + ((hertz - 600) / 150) ** 2) +
      0.6 / (1 + ((hertz - 1200) / 200) ** 2) +
      0.3 / (1 + ((hertz - 2500) / 300) ** 2);
    sum += formants * Math.sin(k * phase);
  }
  return sum * 0.22 * Math.max(0, Math.sin(2 * Math.PI * 2 * at)) ** 0.5;
}

function noise(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

const rms = (samples: readonly number[]): number =>
  Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length));
const decibel = (ratio: number): number => 20 * Math.log10(ratio);
const peak = (samples: readonly number[]): number =>
  samples.reduce((top, x) => Math.max(top, Math.abs(x)), 0);

/** Amplitude of one frequency. */
function toneOf(samples: readonly number[], hertz: number): number {
  let [s, c] = [0, 0];
  samples.forEach((x, i) => {
    s += x * Math.sin((2 * Math.PI * hertz * i) / RATE);
    c += x * Math.cos((2 * Math.PI * hertz * i) / RATE);
  });
  return (2 * Math.hypot(s, c)) / samples.length;
}

/** By how many frames `later` comes behind `first`, from the best match. */
function lag(first: readonly number[], later: readonly number[], most: number): number {
  let best = 0;
  let top = Number.NEGATIVE_INFINITY;
  for (let shift = 0; shift <= most; shift++) {
    let sum = 0;
    for (let i = 0; i + shift < later.length; i += 3) sum += first[i]! * later[i + shift]!;
    if (sum > top) {
      top = sum;
      best = shift;
    }
  }
  return best;
}

const seconds = (length: number, of: (at: number) => number): number[] =>
  Array.from({ length: length * RATE }, (_, i) => of(i / RATE));

/** What is heard in the next `count` blocks, after `skip` others. */
async function hear(page: Page, count: number, skip = 25) {
  const from = (await page.evaluate(() => window.sound.blocks.length)) + skip;
  await page.waitForFunction((until) => window.sound.blocks.length >= until, from + count, {
    timeout: 20_000,
  });
  const blocks = await page.evaluate(
    (range) => window.sound.blocks.slice(range[0], range[1]),
    [from, from + count],
  );
  return { blocks, left: blocks.flatMap((block) => block.left) };
}

// The browser's stand-in microphone stumbles when other programs take the processor.
describe.skipIf(!hasChrome)('the sound chain', { retry: 2 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vida3-sound-'));
  const file = (name: string) => path.join(folder, name);
  const next = noise();
  /** Four seconds in a loop: hiss, and a voice over it in the second half. */
  const room = seconds(4, (at) => 0.02 * next() + (at >= 2 ? voice(at) : 0));
  let server: BenchServer;

  beforeAll(async () => {
    writeFileSync(file('room.wav'), wavOf(room));
    writeFileSync(file('loud.wav'), wavOf(seconds(2, (at) => 0.9 * Math.sin(2 * Math.PI * 300 * at))));
    writeFileSync(file('tone.wav'), wavOf(seconds(1, (at) => 0.25 * Math.sin(2 * Math.PI * 1000 * at))));
    writeFileSync(file('text.wav'), 'this is no sound');
    server = await servePage(path.join(import.meta.dirname, 'tracker/audio-chain.html'), {
      'tone.wav': file('tone.wav'),
      'text.wav': file('text.wav'),
    });
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(sound: string | null) {
    const devices = sound ? [...fakeCamera(), `--use-file-for-fake-audio-capture=${file(sound)}`] : [];
    const chrome = await openBrowser(devices);
    await chrome.page.goto(`${server.origin}/audio-chain.html`);
    return chrome;
  }

  const configure = (page: Page, change: Partial<AudioChain>) =>
    page.evaluate((part) => window.sound.microphone.setChain({ ...window.sound.defaults, ...part }), change);
  const choose = (page: Page, choice: string) =>
    page.evaluate((id) => window.sound.microphone.choose(id), choice);
  const secondSource = (page: Page, source: SecondSource['source'], url: string | null) =>
    page.evaluate(
      ([name, address]) => window.sound.microphone.setSecondSource({ source: name, gainDb: 0 }, address),
      [source, url] as const,
    );
  const secondState = (page: Page) => page.evaluate(() => window.sound.microphone.secondState);

  test('RNNoise loads under the program’s policy, takes noise away, keeps a voice, and delays by what is said', async () => {
    const chrome = await open(null);
    try {
      const twice = [...room, ...room];
      const cleaned = await chrome.page.evaluate((samples) => window.sound.suppress(samples), twice);
      const change = (from: number, to: number) =>
        decibel(rms(cleaned.slice(from * RATE, to * RATE)) / rms(twice.slice(from * RATE, to * RATE)));
      // It must have heard a voice once to know what is none.
      expect(change(4.2, 5.9)).toBeLessThan(-20);
      expect(change(6.2, 7.9)).toBeGreaterThan(-2);
      const speech = (samples: readonly number[]) => samples.slice(6 * RATE, 7 * RATE);
      expect(Math.abs(lag(speech(twice), speech(cleaned), 2400) - SUPPRESSION_FRAMES)).toBeLessThan(12);
    } finally {
      await chrome.close();
    }
  });

  test('live: noise goes, a voice stays, the gate closes', async () => {
    const chrome = await open('room.wav');
    try {
      const { page } = chrome;
      await configure(page, {});
      await choose(page, 'default');
      const on = await hear(page, 200, 300);
      expect(await page.evaluate(() => window.sound.microphone.state)).toMatchObject({
        state: 'running',
        reason: null,
      });
      await configure(page, { suppress: false, limiter: { on: false, ceilingDb: -1 } });
      const off = await hear(page, 200, 50);
      const levels = ({ blocks }: typeof off) => blocks.map((block) => rms(block.left)).sort((a, b) => a - b);
      const change = (share: number) => decibel(levels(on)[200 * share]! / levels(off)[200 * share]!);
      expect(change(0.25)).toBeLessThan(-10);
      expect(change(0.9)).toBeGreaterThan(-3);

      await configure(page, { suppress: false, gate: { on: true, thresholdDb: -26 } });
      const gated = await hear(page, 200, 50);
      expect(levels(gated)[40]).toBe(0);
      expect(decibel(levels(gated)[180]! / levels(off)[180]!)).toBeGreaterThan(-2);
    } finally {
      await chrome.close();
    }
  });

  test('the ceiling holds, mute is silence, push-to-talk opens, panic silences everything', async () => {
    const chrome = await open('loud.wav');
    try {
      const { page } = chrome;
      const loud = { suppress: false, gainDb: 12, limiter: { on: true, ceilingDb: -6 } };
      await configure(page, loud);
      await choose(page, 'default');
      const limited = await hear(page, 100, 50);
      expect(peak(limited.left)).toBeLessThanOrEqual(10 ** (-6 / 20) + 1 / 32_767);
      expect(peak(limited.left)).toBeGreaterThan(0.4);
      expect(await page.evaluate(() => window.sound.microphone.meter)).toMatchObject({ clipped: false });
      expect(await page.evaluate(() => window.sound.microphone.meter.reductionDb)).toBeGreaterThan(10);
      await configure(page, { ...loud, limiter: { on: false, ceilingDb: -6 } });
      await page.waitForFunction(() => window.sound.microphone.meter.clipped);

      await configure(page, { suppress: false });
      // The gain comes down first: a louder tone has larger steps of its own.
      await hear(page, 20, 40);
      await page.evaluate(() => window.sound.microphone.setMuted(true));
      const muted = await hear(page, 20, 15);
      expect(peak(muted.left)).toBe(0);
      // The blocks in which it went quiet: no step from one sample to the next beyond the tone's own.
      const all = await page.evaluate(() => window.sound.blocks.slice(-40).flatMap((block) => block.left));
      const steps = all.map((x, i) => Math.abs(x - (all[i - 1] ?? x)));
      expect(peak(steps)).toBeLessThan(0.05);

      await page.evaluate(() => window.sound.microphone.setMuted(false));
      await configure(page, { suppress: false, pushToTalk: true });
      expect(peak((await hear(page, 10, 15)).left)).toBe(0);
      await page.evaluate(() => window.sound.microphone.setTalking(true));
      expect(peak((await hear(page, 10, 15)).left)).toBeGreaterThan(0.5);

      await secondSource(page, 'sound:tone', '/tone.wav');
      await page.waitForFunction(() => window.sound.microphone.secondState.state === 'running');
      await page.evaluate(() => window.sound.microphone.setPanic(true));
      expect(peak((await hear(page, 20, 15)).left)).toBe(0);
    } finally {
      await chrome.close();
    }
  });

  test('a second source is mixed, with the microphone or without it, and says why it cannot', async () => {
    const chrome = await open('room.wav');
    try {
      const { page } = chrome;
      await secondSource(page, 'sound:tone', '/tone.wav');
      const alone = await hear(page, 50);
      expect(toneOf(alone.left, 1000)).toBeCloseTo(0.25, 2);
      for (let i = 1; i < alone.blocks.length; i++) {
        expect(Math.abs(alone.blocks[i]!.atMs - alone.blocks[i - 1]!.atMs - 20)).toBeLessThan(0.5);
      }
      await choose(page, 'default');
      await page.evaluate(() => window.sound.microphone.setMuted(true));
      expect(toneOf((await hear(page, 50)).left, 1000)).toBeCloseTo(0.25, 2);

      await secondSource(page, 'sound:text', '/text.wav');
      await page.waitForFunction(() => window.sound.microphone.secondState.state === 'failed');
      expect(await secondState(page)).toEqual({ state: 'failed', reason: 'sound.not-audio' });
      await secondSource(page, 'sound:gone', '/gone.wav');
      await page.waitForFunction(() => window.sound.microphone.secondState.reason === 'sound.not-found');
      await secondSource(page, 'system', null);
      expect(await secondState(page)).toEqual({ state: 'failed', reason: 'sound.no-system-audio' });
      await page.evaluate(() => window.sound.microphone.setSystemAudio(window.sound.toneTrack(750)));
      expect(await secondState(page)).toEqual({ state: 'running', reason: null });
      expect(toneOf((await hear(page, 50, 50)).left, 750)).toBeGreaterThan(0.2);
      await secondSource(page, 'none', null);
      expect(peak((await hear(page, 10)).left)).toBe(0);
    } finally {
      await chrome.close();
    }
  });

  test('without RNNoise the sound goes on, and says so', async () => {
    const chrome = await open('room.wav');
    try {
      const { page } = chrome;
      await page.route('**/*.wasm', (route) => route.fulfill({ body: 'broken' }));
      await choose(page, 'default');
      await page.waitForFunction(() => window.sound.microphone.state.reason === 'sound.suppression-failed');
      expect(await page.evaluate(() => window.sound.microphone.state.state)).toBe('running');
      expect(peak((await hear(page, 200)).left)).toBeGreaterThan(0.1);
    } finally {
      await chrome.close();
    }
  });
});
