import { app, MessageChannelMain, type UtilityProcess, utilityProcess, type WebContents } from 'electron';
import { MEDIA_PORT } from '../../../shared/ipc/electron-bridge.ts';
import type { Log } from '../../logging/log.ts';
import { plainEnvironment } from '../../media/environment.ts';
import { mediaToMainSchema } from '../../media/protocol.ts';
import type { MediaProcess } from '../port.ts';

/** Followed by a number: what is told of one process must not be taken for another's. */
const SERVICE_NAME = 'vida3-media';
const KILL_AFTER_MS = 3_000;

let forks = 0;

type Exit = { code: number | null; signal: string | null; expected: boolean };

/** The process of the media engine in Electron. */
export interface UtilityMediaProcess extends MediaProcess {
  /** Gives this process and the page the two ends of a new port; each lets go of the one before. */
  connect(page: WebContents): void;
}

/** Starts a media process. It ends by itself when this process does. */
export function startUtilityMedia(entry: string, log: Log): UtilityMediaProcess {
  const serviceName = `${SERVICE_NAME}-${++forks}`;
  const child = utilityProcess.fork(entry, [], {
    serviceName,
    stdio: 'pipe',
    env: plainEnvironment(),
    execArgv: [],
  });
  const messageListeners: Parameters<MediaProcess['onMessage']>[0][] = [];
  const exitListeners: ((exit: Exit) => void)[] = [];
  let expected = false;
  let launched = false;
  let exit: Exit | null = null;
  let resolveGone: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    resolveGone = resolve;
  });

  const finish = (code: number | null): void => {
    if (exit) return;
    exit = { code, signal: null, expected };
    app.off('child-process-gone', onProcessGone);
    for (const listener of exitListeners) listener(exit);
    resolveGone();
  };
  // A process that could not be launched never says that it has exited.
  const onProcessGone = (_event: unknown, details: Electron.Details): void => {
    if (details.serviceName !== serviceName && details.name !== serviceName) return;
    if (!launched || child.pid === undefined) finish(details.exitCode);
  };
  app.on('child-process-gone', onProcessGone);
  child.on('spawn', () => {
    launched = true;
    // It was given up, and another one may have its place.
    if (exit) child.kill();
  });
  child.on('exit', finish);
  child.on('error', (type, location) => log.error('media process failed', { type, location }));
  drain(child, log);
  child.on('message', (raw) => {
    const message = mediaToMainSchema.safeParse(raw);
    if (!message.success) {
      log.error('the media process sent a message main does not know');
      return;
    }
    if (message.data.type === 'log') log[message.data.level](message.data.message);
    for (const listener of messageListeners) listener(message.data);
  });

  return {
    get pid() {
      return child.pid;
    },
    send(message) {
      if (!exit) child.postMessage(message);
    },
    onMessage: (listener) => void messageListeners.push(listener),
    onExit(listener) {
      if (exit) listener(exit);
      else exitListeners.push(listener);
    },
    connect(page) {
      if (exit || page.isDestroyed()) return;
      const { port1, port2 } = new MessageChannelMain();
      child.postMessage({ type: 'media-port' }, [port1]);
      try {
        page.postMessage(MEDIA_PORT, null, [port2]);
      } catch (error) {
        // The page is gone: closing its end tells the media process, which no garbage collection would.
        port2.close();
        log.warn('the page took no media port', { error: String(error) });
      }
    },
    async kill() {
      expected = true;
      if (exit) return;
      const { pid } = child;
      child.kill();
      const force = setTimeout(() => {
        if (pid !== undefined) forceKill(pid);
      }, KILL_AFTER_MS);
      // Whatever became of it by then, nobody waits for it any longer.
      const giveUp = setTimeout(() => finish(null), 2 * KILL_AFTER_MS);
      await gone;
      clearTimeout(force);
      clearTimeout(giveUp);
    },
  };
}

function drain(child: UtilityProcess, log: Log): void {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: unknown) => log.warn(`media process: ${String(text).trim()}`));
  }
}

function forceKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
