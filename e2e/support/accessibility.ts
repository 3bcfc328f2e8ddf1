import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds serious or critical on the page as it is shown, each with where. */
export async function seriousProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (Reflect.get(window, 'axe') as { run(): Promise<AxeResults> }).run(),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
    );
}

/** Presses Tab until what has the focus is called so, as a person without a mouse would. */
export async function tabTo(page: Page, name: RegExp, max = 80): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses <= max; presses++) {
    const label = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return '';
      const labelledBy = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
      const named = labelledBy.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
      return element.getAttribute('aria-label') ?? (named || (element.textContent ?? ''));
    });
    if (name.test(label.trim())) return;
    passed.push(label.trim().slice(0, 40));
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${name}; it passed ${passed.join(' | ')}`);
}
