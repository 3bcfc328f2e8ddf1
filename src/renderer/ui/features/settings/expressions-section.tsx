import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MAX_EXPRESSIONS } from '../../../../shared/domain/avatar-pose.ts';
import type { ExpressionSlot } from '../../../../shared/domain/expressions.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { useAvatarNaming } from '../../../state/avatar-naming.ts';
import { announce } from '../../../state/notices.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import '../../i18n/tracking-texts.ts';
import { StateLine } from '../../components/state-line.tsx';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';
import { isFull, newSlot, withSlots } from '../tracking/expression-slots.ts';
import { useSlots } from '../tracking/use-expression-keys.ts';
import { ExpressionRow } from './expressions-row.tsx';
import { SelectField } from './fields.tsx';

const NO_NAMES: readonly string[] = [];

/** The shown avatar's own expressions on keys and hand signs. */
export function ExpressionsSection() {
  const { t } = useTranslation('tracking');
  const run = useCommand();
  const avatar = useSnapshots((state) => state.studio?.avatar ?? null);
  const saved = useSlots();
  const avatarId = useSnapshots((state) => state.studio?.settings.avatarId ?? '');
  const [slots, change] = useDraft(saved, (next) => {
    const all = useSnapshots.getState().studio?.settings.expressions ?? {};
    void run(studioConfigure, { expressions: withSlots(all, avatarId, next) });
  });
  const isRead = useAvatarNaming((naming) => naming.avatarId === avatarId);
  const names = useAvatarNaming((naming) => (naming.avatarId === avatarId ? naming.expressions : NO_NAMES));
  const set = (slot: ExpressionSlot) => change(slots.map((other) => (other.id === slot.id ? slot : other)));
  return (
    <>
      <p className="text-muted text-xs">{t('expressions.intro', { name: avatar?.name ?? '' })}</p>
      {!isRead ? (
        <p className="py-3">
          <StateLine tone="busy">{t('expressions.reading')}</StateLine>
        </p>
      ) : names.length === 0 ? (
        <p className="py-3 text-muted">{t('expressions.none')}</p>
      ) : (
        <Adder
          // What is added next is another one.
          key={`${avatarId} ${slots.length}`}
          names={names}
          slots={slots}
          onAdd={(name) => {
            change([...slots, newSlot(name, slots)]);
            announce(t('expressions.added', { name }));
          }}
        />
      )}
      {slots.length === 0
        ? isRead && names.length > 0 && <p className="text-muted">{t('expressions.empty')}</p>
        : null}
      {slots.length > 0 && (
        <ul aria-label={t('expressions.list')} className="divide-y divide-line border-line border-y">
          {slots.map((slot) => (
            <li key={slot.id}>
              <ExpressionRow
                slot={slot}
                slots={slots}
                isGone={isRead && !names.includes(slot.name)}
                onChange={set}
                onRemove={() => {
                  change(slots.filter((other) => other.id !== slot.id));
                  announce(t('expressions.removed', { name: slot.name }));
                }}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface AdderProps {
  readonly names: readonly string[];
  readonly slots: readonly ExpressionSlot[];
  readonly onAdd: (name: string) => void;
}

function Adder({ names, slots, onAdd }: AdderProps) {
  const { t } = useTranslation('tracking');
  const unused = names.find((name) => !slots.some((slot) => slot.name === name)) ?? names[0]!;
  const [name, setName] = useState(unused);
  if (isFull(slots)) {
    return <p className="py-3 text-warn text-xs">{t('expressions.full', { count: MAX_EXPRESSIONS })}</p>;
  }
  return (
    <div className="flex max-w-md items-end gap-2 py-3">
      <div className="min-w-0 flex-1">
        <SelectField
          label={t('expressions.choose')}
          value={name}
          options={names.map((value) => ({ value, label: value }))}
          onChange={setName}
        />
      </div>
      <Button icon={<Plus aria-hidden className="size-4" />} onClick={() => onAdd(name)}>
        {t('expressions.add')}
      </Button>
    </div>
  );
}
