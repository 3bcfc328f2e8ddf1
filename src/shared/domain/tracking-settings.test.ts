import { expect, test } from 'vitest';
import { DEFAULT_PROFILE, type Profiles, profilesSchema, withProfile } from './tracking-settings.ts';

test('there are never more than can be saved', () => {
  let profiles: Profiles = { default: DEFAULT_PROFILE };
  for (let at = 0; at < 80; at++) profiles = withProfile(profiles, `Camera ${at}`, DEFAULT_PROFILE);
  expect(profilesSchema.safeParse(profiles).success).toBe(true);
  expect(Object.keys(profiles)).toContain('default');
  expect(Object.keys(profiles)).toContain('Camera 79');
  expect(Object.keys(profiles)).not.toContain('Camera 0');
});
