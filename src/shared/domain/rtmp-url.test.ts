import { expect, test } from 'vitest';
import { ReasonError } from '../errors.ts';
import { maskRtmpUrl, parseRtmpUrl } from './rtmp-url.ts';

test('splits server and key at the last slash, query with the key', () => {
  const t = parseRtmpUrl('rtmps://a.rtmps.youtube.com:443/live2/abcd-efgh?backup=1/2');
  expect(t).toMatchObject({
    server: 'rtmps://a.rtmps.youtube.com:443/live2',
    app: 'live2',
    port: 443,
    key: 'abcd-efgh?backup=1/2',
  });
  expect(parseRtmpUrl('rtmp://127.0.0.1/app/inst/k')).toMatchObject({
    app: 'app/inst',
    key: 'k',
    port: 1935,
  });
  expect(parseRtmpUrl('rtmp://[::1]:1936/live/k')).toMatchObject({ host: '[::1]', port: 1936 });
  expect(parseRtmpUrl('rtmp://h/app/', 'se/cret')).toMatchObject({ server: 'rtmp://h/app', key: 'se/cret' });
});

test.each([
  'http://h/a/k',
  'rtmp://h',
  'rtmp://h/app',
  'rtmp://h/app/',
  'rtmp:///a/k',
  'rtmp://h:0/a/k',
  'rtmp://h:99999/a/k',
  'rtmp://u@h/a/k',
  'rtmp://h/a/k k',
  '',
  'rtmp://h/a/\u0007k',
])('refuses %j by reason, without the key in the message', (url) => {
  try {
    parseRtmpUrl(url);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ReasonError);
    expect((error as ReasonError).reason).toBe('usage.bad-url');
  }
});

test('the masked address never holds the key', () => {
  expect(maskRtmpUrl(parseRtmpUrl('rtmp://h/app/topsecret'))).toBe('rtmp://h/app/••••');
});
