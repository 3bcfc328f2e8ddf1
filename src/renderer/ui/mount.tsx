import { Tooltip } from 'radix-ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Reason } from '../../shared/errors.ts';
import { bindStores } from '../state/bind-stores.ts';
import { type Hello, useSession } from '../state/session.ts';
import { StudioPage } from './features/studio/studio-page.tsx';
import { startTranslations } from './i18n/i18n.ts';
import { StartFailed } from './start-failed.tsx';
import { StudioContext, type StudioParts } from './studio-context.ts';
import { Waiting } from './waiting.tsx';
import './theme.css';

/** Draws the studio into `element`. */
export async function mountStudio(element: HTMLElement, hello: Hello, parts: StudioParts): Promise<void> {
  await startTranslations();
  useSession.setState({ hello });
  bindStores(parts.client, parts.pipeline);
  createRoot(element).render(
    <StrictMode>
      <StudioContext value={parts}>
        <Tooltip.Provider delayDuration={400}>
          <StudioPage />
        </Tooltip.Provider>
      </StudioContext>
    </StrictMode>,
  );
}

/** Says that main is awaited. Returns what takes it away again. */
export async function mountWaiting(element: HTMLElement): Promise<() => void> {
  await startTranslations();
  const root = createRoot(element);
  root.render(<Waiting />);
  return () => root.unmount();
}

/** The studio could not begin: the reason and its next action are all there is to show. */
export async function mountFailure(element: HTMLElement, reason: Reason): Promise<void> {
  await startTranslations();
  createRoot(element).render(<StartFailed reason={reason} />);
}
