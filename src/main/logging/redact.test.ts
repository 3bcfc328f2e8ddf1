import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Redactor, redactAddresses } from './redact.ts';

describe('redactAddresses', () => {
  test.each([
    ['rtmp://a.example/app/key', 'rtmp://a.example/app/••••'],
    ['rtmps://a.example:443/app/live_1?x=2&y', 'rtmps://a.example:443/app/••••'],
    ['rtmp://a.example/app/instance/key', 'rtmp://a.example/app/••••'],
    ['rtmp://a.example/app?auth=secret', 'rtmp://a.example/app/••••'],
    ['rtmp://user:pass@a.example/app/key', 'rtmp://••••@a.example/app/••••'],
    ['rtmp://[::1]:1935/live/k', 'rtmp://[::1]:1935/live/••••'],
    ['RTMP://A/B/C', 'RTMP://A/B/••••'],
  ])('masks what is secret of %s', (address, masked) => {
    expect(redactAddresses(address)).toBe(masked);
    expect(redactAddresses(`[flv @ 0x1] Failed to open '${address}': x`)).toBe(
      `[flv @ 0x1] Failed to open '${masked}': x`,
    );
  });

  test.each(['rtmp://a.example/app', 'rtmp://a.example/app/', 'no address', 'http://x/y/z?k=v'])(
    'leaves %s alone',
    (text) => expect(redactAddresses(text)).toBe(text),
  );

  test('masks twice as once', () => {
    const once = redactAddresses('rtmp://u:p@h/app/key?x=1');
    expect(redactAddresses(once)).toBe(once);
  });
});

describe('Redactor', () => {
  test('a registered secret appears in none of its forms', () => {
    const redactor = new Redactor();
    const secret = 'pa"ss\\ wörd/+?';
    redactor.register(secret);
    const said = [secret, JSON.stringify({ a: secret }), `https://x/?k=${encodeURIComponent(secret)}`];
    for (const text of said) expect(redactor.redact(text)).toContain('••••');
    for (const text of said) expect(redactor.redact(text)).not.toMatch(/pa"ss|pa\\"ss|pa%22ss/);
  });

  test('a secret that holds another one leaves no tail', () => {
    const redactor = new Redactor();
    redactor.register('live');
    redactor.register('live_12345');
    expect(redactor.redact('key live_12345 end')).toBe('key •••• end');
  });

  test('holds for any key in any address', () => {
    const key = fc.stringMatching(/^[A-Za-z0-9_-]{6,40}(\?[a-z]=[A-Za-z0-9]{1,8})?$/);
    fc.assert(
      fc.property(key, fc.string(), (secret, around) => {
        fc.pre(!around.includes(secret));
        const redacted = new Redactor().redact(`${around} rtmp://host:1935/application/${secret}`);
        expect(redacted.includes(secret)).toBe(false);
      }),
    );
  });
});
