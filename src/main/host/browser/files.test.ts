import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePath, fileBelow, parseRange, typeOf } from './files.ts';

describe('paths', () => {
  test.each(['/../x', '/a/../../x', '/%2e%2e/x', '/..%2fx', '/a%5c..%5cx', '/%00', '/%', '/a/./b'])(
    '%s is refused',
    (path) => expect(decodePath(path)).toBeNull(),
  );
  test.each([
    ['/index.html', '/index.html'],
    ['/a%20b/..c', '/a b/..c'],
  ])('%s is %s', (path, name) => expect(decodePath(path)).toBe(name));

  test('whatever is asked lies below the folder or nowhere', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('..', '.', '%2e', '%2f', '/', '\\', '%5c', 'a', '%00')),
        (parts) => {
          const name = decodePath(`/${parts.join('')}`);
          const file = name === null ? null : fileBelow('/srv/app', name);
          expect(file === null || file.startsWith('/srv/app/')).toBe(true);
        },
      ),
    );
  });

  test('a folder with the same beginning is another folder', () => {
    expect(fileBelow('/srv/app', '/../app2/x')).toBeNull();
  });
});

test('types by ending', () => {
  expect(typeOf('a/b.WASM')).toBe('application/wasm');
  expect(typeOf('x.vrm')).toBe('model/gltf-binary');
  expect(typeOf('face.task')).toBe('application/octet-stream');
});

test.each([
  [undefined, 'all'],
  ['bytes=0-', [0, 9]],
  ['bytes=2-4', [2, 4]],
  ['bytes=8-99', [8, 9]],
  ['bytes=-3', [7, 9]],
  ['bytes=-99', [0, 9]],
  ['bytes=10-', 'bad'],
  ['bytes=4-2', 'bad'],
  ['bytes=-0', 'bad'],
  ['bytes=0-1,3-4', 'all'],
  ['bytes=-', 'all'],
  ['lines=1-2', 'all'],
])('range %s of ten bytes', (header, range) => {
  expect(parseRange(header, 10)).toEqual(range);
});
