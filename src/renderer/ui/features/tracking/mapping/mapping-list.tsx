import { RotateCcw } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ArkitChannel } from '../../../../../shared/domain/arkit.ts';
import type { AvatarMapping } from '../../../../../shared/domain/avatar-mapping.ts';
import type { HumanBone } from '../../../../../shared/domain/human-bones.ts';
import { announce } from '../../../../state/notices.ts';
import { Button } from '../../../components/button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { Tick } from '../../../components/tick.tsx';
import { found, type MappingPart, type MappingRow, withOwn } from './mapping-rows.ts';
import { NameChooser } from './name-chooser.tsx';

interface Props {
  readonly part: MappingPart;
  readonly rows: readonly MappingRow[];
  /** Everything in the file that it could be. */
  readonly names: readonly string[];
  readonly mapping: AvatarMapping;
  readonly onChange: (mapping: AvatarMapping) => void;
}

/** All bones or channels, searched, one of them being changed at a time. */
export function MappingList({ part, rows, names, mapping, onChange }: Props) {
  const { t } = useTranslation('tracking');
  const [text, setText] = useState('');
  const [onlyUnsure, setOnlyUnsure] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const wordsOf = (key: string) =>
    part === 'bones' ? t(`bone.${key as HumanBone}`) : t(`channel.${key as ArkitChannel}`);
  const shown = found(rows, text, onlyUnsure, wordsOf);
  // The field that had the focus is gone; the button that opened it is not.
  const leave = (key: string) => {
    setOpen(null);
    list.current?.querySelector<HTMLElement>(`[data-change="${key}"]`)?.focus();
  };
  const set = (key: string, own: string | null | undefined) => {
    onChange(withOwn(mapping, part, key, own));
    announce(
      own === undefined
        ? t('mapping.wasGuessed', { name: wordsOf(key) })
        : t('mapping.set', { name: wordsOf(key), value: own ?? t('mapping.noneChosen') }),
    );
    leave(key);
  };
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-end justify-between gap-x-6 gap-y-2 pb-3">
        <div className="w-64 max-w-full">
          <TextField
            label={t('mapping.search')}
            type="search"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <div className="pb-2">
          <Tick checked={onlyUnsure} onChange={setOnlyUnsure}>
            {t('mapping.only')}
          </Tick>
        </div>
      </div>
      <ul
        ref={list}
        aria-label={t(`mapping.tab.${part}`)}
        className="-mx-5 min-h-0 flex-1 divide-y divide-line overflow-y-auto border-line border-t px-5 pb-3"
      >
        {shown.map((row) => {
          const words = wordsOf(row.key);
          return (
            <li key={row.key} className="py-1.5">
              <Row
                row={row}
                words={words}
                isOpen={open === row.key}
                onOpen={() => setOpen(open === row.key ? null : row.key)}
                onBack={() => set(row.key, undefined)}
              />
              {open === row.key && (
                <div className="mt-1.5">
                  <NameChooser
                    label={t('mapping.pick', { name: words })}
                    names={names}
                    chosen={row.name}
                    onChoose={(name) => set(row.key, name)}
                    onLeave={() => leave(row.key)}
                  />
                </div>
              )}
            </li>
          );
        })}
        {shown.length === 0 && <li className="py-3 text-muted">{t('mapping.nothing')}</li>}
      </ul>
    </>
  );
}

interface RowProps {
  readonly row: MappingRow;
  readonly words: string;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
  readonly onBack: () => void;
}

function Row({ row: { key, guess, own, name, unsure }, words, isOpen, onOpen, onBack }: RowProps) {
  const { t } = useTranslation('tracking');
  const none = own === null ? t('mapping.noneChosen') : t('mapping.missing');
  return (
    <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,4fr)_7rem_2rem] items-center gap-x-3">
      <span className="truncate" title={key}>
        {words}
      </span>
      <Button
        size="small"
        data-change={key}
        aria-expanded={isOpen}
        aria-label={`${t('mapping.change', { name: words })}: ${name ?? none}`}
        onClick={onOpen}
        className="w-full justify-start!"
      >
        <span className={name === null ? 'truncate text-muted' : 'truncate font-mono'}>{name ?? none}</span>
      </Button>
      {own !== undefined ? (
        <StateLine tone="busy">{t('mapping.own')}</StateLine>
      ) : (
        <StateLine tone={unsure ? 'warn' : 'good'}>
          {guess === null
            ? t('mapping.missing')
            : t('mapping.percent', { value: Math.round(guess.confidence * 100) })}
        </StateLine>
      )}
      <IconButton
        label={t('mapping.back', { name: words })}
        icon={<RotateCcw className="size-3.5" />}
        className={own === undefined ? 'invisible' : ''}
        onClick={onBack}
      />
    </div>
  );
}
