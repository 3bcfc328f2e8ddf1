import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { servicesSnapshot } from '../../../shared/ipc/services.ts';
import { readServices, Services } from './services.ts';

const BUNDLED = join(import.meta.dirname, '../../../../resources/services.json');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-services-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(text: string): string {
  const file = join(folder, 'services.json');
  writeFileSync(file, text);
  return file;
}

test('the bundled list is read and published as the page expects it', () => {
  const published: unknown[] = [];
  const services = new Services(BUNDLED, (snapshot) => published.push(snapshot));
  expect(published).toEqual([]);
  services.publish();
  expect(servicesSnapshot.payload.parse(published[0]).services).toEqual(services.list);
});

test('a list that is broken, empty or names a service twice is not taken', () => {
  expect(() => readServices(written('{'))).toThrow();
  expect(() => readServices(written('{"services": []}'))).toThrow();
  const { services } = JSON.parse(readFileSync(BUNDLED, 'utf8')) as { services: unknown[] };
  expect(() => readServices(written(JSON.stringify({ services: [services[0], services[0]] })))).toThrow(
    /twice/,
  );
});
