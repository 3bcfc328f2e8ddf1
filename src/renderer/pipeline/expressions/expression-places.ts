import { MAX_EXPRESSIONS } from '../../../shared/domain/avatar-pose.ts';

/** A recording and another program's packet name no longer one. */
const MAX_NAME = 120;

/**
 * Which expressions `AvatarPose.expressions` means, by place: first those of the slots, then, while there is room, what
 * else the avatar has, which no key puts on but other programs and recordings may name.
 * @param own the avatar's expressions
 */
export function expressionPlaces(slots: readonly string[], own: readonly string[]): readonly string[] {
  const places = slots.slice(0, MAX_EXPRESSIONS);
  for (const name of own) {
    if (places.length >= MAX_EXPRESSIONS) break;
    if (name !== '' && name.length <= MAX_NAME && !places.includes(name)) places.push(name);
  }
  return places;
}
