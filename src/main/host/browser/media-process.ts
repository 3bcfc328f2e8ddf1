import { fork } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { plainEnvironment } from '../../media/environment.ts';
import type { SocketHandover } from '../../media/handover.ts';
import { type MainToMedia, type MediaToMain, mediaToMainSchema } from '../../media/protocol.ts';
import type { MediaProcess } from '../port.ts';

const KILL_AFTER_MS = 3_000;

export interface ForkMediaOptions {
  /** The entry: dist/main/media.js, or src/main/media/process.ts under a Node that strips types. */
  readonly entry: string;
  readonly execPath?: string;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
}

export interface ForkedMediaProcess extends MediaProcess {
  /** Hands over a socket whose upgrade request has been authorised; it is this process's no more. */
  attachSocket(request: IncomingMessage, socket: Socket, head: Buffer): void;
}

/** Starts a media process. It ends by itself when this process does. */
export function forkMediaProcess(options: ForkMediaOptions): ForkedMediaProcess {
  const child = fork(options.entry, [], {
    ...(options.execPath === undefined ? {} : { execPath: options.execPath }),
    execArgv: [],
    env: plainEnvironment(),
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const messageListeners: ((message: MediaToMain) => void)[] = [];
  const exitListeners: Parameters<MediaProcess['onExit']>[0][] = [];
  let expected = false;
  let exit: Parameters<(typeof exitListeners)[number]>[0] | null = null;

  const gone = new Promise<void>((resolve) => {
    const finish = (code: number | null, signal: string | null): void => {
      if (exit) return;
      exit = { code, signal, expected };
      for (const listener of exitListeners) listener(exit);
      resolve();
    };
    child.on('exit', finish);
    child.on('error', (error) => {
      options.log('error', `media process: ${error.message}`);
      if (child.pid === undefined) finish(null, null);
    });
  });
  for (const stream of [child.stdout!, child.stderr!]) {
    stream
      .setEncoding('utf8')
      .on('data', (text: string) => options.log('warn', `media process: ${text.trim()}`));
  }
  child.on('message', (raw) => {
    const message = mediaToMainSchema.safeParse(raw);
    if (!message.success) {
      options.log('error', 'the media process sent a message main does not know');
      return;
    }
    if (message.data.type === 'log') options.log(message.data.level, message.data.message);
    for (const listener of messageListeners) listener(message.data);
  });

  return {
    get pid() {
      return child.pid;
    },
    send(message: MainToMedia) {
      if (child.connected) child.send(message);
    },
    onMessage(listener) {
      messageListeners.push(listener);
    },
    onExit(listener) {
      if (exit) listener(exit);
      else exitListeners.push(listener);
    },
    attachSocket(request, socket, head) {
      if (!child.connected) {
        socket.destroy();
        return;
      }
      const headers: Record<string, string | string[]> = {};
      for (const [name, value] of Object.entries(request.headers)) {
        // The page's token has done its work.
        if (value !== undefined && name !== 'cookie' && name !== 'authorization') headers[name] = value;
      }
      const handover: SocketHandover = {
        type: 'socket',
        request: { method: request.method ?? 'GET', url: (request.url ?? '/').split('?')[0]!, headers },
        head,
      };
      socket.setTimeout(0);
      // Node would have the HTTP server ask this process about its sockets when it closes, and a server whose
      // process has exited before then never closes (left-over count in net.Server#close). A socket without a
      // server is simply sent; destroying our empty end tells the server that the connection is over.
      Reflect.set(socket, 'server', null);
      child.send(handover, socket, () => socket.destroy());
    },
    async kill() {
      expected = true;
      if (exit) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}
