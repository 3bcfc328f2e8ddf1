import { expect, test } from 'vitest';
import { avatarMappingSchema, NO_MAPPING } from '../../../../../shared/domain/avatar-mapping.ts';
import { found, mappingOf, mappingRows, withMapping, withOwn } from './mapping-rows.ts';

const NAMING = {
  bones: {
    hips: { name: 'mixamorigHips', confidence: 1 },
    jaw: { name: 'Bone.021', confidence: 0.4 },
    neck: { name: 'Neck', confidence: 0.9 },
  },
  channels: { jawOpen: { name: 'Fcl_MTH_A', confidence: 0.8 } },
};
const wordsOf = (key: string) => (key === 'neck' ? 'Throat' : key);

test('what the user said goes before the guess, also that there is none', () => {
  let mapping = withOwn(NO_MAPPING, 'bones', 'jaw', 'Jaw_M');
  mapping = withOwn(mapping, 'bones', 'neck', null);
  expect(avatarMappingSchema.parse(mapping)).toEqual({ bones: { jaw: 'Jaw_M', neck: null }, channels: {} });
  const rows = mappingRows('bones', NAMING, mapping);
  expect(rows).toHaveLength(55);
  expect(rows.find(({ key }) => key === 'jaw')).toMatchObject({ name: 'Jaw_M', unsure: false });
  expect(rows.find(({ key }) => key === 'neck')).toMatchObject({ name: null, own: null, unsure: false });
  expect(rows.find(({ key }) => key === 'hips')).toMatchObject({ name: 'mixamorigHips', own: undefined });
});

test('searched by its words, its own name and the file’s; the unsure ones alone', () => {
  const rows = mappingRows('bones', NAMING, NO_MAPPING);
  const keys = (text: string, unsure = false) => found(rows, text, unsure, wordsOf).map(({ key }) => key);
  expect(keys('throat')).toEqual(['neck']);
  expect(keys('MIXAMO')).toEqual(['hips']);
  expect(keys('bone.0')).toEqual(['jaw']);
  expect(keys('', true)).toContain('jaw');
  expect(keys('', true)).not.toContain('neck');
});

test('a mapping that says nothing is not kept', () => {
  const mapping = withOwn(NO_MAPPING, 'channels', 'jawOpen', 'Mouth_A');
  const all = withMapping({}, 'own-1', mapping);
  expect(mappingOf(all, 'own-1')).toEqual(mapping);
  expect(withMapping(all, 'own-1', withOwn(mapping, 'channels', 'jawOpen', undefined))).toEqual({});
  expect(mappingOf({}, 'own-1')).toEqual(NO_MAPPING);
});
