import { type IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Gate } from './gate.ts';

const HOST = '127.0.0.1:4000';

function request(url: string, headers: IncomingHttpHeaders = {}, method = 'GET'): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.url = url;
  message.method = method;
  Object.assign(message.headers, { host: HOST, ...headers });
  return message;
}

function admitted(gate: Gate): string {
  const url = new URL(gate.entryUrl());
  const verdict = gate.judge(request(url.pathname + url.search));
  if (verdict.kind !== 'admit') throw new Error(verdict.kind);
  return verdict.cookie.split(';')[0]!;
}

describe('token', () => {
  test('admits once, to the address without it', () => {
    const gate = new Gate(4000);
    const url = new URL(gate.entryUrl('/?view=demo'));
    const first = gate.judge(request(url.pathname + url.search));
    expect(first).toMatchObject({ kind: 'admit', location: '/?view=demo' });
    expect(first.kind === 'admit' && first.cookie).toMatch(
      /^vida3-4000=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(gate.judge(request(url.pathname + url.search))).toMatchObject({ kind: 'refuse' });
  });

  test('expires', () => {
    let now = 0;
    const gate = new Gate(4000, () => now);
    const url = new URL(gate.entryUrl());
    now = 6 * 60_000;
    expect(gate.judge(request(url.pathname + url.search))).toMatchObject({ kind: 'refuse' });
  });

  test('leads to paths of the studio only', () => {
    const gate = new Gate(4000);
    for (const path of ['//evil.example/', 'http://evil.example/', 'x']) {
      expect(() => gate.entryUrl(path)).toThrow(/no path/);
    }
  });

  test('a new session ends the one before', () => {
    const gate = new Gate(4000);
    const old = admitted(gate);
    const fresh = admitted(gate);
    expect(gate.judge(request('/', { cookie: old }))).toMatchObject({ kind: 'refuse' });
    expect(gate.judge(request('/', { cookie: `other=1; ${fresh}` }))).toMatchObject({ kind: 'pass' });
  });
});

describe('requests of a session', () => {
  const cases: [string, IncomingHttpHeaders, string, boolean][] = [
    ['localhost as Host', { host: 'localhost:4000' }, 'GET', false],
    ['a rebound name as Host', { host: 'evil.example:4000' }, 'GET', false],
    ['no Host', { host: undefined }, 'GET', false],
    ['another Origin', { origin: 'http://evil.example' }, 'GET', false],
    ['another port as Origin', { origin: 'http://127.0.0.1:4001' }, 'POST', false],
    ['the Origin of a sandbox', { origin: 'null' }, 'POST', false],
    ['a POST without Origin', {}, 'POST', false],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 'GET', false],
    ['a page of another port', { 'sec-fetch-site': 'same-site' }, 'GET', false],
    ['the page itself', { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }, 'POST', true],
    ['the address bar', { 'sec-fetch-site': 'none' }, 'GET', true],
  ];
  test.each(cases)('%s', (_name, headers, method, passes) => {
    const gate = new Gate(4000);
    const cookie = admitted(gate);
    expect(gate.judge(request('/', { cookie, ...headers }, method)).kind).toBe(passes ? 'pass' : 'refuse');
  });

  test('a socket must say its Origin', () => {
    const gate = new Gate(4000);
    const cookie = admitted(gate);
    expect(gate.judge(request('/commands', { cookie }), true).kind).toBe('refuse');
    expect(gate.judge(request('/commands', { cookie, origin: `http://${HOST}` }), true).kind).toBe('pass');
  });

  test.each(['vida3-4000=', 'vida3-4000=guess', 'vida3-4001=x', ''])('cookie %s is none', (cookie) => {
    const gate = new Gate(4000);
    expect(gate.judge(request('/', { cookie })).kind).toBe('refuse');
    admitted(gate);
    expect(gate.judge(request('/', { cookie })).kind).toBe('refuse');
  });

  test('two cookies of our name are refused', () => {
    const gate = new Gate(4000);
    const cookie = admitted(gate);
    expect(gate.judge(request('/', { cookie: `${cookie}; ${cookie}x` })).kind).toBe('refuse');
  });

  test('an absolute address is no path', () => {
    const gate = new Gate(4000);
    const cookie = admitted(gate);
    expect(gate.judge(request('http://evil.example/', { cookie })).kind).toBe('refuse');
  });
});
