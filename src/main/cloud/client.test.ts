import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuthError, type Session } from '../services/account/ports.ts';
import { RemoteError } from '../services/sync/ports.ts';
import { PULL_LIMIT, SYNC_SCHEMA } from '../services/sync/wire.ts';
import { createAccountRemote } from './account-remote.ts';
import { createAuthRemote } from './auth.ts';
import { CloudClient } from './client.ts';
import type { CloudConfig } from './config.ts';
import { retryAfter } from './http.ts';
import { createSyncRemote } from './sync-remote.ts';

/** A server that answers what each test says: proxies, broken servers and hostile ones are not in the double. */
let server: Server;
let config: CloudConfig;
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
let seen: { url: string; authorization: string | undefined }[];
let token: () => Promise<string>;
let refused: string[];

const USER = '11111111-1111-4111-8111-111111111111';
const OP = '33333333-3333-4333-8333-333333333333';
const never = new AbortController().signal;
const PAGE = {
  ...{ schema: 1, server_time: '2030-01-01T00:00:00.123456+00:00' },
  own: { changes: [{ t: 'avatars', s: 3, row: { uid: 'x' } }], cursor: 3, more: false, purged_before: 0 },
  cat: { changes: [], cursor: 0, more: false, purged_before: 0 },
};

beforeEach(async () => {
  seen = [];
  refused = [];
  token = async () => 'token-1';
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      seen.push({ url: request.url ?? '', authorization: request.headers.authorization });
      answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  config = { url: `http://127.0.0.1:${port}`, key: 'sb_publishable_test' };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function json(status: number, body: unknown, headers: Record<string, string> = {}): void {
  answer = (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

function cloud(timeoutMs = 5_000): CloudClient {
  const tokens = { token: () => token(), refused: (old: string) => void refused.push(old) };
  return new CloudClient({ config, tokens, timeoutMs });
}

const REQUEST = { p_own: 0, p_cat: 0, p_limit: PULL_LIMIT, p_schema: SYNC_SCHEMA };
const pull = (timeoutMs?: number, signal = never) => createSyncRemote(cloud(timeoutMs)).pull(REQUEST, signal);
const push = () =>
  createSyncRemote(cloud()).push(
    {
      p_ops: [{ op_id: OP, t: 'avatars', uid: USER, kind: 'delete', patch: {}, add: {}, base_rev: 1 }],
      p_schema: SYNC_SCHEMA,
    },
    never,
  );

async function failure(call: Promise<unknown>): Promise<RemoteError> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RemoteError);
  return error as RemoteError;
}

test('a page is read as it was sent, with the token of the user', async () => {
  json(200, { ...PAGE, added_later: true });
  expect(await pull()).toEqual(PAGE);
  expect(seen).toEqual([{ url: '/rest/v1/rpc/sync_pull', authorization: 'Bearer token-1' }]);
});

test.each([
  [408, {}, 'busy', null],
  [425, {}, 'busy', null],
  [429, { code: 'over_request_rate_limit' }, 'busy', 'over_request_rate_limit'],
  [500, { code: 'XX000' }, 'busy', 'XX000'],
  [503, {}, 'busy', null],
  [400, { code: '40001' }, 'busy', '40001'],
  [400, { code: '40P01' }, 'busy', '40P01'],
  [400, { code: '55P03' }, 'busy', '55P03'],
  [400, { code: '57014' }, 'busy', '57014'],
  [400, { code: '53300' }, 'busy', '53300'],
  [400, { code: 'VD426' }, 'too-old', 'VD426'],
  [400, { code: 'VD413' }, 'refused', 'VD413'],
  [403, { code: '42501' }, 'refused', '42501'],
  [404, { code: 'PGRST202' }, 'refused', 'PGRST202'],
  [302, {}, 'bad-answer', null],
] as const)('%i %j is %s', async (status, body, kind, code) => {
  json(status, { message: 'no', ...body }, { location: 'https://evil.example/' });
  expect(await failure(pull())).toMatchObject({ kind, status, code });
  expect(seen).toHaveLength(1);
});

test('what the server says about waiting is heard', async () => {
  json(429, {}, { 'retry-after': '7' });
  expect(await failure(pull())).toMatchObject({ kind: 'busy', retryAfterMs: 7_000 });
  expect(retryAfter('Tue, 01 Jan 2030 00:00:10 GMT', Date.UTC(2030, 0, 1))).toBe(10_000);
  expect(retryAfter('Tue, 01 Jan 2030 00:00:00 GMT', Date.UTC(2031, 0, 1))).toBe(0);
  expect(retryAfter('999999999')).toBe(3_600_000);
  expect(retryAfter('soon')).toBeNull();
});

describe('a token that is not taken', () => {
  test.each(['PGRST301', 'PGRST302', 'PGRST303', 'other'])(
    '401 %s: one new one, then it goes on',
    async (code) => {
      token = async () => (refused.length > 0 ? 'token-2' : 'token-1');
      answer = (request, response) => {
        const good = request.headers.authorization === 'Bearer token-2';
        response.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
        response.end(JSON.stringify(good ? PAGE : { code, message: 'JWT expired' }));
      };
      expect(await pull()).toEqual(PAGE);
      expect(refused).toEqual(['token-1']);
      expect(seen).toHaveLength(2);
    },
  );

  test('twice is signed out', async () => {
    json(401, { code: 'PGRST303' });
    expect(await failure(pull())).toMatchObject({ kind: 'signed-out', status: 401 });
    expect(seen).toHaveLength(2);
  });

  test('without one nothing is sent', async () => {
    token = async () => {
      throw new RemoteError('offline');
    };
    expect(await failure(pull())).toMatchObject({ kind: 'offline' });
    token = async () => {
      throw new RemoteError('signed-out');
    };
    expect(await failure(push())).toMatchObject({ kind: 'signed-out' });
    expect(seen).toEqual([]);
  });
});

describe('offline', () => {
  test('a server that is silent, or stops in the middle', async () => {
    answer = () => undefined;
    expect(await failure(pull(50))).toMatchObject({ kind: 'offline', status: 0 });
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"schema":1,');
    };
    expect(await failure(pull(50))).toMatchObject({ kind: 'offline', status: 0 });
  });

  test('a socket that is cut, before and in the middle of the answer', async () => {
    answer = (request) => request.socket.destroy();
    expect(await failure(push())).toMatchObject({ kind: 'offline' });
    answer = (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"schema":1,');
      setImmediate(() => request.socket.destroy());
    };
    expect(await failure(pull())).toMatchObject({ kind: 'offline' });
  });

  test('nobody listens; whoever asked has gone', async () => {
    const abort = new AbortController();
    answer = () => abort.abort();
    expect(await failure(pull(5_000, abort.signal))).toMatchObject({ kind: 'offline' });
    config = { ...config, url: 'http://127.0.0.1:1' };
    expect(await failure(pull())).toMatchObject({ kind: 'offline' });
  });
});

describe('an answer that cannot be read', () => {
  test.each([
    ['a page of a hotel', '<html>Welcome</html>'],
    ['nothing', ''],
    ['half of it', JSON.stringify(PAGE).slice(0, 40)],
    ['another shape', JSON.stringify({ ...PAGE, own: { ...PAGE.own, cursor: -1 } })],
    ['a cursor that is no whole number', JSON.stringify({ ...PAGE, own: { ...PAGE.own, cursor: 1.5 } })],
    [
      'a row that is none',
      JSON.stringify({ ...PAGE, own: { ...PAGE.own, changes: [{ t: 'a', s: 1, row: 7 }] } }),
    ],
    ['null', 'null'],
  ])('%s', async (_name, body) => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(body);
    };
    expect(await failure(pull())).toMatchObject({ kind: 'bad-answer' });
  });

  test('an answer to what was never asked', async () => {
    const row = { op_id: USER, status: 'applied', row: null, replayed: false };
    json(200, { server_time: PAGE.server_time, results: [row] });
    expect(await failure(push())).toMatchObject({ kind: 'bad-answer' });
    json(200, { server_time: PAGE.server_time, results: [{ ...row, op_id: OP }] });
    expect(await push()).toEqual([{ ...row, op_id: OP }]);
  });
});

