import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Browser, chromium } from 'playwright-core';
import { prepareDeviceFiles } from '../src/main/commands/camera-file.ts';
import { type App, compose } from '../src/main/compose.ts';
import { findChrome } from '../src/main/host/browser/chrome-find.ts';
import { createBrowserHost } from '../src/main/host/browser/index.ts';
import { resourcesDir } from '../src/main/host/paths.ts';
import { locateFfmpeg } from '../src/main/media/ffmpeg/locate.ts';
import { DEFAULT_SETTINGS } from '../src/shared/domain/studio.ts';
import { ReasonError } from '../src/shared/errors.ts';

const PICTURE = { width: 640, height: 360, fps: 15, bitrateKbps: 1500 } as const;
/** The governor needs about two seconds for each step down. */
const ADAPT_MS = 25_000;
const MEASURE_MS = 8000;
const CPU_HOGS = 2;

type Hog = 'none' | 'processor' | 'graphics';

interface Row {
  readonly hog: Hog;
  readonly governor: boolean;
  readonly fps: number;
  /** Programme rate against the wanted one. */
  readonly share: number;
  readonly gaveUp: readonly string[];
}

/**
 * A live programme beside something that eats the machine: two spinning threads, or a page that draws heavily. With
 * the governor and without, in turn; what it gave up is printed in its own words.
 */
export async function benchGovernor(): Promise<readonly Row[]> {
  const ffmpeg = await locateFfmpeg();
  const clip = path.join(resourcesDir(), 'performance', 'performer.mp4');
  const files = await prepareDeviceFiles(
    { ffmpeg: ffmpeg.path, camera: clip, fps: PICTURE.fps },
    new AbortController().signal,
  );
  const rows: Row[] = [];
  let app: App | null = null;
  try {
    app = await compose({
      createHost: createBrowserHost,
      mode: 'headless',
      ffmpeg,
      secrets: [],
      settings: { ...DEFAULT_SETTINGS, microphone: 'none', picture: PICTURE },
      contactSheet: null,
    });
    await app.open({ mode: 'headless', cameraFile: files.cameraFile }, false);
    await app.studio.waitForReport((r) => r.ready, 60_000, new ReasonError('host.page-silent'));
    const { width, height, bitrateKbps } = PICTURE;
    app.studio.setBroadcast({
      epoch: 60_000,
      source: 'encoded',
      renditions: [{ name: 'main', width, height, bitrateKbps }],
    });
    for (const hog of ['none', 'processor', 'graphics'] as const) {
      for (const governor of hog === 'none' ? [true] : [false, true])
        rows.push(await measure(app, hog, governor));
    }
  } finally {
    await app?.close();
    await files.remove();
  }
  console.table(
    rows.map(({ hog, governor, fps, share }) => ({
      hog,
      governor: governor ? 'on' : 'off',
      fps: fps.toFixed(1),
      'of the wanted rate': `${(share * 100).toFixed(0)} %`,
    })),
  );
  for (const { hog, gaveUp } of rows) for (const line of gaveUp) console.log(`${hog}: ${line}`);
  return rows;
}

async function measure(app: App, hog: Hog, governor: boolean): Promise<Row> {
  const { tracking } = app.studio.snapshot.settings;
  await app.studio.configure({ tracking: { ...tracking, governor } });
  const startedSteps = app.studio.report?.governor.steps.length ?? 0;
  const stop = await startHog(hog);
  try {
    await pause(governor && hog !== 'none' ? ADAPT_MS : 5000);
    const first = await fresh(app);
    const from = performance.now();
    await pause(MEASURE_MS);
    const last = await fresh(app);
    const fps = ((last.render.frames - first.render.frames) * 1000) / (performance.now() - from);
    const gaveUp = last.governor.steps.slice(startedSteps).map(({ step, why }) => `${step} ${why}`);
    const row: Row = { hog, governor, fps, share: fps / PICTURE.fps, gaveUp };
    console.log(`${hog}, governor ${governor ? 'on' : 'off'}: ${fps.toFixed(1)} of ${PICTURE.fps} fps`);
    return row;
  } finally {
    await stop();
  }
}

async function startHog(hog: Hog): Promise<() => Promise<void>> {
  if (hog === 'none') return async () => undefined;
  if (hog === 'processor') {
    const workers = Array.from(
      { length: CPU_HOGS },
      () => new Worker('for (;;) Math.sqrt(2);', { eval: true }),
    );
    return async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    };
  }
  const browser = await chromium.launch({
    executablePath: await findChrome(),
    args: [
      '--no-sandbox',
      '--enable-unsafe-swiftshader',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });
  await drawHeavily(browser);
  return () => browser.close();
}

/** A page whose every pixel costs a long loop on the graphics card. */
async function drawHeavily(browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
  await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 360;
    document.body.append(canvas);
    const gl = canvas.getContext('webgl2')!;
    const shader = (type: number, text: string): WebGLShader => {
      const made = gl.createShader(type)!;
      gl.shaderSource(made, text);
      gl.compileShader(made);
      return made;
    };
    const program = gl.createProgram()!;
    gl.attachShader(
      program,
      shader(
        gl.VERTEX_SHADER,
        '#version 300 es\nvoid main(){vec2 p=vec2(gl_VertexID==1?3.0:-1.0,gl_VertexID==2?3.0:-1.0);gl_Position=vec4(p,0.0,1.0);}',
      ),
    );
    gl.attachShader(
      program,
      shader(
        gl.FRAGMENT_SHADER,
        '#version 300 es\nprecision highp float;out vec4 o;uniform float t;void main(){float s=t;for(int i=0;i<60;i++)s=sin(s+gl_FragCoord.x*0.01);o=vec4(s);}',
      ),
    );
    gl.linkProgram(program);
    gl.useProgram(program);
    const time = gl.getUniformLocation(program, 't');
    const draw = (now: number): void => {
      gl.uniform1f(time, now);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  });
}

function fresh(app: App) {
  const before = app.studio.report?.render.frames;
  return app.studio.waitForReport(
    (r) => r.render.frames !== before,
    8000,
    new ReasonError('host.page-silent'),
  );
}
