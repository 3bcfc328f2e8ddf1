import { describe, expect, test } from 'vitest';
import { DeepLinks, linkAmongArguments, parseAuthLink, parseDeepLink } from './deep-link.ts';
import type { AuthAnswer, DeepLink } from './port.ts';

/** What hostile pages and confused systems hand over; none of it leads anywhere. */
export const HOSTILE_LINKS: readonly string[] = [
  '',
  'vida3',
  'vida3:',
  'vida3:/',
  'vida3://',
  'vida3:///open',
  'vida3:open',
  'vida3://open//',
  'vida3://open/..',
  'vida3://open/x',
  'vida3://OPEN',
  'VIDA3://open',
  'vida3://open?x=1',
  'vida3://open/?x=1',
  'vida3://open#x',
  'vida3://user@open',
  'vida3://user:password@open',
  'vida3://open:80',
  'vida3://%6fpen',
  'vida3://open%00',
  'vida3://open%2f..%2fsettings',
  'vida3://open\0',
  'vida3://open\n',
  'vida3://open\\',
  ' vida3://open',
  'vida3://open ',
  'vida3://golive',
  'vida3://stop',
  'vida3://__proto__',
  'vida3://constructor',
  'vida3://open\u202e',
  'vida3://оpen',
  'vida3://settings/../open',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'https://vida3.example/open',
  'vida3://open" --inspect=0.0.0.0:9229',
  '--remote-debugging-port=9222',
  `vida3://open${'/'.repeat(600)}`,
  `vida3://${'a'.repeat(100_000)}`,
];

test.each([
  ['vida3://open', 'studio'],
  ['vida3://open/', 'studio'],
  ['vida3://settings', 'settings'],
  ['vida3://rehearsal/', 'rehearsal'],
] as const)('%s leads to %s', (text, to) => {
  expect(parseDeepLink(text)).toEqual({ to });
});

test.each(HOSTILE_LINKS.map((text) => [text.slice(0, 60), text]))('%j leads nowhere', (_shown, text) => {
  expect(parseDeepLink(text)).toBeNull();
});

describe('what a sign-in brings back', () => {
  const CODE = '0f6b2f3e-8c2a-4a3e-9d51-5d3a0c8f2b11';

  test.each([
    [`vida3://auth/callback?code=${CODE}`, { code: CODE }],
    [`vida3://auth/callback/?code=${CODE}`, { code: CODE }],
    ['vida3://auth/callback?error=access_denied', { refused: 'access_denied' }],
    [
      'vida3://auth/callback?error=server_error&error_code=unexpected_failure&error_description=No+way%21#x=y',
      { refused: 'server_error' },
    ],
  ])('%s is taken', (text, answer) => {
    expect(parseAuthLink(text)).toEqual(answer);
    expect(parseDeepLink(text)).toBeNull();
  });

  test.each([
    'vida3://auth/callback',
    'vida3://auth/callback?code=',
    'vida3://auth/callback?code=short',
    `vida3://auth/callback?code=${'a'.repeat(257)}`,
    `vida3://auth/callback?code=${CODE}&code=${CODE}`,
    `vida3://auth/callback?code=${CODE}&next=vida3://open`,
    `vida3://auth/callback?code=${CODE}#access_token=x`,
    `vida3://auth/callback?code=${CODE}\n`,
    'vida3://auth/callback?code=aaaaaaaa%00',
    `vida3://auth/callback/..?code=${CODE}`,
    `vida3://auth//callback?code=${CODE}`,
    `vida3://auth/callbackx?code=${CODE}`,
    `vida3://auth:80/callback?code=${CODE}`,
    `vida3://user@auth/callback?code=${CODE}`,
    `VIDA3://auth/callback?code=${CODE}`,
    `vida3://callback?code=${CODE}`,
    'vida3://auth/callback?error=',
    'vida3://auth/callback?error=<script>',
    `vida3://auth/callback?error=a&x=${'y'.repeat(600)}`,
    'vida3://auth/callback#access_token=x&refresh_token=y',
  ])('%s is not', (text) => expect(parseAuthLink(text)).toBeNull());

  test('goes to its own listener, and to nobody that comes later', () => {
    const links = new DeepLinks({ onBad: () => undefined });
    const seen: DeepLink[] = [];
    const answers: AuthAnswer[] = [];
    links.listen((link) => seen.push(link));
    links.receive(`vida3://auth/callback?code=${CODE}`);
    links.listenToAuth((answer) => answers.push(answer));
    expect(answers).toEqual([]);
    links.receiveArguments(['studio', `vida3://auth/callback?code=${CODE}`]);
    expect(answers).toEqual([{ code: CODE }]);
    expect(seen).toEqual([]);
  });
});

test('a link is found among the arguments of a program, after its own name', () => {
  expect(linkAmongArguments(['/opt/studio', '--flag', 'vida3://open', 'vida3://settings'])).toBe(
    'vida3://open',
  );
  expect(linkAmongArguments(['vida3://open'])).toBeNull();
  expect(linkAmongArguments([])).toBeNull();
});

describe('DeepLinks', () => {
  const make = () => {
    let time = 0;
    const bad: number[] = [];
    const seen: DeepLink['to'][] = [];
    const links = new DeepLinks({ onBad: (length) => bad.push(length), now: () => time });
    return { links, bad, seen, pass: (ms: number) => (time += ms) };
  };

  test('the same link twice within two seconds counts once', () => {
    const { links, seen, pass } = make();
    links.listen(({ to }) => seen.push(to));
    links.receive('vida3://open');
    pass(1_999);
    links.receive('vida3://open/');
    links.receive('vida3://settings');
    pass(2_000);
    links.receive('vida3://settings');
    expect(seen).toEqual(['studio', 'settings', 'settings']);
  });

  test('what came before anybody listened is kept, up to a few', () => {
    const { links, seen, pass } = make();
    for (let i = 0; i < 20; i++) {
      links.receive(i % 2 ? 'vida3://open' : 'vida3://settings');
      pass(5_000);
    }
    links.listen(({ to }) => seen.push(to));
    expect(seen).toEqual(['settings', 'studio', 'settings', 'studio']);
    links.receive('vida3://rehearsal');
    expect(seen.at(-1)).toBe('rehearsal');
  });

  test('what is no link is only counted', () => {
    const { links, bad, seen } = make();
    links.listen(({ to }) => seen.push(to));
    links.receiveArguments(['studio', 'vida3://nowhere']);
    links.receiveArguments(['studio', '--flag']);
    expect({ bad, seen }).toEqual({ bad: ['vida3://nowhere'.length], seen: [] });
  });
});
