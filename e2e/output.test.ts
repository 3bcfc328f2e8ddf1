import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChrome } from '../src/main/host/browser/chrome-find.ts';
import { ReasonError } from '../src/shared/errors.ts';
import { outputConfigure } from '../src/shared/ipc/output.ts';
import { modelsDir, needs } from './support/fixtures.ts';
import { startWholeStudio, type WholeStudio } from './support/whole-studio.ts';

const OUT = path.resolve('e2e/out');

interface Coverage {
  /** Share of the picture that is opaque, and of its upper left corner that is transparent. */
  readonly opaque: number;
  readonly cornerClear: number;
  /** Mean colour of the upper left corner. */
  readonly corner: readonly [number, number, number];
  /** Changes with every change of the picture. */
  readonly sum: number;
}

/** What another program's browser source gets: an own browser profile, only the address. */
describe.skipIf(!modelsDir)(needs('the output page', 'models'), () => {
  let studio: WholeStudio;
  let browser: Browser;
  let source: Page;
  let judge: Page;

  beforeAll(async () => {
    mkdirSync(OUT, { recursive: true });
    studio = await startWholeStudio({ onboarded: true });
    await studio.page.goto(studio.app.host.url());
    await studio.app.studio.waitForReport(
      (report) => report.tracking.state === 'tracking',
      40_000,
      new ReasonError('tracker.start-failed'),
    );
    browser = await chromium.launch({
      executablePath: await findChrome(),
      args: ['--no-sandbox', '--enable-unsafe-swiftshader'],
    });
    source = await browser.newPage({ viewport: { width: 640, height: 360 } });
    judge = await browser.newPage();
  });

  afterAll(async () => {
    await browser?.close();
    await studio?.close();
  });

  /** As a browser source sees it: the page without a background of its own. */
  const look = async (name: string): Promise<Coverage> => {
    const png = await source.screenshot({ omitBackground: true });
    writeFileSync(path.join(OUT, `output-${name}.png`), png);
    return judge.evaluate(async (base64): Promise<Coverage> => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const { width, height } = bitmap;
      const context = new OffscreenCanvas(width, height).getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      let opaque = 0;
      let sum = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3]! > 250) opaque++;
        sum = (sum + data[i]! * 3 + data[i + 1]! * 5 + data[i + 2]! * 7 + i * (data[i]! & 15)) % 1_000_003;
      }
      const corner = context.getImageData(0, 0, 40, 40).data;
      let clear = 0;
      const mean: [number, number, number] = [0, 0, 0];
      for (let i = 0; i < corner.length; i += 4) {
        if (corner[i + 3] === 0) clear++;
        for (let c = 0; c < 3; c++) mean[c]! += corner[i + c]!;
      }
      return {
        opaque: opaque / (width * height),
        cornerClear: clear / 1600,
        corner: mean.map((total) => Math.round(total / 1600)) as [number, number, number],
        sum,
      };
    }, png.toString('base64'));
  };

  const enable = (on: boolean) =>
    studio.app.router
      .connect({ send: () => undefined })
      .receive(JSON.stringify({ id: 1, command: outputConfigure.name, payload: { enabled: on } }));

  test('shows the avatar alone, moving, on nothing or on green, and nothing in panic', async () => {
    await studio.app.output.enable(true);
    const { url } = studio.app.output.snapshot;
    await source.goto(url!);
    await expect.poll(() => studio.app.output.snapshot.clients).toBe(1);
    expect(studio.app.studio.snapshot.poseWanted).toBe(true);
    await expect
      .poll(async () => (await look('transparent')).opaque, { timeout: 20_000 })
      .toBeGreaterThan(0.08);
    const first = await look('transparent');
    expect(first.cornerClear).toBe(1);
    expect(first.opaque).toBeLessThan(0.7);
    await expect.poll(async () => (await look('transparent')).sum).not.toBe(first.sum);

    studio.app.studio.setPanic(true);
    await expect.poll(async () => (await look('panic')).opaque).toBe(0);
    studio.app.studio.setPanic(false);
    await expect.poll(async () => (await look('back')).opaque).toBeGreaterThan(0.08);

    await source.goto(`${url}?background=00ff00`);
    await expect.poll(async () => (await look('green')).corner).toEqual([0, 255, 0]);
    await expect.poll(() => studio.app.output.snapshot.clients).toBe(1);
  }, 90_000);

  test('the address is dead when it is switched off, and a page that nobody greeted cannot switch it on', async () => {
    const { url } = studio.app.output.snapshot;
    await studio.app.output.enable(false);
    expect(studio.app.studio.snapshot.poseWanted).toBe(false);
    await expect(fetch(url!)).rejects.toThrow();
    await enable(true);
    expect(studio.app.output.snapshot.enabled).toBe(false);
  });
});
