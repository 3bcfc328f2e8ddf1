import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { bearerCaller } from './caller.ts';
import type { Context } from './context.ts';
import { HINTED_TABLES } from './double-schema.ts';

const MAX_MESSAGE = 64 * 1024;
const POLL_MS = 250;

type HintedTable = keyof typeof HINTED_TABLES;
const isHinted = (table: string): table is HintedTable => Object.hasOwn(HINTED_TABLES, table);

/** Phoenix messages of version 2.0.0: join_ref, ref, topic, event, payload. */
const messageSchema = z.tuple([
  z.string().nullable(),
  z.string().nullable(),
  z.string().max(255),
  z.string().max(64),
  z.record(z.string(), z.unknown()),
]);
const joinSchema = z.object({
  access_token: z.string().optional(),
  config: z.object({
    private: z.boolean().optional(),
    presence: z.object({ enabled: z.boolean().optional() }).optional(),
    postgres_changes: z.array(
      z.object({
        event: z.enum(['*', 'INSERT', 'UPDATE']),
        schema: z.string(),
        table: z.string().optional(),
        filter: z.string().optional(),
      }),
    ),
  }),
});
type Wanted = z.infer<typeof joinSchema>['config']['postgres_changes'][number];

interface Channel {
  readonly joinRef: string | null;
  readonly userId: string;
  readonly bindings: readonly { readonly id: number; readonly wanted: Wanted }[];
}

interface Change {
  readonly seq: number;
  readonly kind: 'INSERT' | 'UPDATE';
  readonly table: string;
  readonly id: string;
  readonly owner: string;
}

