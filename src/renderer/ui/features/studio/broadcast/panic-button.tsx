import { Eye, EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Tip } from '../../../components/tip.tsx';
import { shortcutAria, shortcutText } from '../../../shortcuts.ts';
import { useActions } from '../use-actions.ts';

/** Cuts picture and microphone at once. No confirm: it must be faster than a thought. */
export function PanicButton() {
  const { t } = useTranslation();
  const panic = useSnapshots((state) => state.studio?.panic ?? false);
  const { togglePanic } = useActions();
  return (
    <Tip
      text={t('common.shortcut', {
        label: t(panic ? 'panic.backTip' : 'panic.cutTip'),
        keys: shortcutText('panic'),
      })}
    >
      <Button
        kind={panic ? 'danger' : 'danger-quiet'}
        icon={panic ? <Eye aria-hidden className="size-4" /> : <EyeOff aria-hidden className="size-4" />}
        // Above the backdrop of a dialog: the pointer must reach it there too.
        className="pointer-events-auto relative z-40"
        aria-keyshortcuts={shortcutAria('panic')}
        onClick={togglePanic}
      >
        {t(panic ? 'panic.back' : 'panic.cut')}
        <kbd className="ml-1 font-sans text-xs opacity-80">{shortcutText('panic')}</kbd>
      </Button>
    </Tip>
  );
}
