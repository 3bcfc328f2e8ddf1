import { expect, test } from 'vitest';
import { captureName } from './capture-name.ts';

test.each([
  ['Slides — deck.odp', { title: 'Slides — deck.odp' }],
  ['window: a title', { title: 'window: a title' }],
  ['', { kind: 'any' }],
  ['  ', { kind: 'any' }],
  ['screen:0:0', { kind: 'screen' }],
  ['window:73400320:0', { kind: 'window' }],
  ['web-contents-media-stream://3:1', { kind: 'tab' }],
] as const)('%j is called %j', (label, name) => {
  expect(captureName(label)).toEqual(name);
});
