import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { type App, compose } from '../../src/main/compose.ts';
import { type BrowserHost, createBrowserHost } from '../../src/main/host/browser/index.ts';
import { locateFfmpeg } from '../../src/main/media/ffmpeg/locate.ts';
import { ReasonError } from '../../src/shared/errors.ts';
import { appHello } from '../../src/shared/ipc/app.ts';
import type { Command, Event } from '../../src/shared/ipc/contract.ts';
import { replyEnvelopeSchema } from '../../src/shared/ipc/envelope.ts';

/** The whole main process without a window, and what a page would see of it. */
export interface Desktop {
  readonly app: App<BrowserHost>;
  readonly home: string;
  /** Sends a command as a page does. @throws ReasonError its refusal */
  call<C extends Command>(command: C, payload: z.input<C['request']>): Promise<z.output<C['response']>>;
  /** The last snapshot of an event. */
  last<E extends Event>(event: E): z.output<E['payload']>;
  /** What is no answer to a command, and would be shown as a notice. */
  readonly notices: readonly ReasonError['reason'][];
  /** Everything that a page was sent, as text. */
  readonly seen: readonly string[];
  close(): Promise<void>;
}

/**
 * @param project null: no cloud
 * @param home a data folder to go on with; the caller's to remove then
 * @param options.begin false: nothing may use the network until `app.cloud.begin()`
 */
export async function startDesktop(
  project: { readonly url: string; readonly key: string } | null,
  home?: string,
  { begin = true } = {},
): Promise<Desktop> {
  const folder = home ?? mkdtempSync(path.join(tmpdir(), 'vida3-desktop-'));
  process.env['VIDA3_HOME'] = folder;
  process.env['VIDA3_SUPABASE_URL'] = project?.url ?? '';
  process.env['VIDA3_SUPABASE_KEY'] = project?.key ?? '';
  const notices: ReasonError['reason'][] = [];
  const app = await compose({
    mode: 'studio',
    ffmpeg: await locateFfmpeg(),
    secrets: [],
    settings: null,
    contactSheet: null,
    onNotice: ({ reason }) => notices.push(reason),
    createHost: (parts) => createBrowserHost({ ...parts, launch: false }),
  });
  const seen: string[] = [];
  const snapshots = new Map<string, unknown>();
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  const connection = app.router.connect({
    send(text) {
      seen.push(text);
      const reply = replyEnvelopeSchema.parse(JSON.parse(text));
      if (reply.type === 'event') snapshots.set(reply.event, reply.payload);
      else if (reply.type === 'result') waiting.get(reply.id)?.resolve(reply.result);
      else waiting.get(reply.id)?.reject(new ReasonError(reply.error.reason, reply.error.detail));
    },
  });
  const desktop: Desktop = {
    app,
    home: folder,
    notices,
    seen,
    async call(command, payload) {
      const id = ++lastId;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(id, answer);
      await connection.receive(JSON.stringify({ id, command: command.name, payload }));
      return command.response.parse(await answer.promise) as never;
    },
    last: (event) => event.payload.parse(snapshots.get(event.name)) as never,
    async close() {
      connection.closed();
      await app.close();
      if (!home) rmSync(folder, { recursive: true, force: true });
    },
  };
  await desktop.call(appHello, { protocol: 1 });
  if (begin) app.cloud.begin();
  return desktop;
}
