import { expect, test } from 'vitest';
import type { Service } from '../../../../../shared/domain/services.ts';
import { addressOf, type Draft, draftOf, draftProblems, OTHER, withService } from './draft.ts';

const service = (part: Partial<Service>): Service => ({
  id: 'one',
  name: 'One',
  ingests: [],
  hosts: [],
  app: null,
  keyPage: null,
  limits: {
    maxKbps: null,
    recommendedKbps: null,
    maxWidth: null,
    maxHeight: null,
    maxFps: null,
    keyFrameSeconds: null,
    maxAudioKbps: null,
    profiles: null,
  },
  codecs: ['h264'],
  audio: ['aac'],
  source: 'A test',
  date: '2026-11-22',
  ...part,
});
const listed = service({
  ingests: [
    { name: 'Old', url: 'rtmp://old.example/app' },
    { name: 'New', url: 'rtmps://new.example:443/app' },
  ],
});
const hosted = service({ id: 'two', name: 'Two', app: '/app' });
const services = [listed, hosted];
const good: Draft = {
  name: 'Mine',
  service: OTHER,
  ingest: OTHER,
  address: 'rtmps://live.example.com:443/app',
  key: 'abc',
  isDefault: false,
};

test('a whole draft has no problems, and a saved key need not be typed again', () => {
  expect(draftProblems(good, false, services)).toEqual({});
  expect(draftProblems({ ...good, key: ' ' }, true, services)).toEqual({});
});

test('names every field that is missing or wrong', () => {
  const empty = { ...good, name: ' ', address: 'https://x/y', key: '' };
  expect(draftProblems(empty, false, services)).toEqual({ name: 'missing', url: true, key: true });
  expect(draftProblems({ ...good, address: 'rtmp://host' }, false, services)).toEqual({ url: true });
});

test.each(['Ho\u202eme', 'Ho\u0007me', 'Ho\u200fme', 'Ho\u0085me'])(
  'a name that disguises itself is unfit: %j',
  (name) => {
    expect(draftProblems({ ...good, name }, false, services)).toEqual({ name: 'unfit' });
  },
);

test('a new one begins with the first service and its encrypted address', () => {
  expect(draftOf(null, services)).toMatchObject({
    name: 'One',
    service: 'one',
    ingest: 'rtmps://new.example:443/app',
  });
  expect(draftOf(null, [])).toMatchObject({ name: '', service: OTHER, ingest: OTHER });
});

test('a saved one keeps its address, whether or not its service names it', () => {
  const saved = { id: 'a', name: 'Mine', hasKey: true, isDefault: false, service: 'one' };
  expect(draftOf({ ...saved, url: 'rtmp://old.example/app' }, services).ingest).toBe(
    'rtmp://old.example/app',
  );
  const other = draftOf({ ...saved, url: 'rtmps://elsewhere.example/app' }, services);
  expect(other).toMatchObject({ service: 'one', ingest: OTHER });
  expect(addressOf(other, services)).toBe('rtmps://elsewhere.example/app');
});

test.each([
  ['host.example', 'rtmps://host.example/app'],
  ['rtmps://host.example:443/', 'rtmps://host.example:443/app'],
  ['rtmps://host.example/other', 'rtmps://host.example/other'],
  ['', ''],
])('of a service whose server the user gives, «%s» becomes «%s»', (address, url) => {
  expect(addressOf({ ...good, service: 'two', address }, services)).toBe(url);
});

test('a name that was not typed follows the service', () => {
  const first = draftOf(null, services);
  expect(withService(first, 'two', services)).toMatchObject({ name: 'Two', ingest: OTHER, address: '' });
  expect(withService({ ...first, name: 'Mine' }, 'two', services).name).toBe('Mine');
  expect(withService(first, OTHER, services).name).toBe('');
});
