import { ChevronDown, ChevronRight, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExpressionSlot } from '../../../../shared/domain/expressions.ts';
import { DEFAULT_SHORTCUTS, type ShortcutAction } from '../../../../shared/domain/shortcuts.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { sameKeys } from '../tracking/expression-slots.ts';
import { ExpressionOptions } from './expressions-options.tsx';
import { ExpressionTry } from './expressions-try.tsx';
import { ShortcutField } from './shortcut-field.tsx';

interface Props {
  readonly slot: ExpressionSlot;
  readonly slots: readonly ExpressionSlot[];
  /** The avatar has no expression of that name any more. */
  readonly isGone: boolean;
  readonly onChange: (slot: ExpressionSlot) => void;
  readonly onRemove: () => void;
}

/** One expression: its keys, trying it, and everything else behind an expander. */
export function ExpressionRow({ slot, slots, isGone, onChange, onRemove }: Props) {
  const { t } = useTranslation('tracking');
  const id = useId();
  const [open, setOpen] = useState(false);
  const shortcuts = useSnapshots((state) => state.studio?.settings.shortcuts ?? DEFAULT_SHORTCUTS);
  const taken = useSnapshots(({ shortcuts: snapshot }) =>
    snapshot?.expressions.some((each) => each.accelerator === slot.trigger.key && each.problem === 'taken'),
  );
  const nameOf = useActionName();
  const same = sameKeys(slot, slots, shortcuts);
  const names = [...same.slots, ...same.actions.map(nameOf)];
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <div className="py-1">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-2">
        <div className="flex min-w-0 items-center gap-1">
          <IconButton
            label={t(open ? 'expressions.hide' : 'expressions.edit', { name: slot.name })}
            icon={<Chevron className="size-4" />}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          />
          <div className="min-w-0 flex-1">
            <ShortcutField
              name={slot.name}
              accelerator={slot.trigger.key}
              problem={taken ? 'taken' : null}
              onChange={(key) => onChange({ ...slot, trigger: { ...slot.trigger, key } })}
            />
          </div>
        </div>
        <span className="flex items-center gap-1">
          <ExpressionTry slot={slot} />
          <IconButton
            label={t('expressions.remove', { name: slot.name })}
            icon={<Trash2 className="size-4" />}
            onClick={onRemove}
          />
        </span>
      </div>
      {(names.length > 0 || isGone) && (
        <p className="flex flex-wrap gap-x-4 pb-1 pl-8">
          {isGone && <StateLine tone="warn">{t('expressions.gone')}</StateLine>}
          {names.length > 0 && (
            <StateLine tone="warn">{t('expressions.same', { names: names.join(', ') })}</StateLine>
          )}
        </p>
      )}
      <div id={id} hidden={!open}>
        {open && <ExpressionOptions slot={slot} onChange={onChange} />}
      </div>
    </div>
  );
}

/** A studio shortcut's name as its own section calls it. */
function useActionName(): (action: ShortcutAction) => string {
  const { t } = useTranslation();
  return (action) =>
    action.startsWith('scene-')
      ? t('settings.shortcuts.scene', { number: action.slice('scene-'.length), name: '' })
      : t(`settings.shortcuts.action.${action as 'panic'}`);
}
