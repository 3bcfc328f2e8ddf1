import type { Page } from 'playwright-core';
import type { StageHarness } from './harness.ts';

type Groups = keyof StageHarness;
type Method<G extends Groups, K extends keyof StageHarness[G]> = StageHarness[G][K];

export type HarnessArgs<G extends Groups, K extends keyof StageHarness[G]> =
  Method<G, K> extends (...args: infer A) => unknown ? A : never;
export type HarnessResult<G extends Groups, K extends keyof StageHarness[G]> =
  Method<G, K> extends (...args: never[]) => infer R ? Awaited<R> : never;

/** Calls one thing of the harness in its page. */
export async function callHarness<G extends Groups, K extends keyof StageHarness[G]>(
  page: Page,
  group: G,
  name: K,
  args: HarnessArgs<G, K>,
): Promise<HarnessResult<G, K>> {
  return (await page.evaluate(
    ([part, method, values]) => {
      const { harness } = globalThis as unknown as {
        harness: Record<string, Record<string, (...a: unknown[]) => unknown>>;
      };
      return harness[part as string]![method as string]!(...(values as unknown[]));
    },
    [group, name, args] as const,
  )) as never;
}
