import { create } from 'zustand';

/** The server sends one mail a minute to an address. */
const EVERY_S = 60;

interface MailSent {
  readonly email: string;
  /** By `performance.now()`, which no change of the clock moves. */
  readonly at: number;
}

/** The last mail that was asked for in this window; another visit to the settings still has to wait for it. */
export const useMailSent = create<{ readonly last: MailSent | null }>()(() => ({ last: null }));

export function mailSent(email: string): void {
  useMailSent.setState({ last: { email, at: performance.now() } });
}

/** Whole seconds until a mail may be sent again. @param at when the last one was; null: none was */
export function secondsToWait(at: number | null, now: number): number {
  return at === null ? 0 : Math.max(0, Math.ceil(EVERY_S - (now - at) / 1000));
}
