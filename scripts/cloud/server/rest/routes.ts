import { type Caller, callerOf } from '../caller.ts';
import type { Context } from '../context.ts';
import { type Answer, type Call, header, json, Refusal, type Route } from '../http.ts';
import { notKnown, restError } from './errors.ts';
import { callFunction } from './rpc.ts';
import { patchUser, selectRows } from './tables.ts';

export type RestCaller = Extract<Caller, { kind: 'known' }>;
/** A batch of 100 changes with their metadata; the functions have a smaller limit of their own. */
const RPC_LIMIT = 16 * 1024 * 1024;

/** @throws Refusal as the gateway and PostgREST refuse keys and tokens */
export async function restCaller(call: Call, context: Context): Promise<RestCaller> {
  for (const name of ['accept-profile', 'content-profile']) {
    const schema = header(call, name);
    if (schema !== null && schema !== 'public') {
      throw restError(
        406,
        'PGRST106',
        `Invalid schema: ${schema}`,
        null,
        'Only the following schemas are exposed: public',
      );
    }
  }
  const caller = await callerOf(call, context.keys, true);
  switch (caller.kind) {
    case 'known':
      return caller;
    case 'no-key':
      throw new Refusal(
        json(401, {
          message: 'No API key found in request',
          hint: 'No `apikey` request header or url param was found.',
        }),
      );
    case 'wrong-key':
      throw new Refusal(json(401, { message: 'Invalid API key' }));
    case 'expired':
      throw restError(401, 'PGRST303', 'JWT expired');
    case 'bad-token':
      throw restError(401, 'PGRST301', 'No suitable key or wrong key type', caller.why);
    case 'bad-role':
      throw restError(403, '42501', `permission denied to set role "${caller.role}"`);
  }
}

/** The part of PostgREST that the studio and the functions use; everything else is `PGRST100`. */
export function restRoutes(context: Context): readonly Route[] {
  const table = /^\/rest\/v1\/([a-z_][a-z0-9_]*)$/;
  const withCaller =
    (handle: (call: Call, caller: RestCaller, name: string) => Promise<Answer>) =>
    async (call: Call, match: RegExpExecArray): Promise<Answer> =>
      handle(call, await restCaller(call, context), match[1] ?? '');
  const anything = /^\/rest\/v1(\/.*)?$/;
  const refuse = withCaller(async (call) => {
    throw notKnown(`${call.method} ${call.path}`);
  });
  return [
    {
      method: 'POST',
      path: /^\/rest\/v1\/rpc\/([a-z_][a-z0-9_]*)$/,
      limit: RPC_LIMIT,
      handle: withCaller((call, caller, name) => callFunction(call, context, caller, name)),
    },
    {
      method: 'PATCH',
      path: /^\/rest\/v1\/(users)$/,
      handle: withCaller((call, caller) => patchUser(call, context, caller)),
    },
    {
      method: 'GET',
      path: table,
      handle: withCaller((call, caller, name) => selectRows(call, context, caller, name)),
    },
    ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].map(
      (method): Route => ({ method, path: anything, handle: refuse }),
    ),
  ];
}
