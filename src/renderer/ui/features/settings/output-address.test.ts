import { expect, test } from 'vitest';
import { OUTPUT_GREEN, outputAddress } from './output-address.ts';

test('the colour goes beside whatever the address holds already', () => {
  const url = 'http://127.0.0.1:4567/output.html?key=abc';
  expect(outputAddress(url, null)).toBe(url);
  expect(outputAddress(url, OUTPUT_GREEN)).toBe(`${url}&background=00ff00`);
  expect(outputAddress('http://127.0.0.1:1/o#key', '12ab34')).toBe(
    'http://127.0.0.1:1/o?background=12ab34#key',
  );
});
