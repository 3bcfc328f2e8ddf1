import { expect, vi } from 'vitest';
import type { AccountWorld } from './fakes.ts';

export const CREDENTIALS = { email: 'a@example.com', password: 'correct horse' };

/** Opens account A as after a start. */
export async function signedIn(world: AccountWorld): Promise<void> {
  await world.service.signIn(CREDENTIALS);
  await vi.waitFor(() => expect(world.now.state).toBe('signed-in'));
  world.notes.length = 0;
}

/** The reason a call is refused with, or that it was not. */
export async function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'nothing was refused',
    (error: unknown) => Reflect.get(error as object, 'reason'),
  );
}
