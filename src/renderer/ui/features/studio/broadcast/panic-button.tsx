import { Eye, EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Tip } from '../../../components/tip.tsx';
import { useShortcutAria, useShortcutText, useWithShortcut } from '../../../shortcuts.ts';
import { useActions } from '../use-actions.ts';

/** Cuts picture and microphone at once. No confirm: it must be faster than a thought. */
export function PanicButton() {
  const { t } = useTranslation();
  const panic = useSnapshots((state) => state.studio?.panic ?? false);
  const { togglePanic } = useActions();
  const keys = useShortcutText('panic');
  const tip = useWithShortcut(t(panic ? 'panic.backTip' : 'panic.cutTip'), 'panic');
  return (
    <Tip text={tip}>
      <Button
        kind={panic ? 'danger' : 'danger-quiet'}
        icon={panic ? <Eye aria-hidden className="size-4" /> : <EyeOff aria-hidden className="size-4" />}
        // Above the backdrop of a dialog: the pointer must reach it there too.
        className="pointer-events-auto relative z-40"
        aria-keyshortcuts={useShortcutAria('panic')}
        onClick={togglePanic}
      >
        {t(panic ? 'panic.back' : 'panic.cut')}
        {keys && <kbd className="ml-1 font-sans text-xs max-md:hidden">{keys}</kbd>}
      </Button>
    </Tip>
  );
}
