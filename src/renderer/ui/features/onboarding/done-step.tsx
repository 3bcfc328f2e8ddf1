import { useTranslation } from 'react-i18next';
import { useShortcutText } from '../../shortcuts.ts';

const KEYS = [
  { action: 'panic', does: 'panic' },
  { action: 'mute', does: 'mute' },
  { action: 'go-live', does: 'live' },
] as const;

/** The few keys that help while one is live. */
export function DoneStep() {
  const { t } = useTranslation();
  return (
    <>
      <h3 className="mt-2 mb-1 font-semibold">{t('onboarding.done.keys')}</h3>
      <dl className="divide-y divide-line">
        {KEYS.map((key) => (
          <Key key={key.action} {...key} />
        ))}
      </dl>
    </>
  );
}

function Key({ action, does }: (typeof KEYS)[number]) {
  const { t } = useTranslation();
  const keys = useShortcutText(action);
  if (keys === '') return null;
  return (
    <div className="flex flex-row-reverse items-center justify-between gap-3 py-2">
      <dt>
        <kbd className="whitespace-nowrap rounded-md border border-line bg-raised px-2 py-1 font-sans text-xs">
          {keys}
        </kbd>
      </dt>
      <dd className="text-muted">{t(`onboarding.done.${does}`)}</dd>
    </div>
  );
}