/** Hints for open channels: rows of `users` and `user_subscriptions` that changed, to whom they belong. */
export interface Realtime {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends what has changed since the last time. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Why a channel cannot be had; null: it can. */
function problemOf(wanted: readonly Wanted[], userId: string): string | null {
  if (wanted.length === 0) return 'The double knows channels with postgres_changes only';
  for (const { schema, table, filter } of wanted) {
    if (schema !== 'public' || table === undefined || !isHinted(table)) {
      return `The double has no changes of ${schema}.${table ?? '*'}`;
    }
    if (filter !== `${HINTED_TABLES[table]}=eq.${userId}`) {
      return `The double wants the filter ${HINTED_TABLES[table]}=eq.<own id> for ${table}`;
    }
  }
  return null;
}

export function createRealtime(context: Context): Realtime {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE });
  const sockets = new Map<WebSocket, Map<string, Channel>>();
  let nextId = 1;
  let flushing: Promise<void> | null = null;
  /** Changes from before there was anybody to tell are nobody's news. */
  let forgetting: Promise<unknown> = Promise.resolve();

  const send = (
    socket: WebSocket,
    ...message: readonly [string | null, string | null, string, string, unknown]
  ) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };

  const join = async (
    socket: WebSocket,
    channels: Map<string, Channel>,
    [joinRef, ref, topic, , payload]: z.infer<typeof messageSchema>,
  ): Promise<void> => {
    const refuse = (reason: string) =>
      send(socket, joinRef, ref, topic, 'phx_reply', { status: 'error', response: { reason } });
    const parsed = joinSchema.safeParse(payload);
    if (!parsed.success) return refuse('The double does not know this kind of channel');
    await forgetting;
    const { access_token: token = '', config } = parsed.data;
    const caller = await bearerCaller(token, context.keys);
    if (caller.kind === 'expired') return refuse('InvalidJWTExpiration: Token has expired');
    if (caller.kind !== 'known' || caller.userId === null) {
      return refuse('Unauthorized: the double wants a signed-in user');
    }
    if (config.private || config.presence?.enabled) {
      return refuse('The double knows neither private channels nor presence');
    }
    const problem = problemOf(config.postgres_changes, caller.userId);
    if (problem) return refuse(problem);
    const bindings = config.postgres_changes.map((wanted) => ({ id: nextId++, wanted }));
    channels.set(topic, { joinRef, userId: caller.userId, bindings });
    send(socket, joinRef, ref, topic, 'phx_reply', {
      status: 'ok',
      response: { postgres_changes: bindings.map(({ id, wanted }) => ({ id, ...wanted })) },
    });
    send(socket, joinRef, null, topic, 'system', {
      channel: topic.replace(/^realtime:/, ''),
      extension: 'postgres_changes',
      message: 'Subscribed to PostgreSQL',
      status: 'ok',
    });
  };

  const receive = async (socket: WebSocket, channels: Map<string, Channel>, data: RawData): Promise<void> => {
    let raw: unknown;
    try {
      raw = JSON.parse(String(data));
    } catch {
      // No JSON, so nothing that could be answered in words.
      socket.close(1003, 'The double reads JSON only');
      return;
    }
    const parsed = messageSchema.safeParse(raw);
    if (!parsed.success) {
      socket.close(1008, 'Not a Phoenix message of version 2.0.0');
      return;
    }
    const [joinRef, ref, topic, event, payload] = parsed.data;
    const reply = (status: 'ok' | 'error', response: unknown) =>
      send(socket, joinRef, ref, topic, 'phx_reply', { status, response });
    const channel = channels.get(topic);
    if (topic === 'phoenix' && event === 'heartbeat') reply('ok', {});
    else if (event === 'phx_join') await join(socket, channels, parsed.data);
    else if (event === 'phx_leave') {
      channels.delete(topic);
      reply('ok', {});
      send(socket, joinRef, ref, topic, 'phx_close', {});
    } else if (event === 'access_token' && channel) {
      const caller = await bearerCaller(String(payload['access_token'] ?? ''), context.keys);
      if (caller.kind === 'known' && caller.userId === channel.userId) return;
      channels.delete(topic);
      send(socket, channel.joinRef, null, topic, 'phx_close', {});
    } else reply('error', { reason: `The double does not know the event ${event}` });
  };

  const deliver = (change: Change): void => {
    for (const [socket, channels] of sockets) {
      for (const [topic, { joinRef, userId, bindings }] of channels) {
        if (userId !== change.owner) continue;
        const ids = bindings
          .filter(({ wanted }) => wanted.table === change.table)
          .filter(({ wanted }) => wanted.event === '*' || wanted.event === change.kind)
          .map(({ id }) => id);
        if (ids.length === 0) continue;
        // The id alone: a hint is all that anybody may make of it.
        const data = {
          type: change.kind,
          schema: 'public',
          table: change.table,
          commit_timestamp: new Date().toISOString(),
          columns: [{ name: 'id', type: 'text' }],
          record: { id: change.id },
          ...(change.kind === 'UPDATE' ? { old_record: { id: change.id } } : {}),
          errors: null,
        };
        send(socket, joinRef, null, topic, 'postgres_changes', { ids, data });
      }
    }
  };

  const flush = async (): Promise<void> => {
    if (sockets.size === 0) return;
    const changes = await context.engine.query<Change>(
      `with gone as (delete from cloud_double.changes returning *)
       select seq, kind, table_name as "table", row_id as id, owner::text as owner from gone order by seq`,
    );
    for (const change of changes) deliver(change);
  };
  const flushOnce = (): Promise<void> => {
    flushing ??= flush().finally(() => {
      flushing = null;
    });
    return flushing;
  };
  // Writes that do not come through this server: tests and admin work on the engine itself.
  const timer = setInterval(() => {
    flushOnce().catch((error: unknown) => context.log(`realtime: ${String(error)}`));
  }, POLL_MS);
  timer.unref();

  return {
    upgrade: (request, socket, head) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const key = url.searchParams.get('apikey');
      const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
      socket.on('error', () => socket.destroy());
      if (url.pathname !== '/realtime/v1/websocket') return void refuse('404 Not Found');
      if (key !== context.keys.publishable && key !== context.keys.secret) {
        return void refuse('401 Unauthorized');
      }
      if (url.searchParams.get('vsn') !== '2.0.0') return void refuse('400 Bad Request');
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const channels = new Map<string, Channel>();
        if (sockets.size === 0) {
          forgetting = context.engine
            .query('delete from cloud_double.changes')
            .catch((error: unknown) => context.log(`realtime: ${String(error)}`));
        }
        sockets.set(webSocket, channels);
        webSocket.on('close', () => sockets.delete(webSocket));
        webSocket.on('error', () => webSocket.terminate());
        webSocket.on('message', (data) => {
          receive(webSocket, channels, data).catch((error: unknown) => {
            context.log(`realtime: ${String(error)}`);
            webSocket.close(1011);
          });
        });
      });
    },
    flush: flushOnce,
    close: async () => {
      clearInterval(timer);
      for (const socket of sockets.keys()) socket.terminate();
      server.close();
      await flushing;
    },
  };
}
