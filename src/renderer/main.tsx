import { toReasonError } from '../shared/errors.ts';
import { appHello, appPageError } from '../shared/ipc/app.ts';
import type { ResponseOf } from '../shared/ipc/contract.ts';
import { createClient, type StudioClient } from './bridge/client.ts';
import { createHostTransport } from './bridge/host.ts';
import { createPipeline } from './pipeline/pipeline.ts';
import { createStageWorker } from './pipeline/stage-client.ts';

/** A loopback answer takes milliseconds; after this long the user wants to know what is awaited. */
const PATIENCE_MS = 2500;
const MAX_MESSAGE = 4000;
const CONTROLS_LATEST_MS = 1500;
/** How the programme is shown before the controls are there. */
const ALONE = 'position:fixed;inset:0;margin:auto;max-width:100%;max-height:100%;border-radius:12px';

// Before anything else is asked: the first picture waits for it longest.
const stageWorker = createStageWorker();
// The ground of the theme, whose style sheet comes with the controls.
document.documentElement.style.background = '#0d1015';

/** The pipeline first: its workers load while the user interface is still being fetched. */
async function start(root: HTMLElement): Promise<void> {
  try {
    const client = createClient(createHostTransport());
    reportUnexpected(client);
    const hello = await helloOf(client, root);
    if (hello.mode === 'headless') {
      createPipeline(client, { mode: 'headless', stageWorker });
      return;
    }
    const previewCanvas = document.createElement('canvas');
    previewCanvas.style.cssText = ALONE;
    root.append(previewCanvas);
    const pipeline = createPipeline(client, { mode: 'studio', stageWorker, previewCanvas });
    // The first picture has the machine to itself; the controls come round it, or after a moment without it.
    await pipeline.firstPicture(CONTROLS_LATEST_MS);
    const { mountStudio } = await import('./ui/mount.tsx');
    previewCanvas.removeAttribute('style');
    await mountStudio(root, hello, { client, pipeline, previewCanvas });
  } catch (error) {
    const { mountFailure } = await import('./ui/mount.tsx');
    await mountFailure(root, toReasonError(error).reason);
  }
}

/** Main's first answer; while it is long in coming, the page says that it waits. */
async function helloOf(client: StudioClient, root: HTMLElement): Promise<ResponseOf<typeof appHello>> {
  const waiting: { screen: Promise<() => void> | null } = { screen: null };
  const timer = setTimeout(() => {
    waiting.screen = import('./ui/mount.tsx').then(({ mountWaiting }) => mountWaiting(root));
  }, PATIENCE_MS);
  try {
    return await askUntilAnswered(client);
  } finally {
    clearTimeout(timer);
    const unmount = await waiting.screen;
    unmount?.();
  }
}

async function askUntilAnswered(client: StudioClient): Promise<ResponseOf<typeof appHello>> {
  for (;;) {
    try {
      return await client.call(appHello, { protocol: 1 });
    } catch (error) {
      if (toReasonError(error).reason !== 'ipc.disconnected') throw error;
      await connected(client);
    }
  }
}

function connected(client: StudioClient): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (client.connection.state !== 'open') return;
      forget();
      resolve();
    };
    const forget = client.connection.subscribe(look);
    look();
  });
}

/** What nobody expected goes to main's log. */
function reportUnexpected(client: StudioClient): void {
  const report = (error: unknown) => {
    if (!client.connected) return;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // Main is gone between the look and the call: the page already says that it is lost.
    client.call(appPageError, { message: message.slice(0, MAX_MESSAGE) }).catch(() => {});
  };
  window.addEventListener('error', ({ error, message }) => report(error ?? message));
  window.addEventListener('unhandledrejection', ({ reason }) => report(reason));
}

void start(document.getElementById('root')!);
