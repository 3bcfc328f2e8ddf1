import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../src/main/logging/log.ts';
import { createLoopbackOutput } from '../src/main/output/loopback-output.ts';
import type { OutputServer, OutputState } from '../src/main/services/output/ports.ts';
import { NO_MAPPING } from '../src/shared/domain/avatar-mapping.ts';
import {
  AVATAR_POSE_WIRE_VALUES,
  createAvatarPose,
  writeAvatarPose,
} from '../src/shared/domain/avatar-pose.ts';
import { CHROME, OUT } from './stage/serve.ts';

const own = path.resolve('resources/avatars/vida.vrm');
const STATE: OutputState = {
  type: 'state',
  avatar: {
    id: 'vida',
    name: 'Vida',
    url: './avatars/vida.vrm',
    family: 'vrm1',
    mapping: NO_MAPPING,
    expressions: [],
  },
  mirror: false,
  visible: true,
  fps: 15,
};

let folder: string;
let server: OutputServer;
let url: string;
let browser: Browser;
let page: Page;
/** A page without rules of its own, to look into pictures. */
let decoder: Page;
const complaints: string[] = [];

function pose(yawDegrees: number): Float32Array {
  const face = createAvatarPose();
  face.yaw = (yawDegrees * Math.PI) / 180;
  face.presence = 1;
  const values = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  writeAvatarPose(face, values);
  return values;
}

/** Pixels of the page as a viewer's program gets them: RGBA, transparency included. */
async function shot(save?: string) {
  const png = await page.screenshot({ omitBackground: true });
  if (save) writeFileSync(path.join(OUT, `stage-output-${save}.png`), png);
  const bytes = await decoder.evaluate(async (base64) => {
    const png = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([png]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = '';
    for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
    return btoa(text);
  }, png.toString('base64'));
  const data = Buffer.from(bytes, 'base64');
  const { width } = page.viewportSize()!;
  const at = (x: number, y: number) => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
  let solid = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i]! > 128) solid++;
  return { data, at, share: (solid * 4) / data.length };
}

function differing(a: Buffer, b: Buffer): number {
  let count = 0;
  for (let i = 0; i < a.length; i += 4) {
    if ([0, 1, 2, 3].some((k) => Math.abs(a[i + k]! - b[i + k]!) > 24)) count++;
  }
  return count / (a.length / 4);
}

beforeAll(async () => {
  mkdirSync(OUT, { recursive: true });
  folder = mkdtempSync(path.join(tmpdir(), 'vida3-output-'));
  const dist = path.join(folder, 'dist');
  await build({
    configFile: false,
    root: path.resolve('src/renderer'),
    base: './',
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      outDir: dist,
      emptyOutDir: true,
      target: 'chrome140',
      modulePreload: { polyfill: false },
      rollupOptions: { input: path.resolve('src/renderer/output.html') },
    },
  });
  server = createLoopbackOutput({
    home: folder,
    rendererDir: dist,
    mounts: new Map([
      ['avatars', async (name) => (name === 'vida.vrm' ? { path: own, type: 'model/gltf-binary' } : null)],
    ]),
    log: silentLog,
  });
  server.setState(STATE);
  ({ url } = await server.start());
  browser = await chromium.launch({
    executablePath: CHROME,
    args: [
      '--no-sandbox',
      '--enable-unsafe-swiftshader',
      '--disable-background-networking',
      '--no-first-run',
    ],
  });
  decoder = await browser.newPage();
  page = await (await browser.newContext({ viewport: { width: 480, height: 270 } })).newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!existsSync(own))('the output page (resources/avatars/vida.vrm)', () => {
  test('shows the avatar alone on nothing, and turns it as it is told', async () => {
    await page.goto(url);
    await expect.poll(async () => (await shot()).share, { timeout: 20_000 }).toBeGreaterThan(0.1);
    const rest = await shot('idle');
    expect(rest.at(4, 4)[3]).toBe(0);
    expect(rest.at(240, 110)[3]).toBe(255);
    await expect
      .poll(async () => {
        server.sendPose(pose(35));
        return differing(rest.data, (await shot()).data);
      })
      .toBeGreaterThan(0.02);
    await shot('turned');
    server.sendPose(new Float32Array(3));
  });

  test('panic hides it', async () => {
    server.setState({ ...STATE, visible: false });
    await expect.poll(async () => (await shot()).share).toBe(0);
    server.setState(STATE);
    await expect.poll(async () => (await shot()).share).toBeGreaterThan(0.1);
  });

  test('comes back by itself when the studio was away', async () => {
    await server.stop();
    await expect.poll(() => server.clients).toBe(0);
    expect((await server.start()).url).toBe(url);
    await expect.poll(() => server.clients).toBe(1);
    await expect.poll(async () => (await shot()).share).toBeGreaterThan(0.1);
  });

  test('a colour for a chroma key, another place, another size', async () => {
    await page.goto(`${url}?background=00ff00&placement=corner-left`);
    await page.setViewportSize({ width: 270, height: 480 });
    await expect.poll(async () => (await shot()).at(260, 10)).toEqual([0, 255, 0, 255]);
    await expect
      .poll(async () => (await shot()).at(Math.round(270 * 0.18), 400)[1], { timeout: 20_000 })
      .toBeLessThan(200);
    await shot('chroma');
    expect(complaints).toEqual([]);
  });
});