describe('the own account', () => {
  test('a name that is taken keeps its code; a row that is not there is refused', async () => {
    const remote = createAccountRemote(cloud());
    json(409, { code: '23505', message: 'duplicate key' });
    const taken = await failure(remote.patchProfile(USER, { username: 'vida' }));
    expect(taken).toMatchObject({ kind: 'refused', code: '23505' });
    json(200, []);
    expect(await failure(remote.patchProfile(USER, { username: 'vida' }))).toMatchObject({ kind: 'refused' });
    json(200, [{ id: USER }]);
    await remote.patchProfile(USER, { username: 'vida' });
    expect(seen.at(-1)?.url).toBe(`/rest/v1/users?id=eq.${USER}&select=id`);
  });

  test('is deleted by its function', async () => {
    let sent = '';
    answer = (_request, response, body) => {
      sent = body;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{}');
    };
    await createAccountRemote(cloud()).deleteAccount('a@example.com');
    expect(seen.at(-1)?.url).toBe('/functions/v1/account');
    expect(JSON.parse(sent)).toEqual({ action: 'delete', email: 'a@example.com' });
    json(400, { error: 'wrong-email' });
    const no = await failure(createAccountRemote(cloud()).deleteAccount('b@example.com'));
    expect(no).toMatchObject({ kind: 'refused', code: 'wrong-email' });
    json(503, {});
    expect(await failure(createAccountRemote(cloud()).deleteAccount('a@example.com'))).toMatchObject({
      kind: 'busy',
    });
  });
});

