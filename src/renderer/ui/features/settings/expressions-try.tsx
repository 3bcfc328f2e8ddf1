import { Eye } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExpressionSlot } from '../../../../shared/domain/expressions.ts';
import { Button } from '../../components/button.tsx';
import { useTrackingPort } from '../tracking/tracking-port.ts';

/** Puts an expression on as its key would, for as long as the button is held. */
export function ExpressionTry({ slot }: { readonly slot: ExpressionSlot }) {
  const { t } = useTranslation('tracking');
  const port = useTrackingPort();
  const { id } = slot;
  const held = useRef(false);
  const hold = (on: boolean) => {
    if (on === held.current) return;
    held.current = on;
    port.pressExpression(id, on);
    // What stays on by itself after its key is taken off again when the button is let go.
    if (!on && slot.trigger.mode === 'toggle') {
      port.pressExpression(id, true);
      port.pressExpression(id, false);
    }
  };
  const latest = useRef(hold);
  latest.current = hold;
  useEffect(() => () => latest.current(false), []);
  return (
    <Button
      size="small"
      icon={<Eye aria-hidden className="size-3.5" />}
      aria-label={t('expressions.tryNamed', { name: slot.name })}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        hold(true);
      }}
      onPointerUp={() => hold(false)}
      onPointerCancel={() => hold(false)}
      onKeyDown={(event) => {
        if (event.key !== ' ' && event.key !== 'Enter') return;
        event.preventDefault();
        hold(true);
      }}
      onKeyUp={(event) => (event.key === ' ' || event.key === 'Enter') && hold(false)}
      onBlur={() => hold(false)}
    >
      {t('expressions.try')}
    </Button>
  );
}
