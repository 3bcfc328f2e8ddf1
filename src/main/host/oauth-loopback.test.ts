import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Log, silentLog } from '../logging/log.ts';
import { Redactor } from '../logging/redact.ts';
import type { BrowserSignIn, Callback } from '../services/account/ports.ts';
import { createBrowserSignIn } from './oauth-loopback.ts';
import type { AuthAnswer } from './port.ts';

const CODE = '0f6b2f3e-8c2a-4a3e-9d51-5d3a0c8f2b11';

let redactor: Redactor;
let said: string[];
let bring: (answer: AuthAnswer) => void;
let signIn: BrowserSignIn;
let callback: Callback;

beforeEach(async () => {
  redactor = new Redactor();
  said = [];
  const say = (message: string, fields?: object) => void said.push(message + JSON.stringify(fields ?? {}));
  const log: Log = { ...silentLog, info: say, warn: say, error: say, debug: say };
  signIn = createBrowserSignIn({
    host: {
      openExternal: async () => true,
      desktop: {
        onAuthAnswer: (listener) => {
          bring = listener;
        },
      },
    },
    register: (secret) => redactor.register(secret),
    log,
  });
  callback = await signIn.waitForCallback(60_000);
});
afterEach(() => callback.close());

/** What any program of this machine may send. @returns status, body and headers; null when nobody listens */
function send(path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const { port } = new URL(callback.redirectTo);
  const answer = Promise.withResolvers<{
    status: number;
    body: string;
    headers: NodeJS.Dict<string | string[]>;
  } | null>();
  const sent = request({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    response.on('end', () =>
      answer.resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
    );
  });
  sent.on('error', () => answer.resolve(null));
  sent.end();
  return answer.promise;
}

test('the first code is taken, the port is closed then', async () => {
  expect(callback.redirectTo).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/auth\/callback$/);
  const answer = await send(`/auth/callback?code=${CODE}`);
  expect(answer?.status).toBe(200);
  expect(answer?.body).toContain('go back to VIDA³ Studio');
  expect(answer?.body).not.toContain(CODE);
  expect(answer?.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(answer?.headers['referrer-policy']).toBe('no-referrer');
  await expect(callback.code).resolves.toBe(CODE);
  expect(await send(`/auth/callback?code=${CODE.replace('0', '1')}`)).toBeNull();
  expect(redactor.redact(`code ${CODE}`)).toBe('code ••••');
  expect(said.join()).not.toContain(CODE);
});

describe('ignored, and goes on waiting', () => {
  test.each([
    ['another path', `/auth/callback/x?code=${CODE}`, {}],
    ['a path that leads there', `/x/../auth/callbackx?code=${CODE}`, {}],
    ['no code', '/auth/callback', {}],
    ['an empty code', '/auth/callback?code=', {}],
    ['two codes', `/auth/callback?code=${CODE}&code=${CODE}`, {}],
    ['markup', '/auth/callback?code=%3Cscript%3Ealert(1)%3C/script%3E', {}],
    ['a long code', `/auth/callback?code=${'a'.repeat(300)}`, {}],
    ['a very long one', `/auth/callback?code=${'a'.repeat(5000)}`, {}],
    ['a POST', `/auth/callback?code=${CODE}`, { method: 'POST' }],
    ['a rebound name', `/auth/callback?code=${CODE}`, { headers: { host: 'evil.example' } }],
    ['localhost by name', `/auth/callback?code=${CODE}`, { headers: { host: 'localhost' } }],
    ['a picture of a page', `/auth/callback?code=${CODE}`, { headers: { 'sec-fetch-dest': 'image' } }],
    ['a fetch of a page', `/auth/callback?code=${CODE}`, { headers: { 'sec-fetch-dest': 'empty' } }],
    ['an icon', '/favicon.ico', {}],
  ])('%s', async (_name, path, options) => {
    const answer = await send(path, options);
    expect(answer?.status).toBe(404);
    expect(answer?.body).not.toMatch(/alert|evil/);
    expect((await send(`/auth/callback?code=${CODE}`))?.status).toBe(200);
    await expect(callback.code).resolves.toBe(CODE);
  });

  test('no HTTP at all', async () => {
    const socket = connect(Number(new URL(callback.redirectTo).port), '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write('\0\0\0 nonsense\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await send(`/auth/callback?code=${CODE}`))?.status).toBe(200);
  });
});

test('a refusal of the browser ends it', async () => {
  const answer = await send('/auth/callback?error=access_denied&error_description=%3Cb%3Eno%3C/b%3E');
  expect(answer?.body).toContain('try again in VIDA³ Studio');
  expect(answer?.body).not.toContain('<b>');
  await expect(callback.code).rejects.toMatchObject({
    reason: 'account.sign-in-refused',
    detail: 'access_denied',
  });
});

test('after its time nothing is accepted any more', async () => {
  callback.close();
  callback = await signIn.waitForCallback(20);
  await expect(callback.code).rejects.toMatchObject({ reason: 'account.sign-in-timeout' });
  expect(await send(`/auth/callback?code=${CODE}`)).toBeNull();
  bring({ code: CODE });
});

test('a link of the scheme counts only while a sign-in waits, and once', async () => {
  bring({ code: CODE });
  bring({ refused: 'access_denied' });
  await expect(callback.code).resolves.toBe(CODE);
  expect(await send(`/auth/callback?code=${CODE}`)).toBeNull();
  expect(redactor.redact(CODE)).toBe('••••');
});

test('a new sign-in takes the place of the one before', async () => {
  const before = callback;
  callback = await signIn.waitForCallback(60_000);
  await expect(before.code).rejects.toMatchObject({ detail: 'cancelled' });
  bring({ code: CODE });
  await expect(callback.code).resolves.toBe(CODE);
});