describe('the auth server', () => {
  const session: Session = {
    ...{ userId: USER, email: 'a@example.com', accessToken: 'access', refreshToken: 'refresh', expiresAt: 0 },
  };
  const GRANT = {
    ...{ access_token: 'a.b.c', refresh_token: 'r', expires_in: 3600, token_type: 'bearer' },
    user: { id: USER, email: 'a@example.com', identities: [] },
  };
  const refusal = async (call: Promise<unknown>) => {
    const error: unknown = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AuthError);
    return error;
  };
  const refresh = () =>
    createAuthRemote(config, { timeoutMs: 2_000, now: () => 1_000 }).refresh(session, never);

  test('time is counted from now, whatever the server’s clock says', async () => {
    json(200, { ...GRANT, expires_at: 5 });
    expect(await refresh()).toMatchObject({ userId: USER, expiresAt: 3_601_000, refreshToken: 'r' });
    expect(seen[0]?.url).toBe('/auth/v1/token?grant_type=refresh_token');
  });

  test.each([
    [400, { error_code: 'refresh_token_not_found', msg: 'x' }, 'refused', 'refresh_token_not_found'],
    [400, { error: 'invalid_grant', error_description: 'x' }, 'refused', 'invalid_grant'],
    [403, { error_code: 'session_not_found', msg: 'x' }, 'refused', 'session_not_found'],
    [401, { message: 'No API key found in request' }, 'bad-answer', null],
    [403, 'blocked by the proxy', 'bad-answer', null],
    [429, { error_code: 'over_request_rate_limit' }, 'busy', 'over_request_rate_limit'],
    [500, { error_code: 'unexpected_failure' }, 'busy', 'unexpected_failure'],
    [503, 'no', 'busy', null],
    [200, { hello: 1 }, 'bad-answer', null],
    [200, { ...GRANT, user: { id: '22222222-2222-4222-8222-222222222222' } }, 'bad-answer', null],
  ] as const)('%i %j is %s, after one request', async (status, body, kind, code) => {
    json(status, body);
    expect(await refusal(refresh())).toMatchObject({ kind, code });
    expect(seen).toHaveLength(1);
  });

  test('a dead or silent one is offline, at once or when it is given up', async () => {
    answer = () => undefined;
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 30);
    expect(await refusal(createAuthRemote(config).refresh(session, abort.signal))).toMatchObject({
      kind: 'offline',
    });
    config = { ...config, url: 'http://127.0.0.1:1' };
    expect(await refusal(refresh())).toMatchObject({ kind: 'offline' });
    const auth = createAuthRemote(config);
    expect(await refusal(auth.signIn('a@example.com', 'password'))).toMatchObject({ kind: 'offline' });
    expect(await refusal(auth.signOut(session))).toMatchObject({ kind: 'offline' });
  });

  test('a code without the verifier of a sign-in is not sent', async () => {
    expect(await refusal(createAuthRemote(config).exchange('code'))).toMatchObject({ kind: 'refused' });
    expect(seen).toEqual([]);
  });

  test('an address to open asks nothing of the network, and each sign-in has its own challenge', async () => {
    const auth = createAuthRemote(config);
    const urls = [];
    for (const provider of ['google', 'twitter'] as const) {
      urls.push(new URL(await auth.authorizeUrl(provider, 'http://127.0.0.1:5000/auth/callback')));
    }
    expect(urls.map((url) => url.searchParams.get('provider'))).toEqual(['google', 'twitter']);
    expect(urls[0]?.searchParams.get('redirect_to')).toBe('http://127.0.0.1:5000/auth/callback');
    const challenges = urls.map((url) => url.searchParams.get('code_challenge'));
    expect(new Set(challenges).size).toBe(2);
    expect(urls[0]?.searchParams.get('code_challenge_method')).toBe('s256');
    expect(seen).toEqual([]);
  });
});

test('making the adapters opens no connection', async () => {
  let connections = 0;
  server.on('connection', () => connections++);
  createSyncRemote(cloud());
  createAccountRemote(cloud());
  createAuthRemote(config);
  // One of our own, so that the server has had its turn.
  await new Promise<void>((resolve) => {
    const own = connect(Number(new URL(config.url).port), '127.0.0.1', () => own.end());
    own.on('close', () => resolve());
    own.resume();
  });
  expect(connections).toBe(1);
});
