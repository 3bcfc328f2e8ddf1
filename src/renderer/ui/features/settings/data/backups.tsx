import { DatabaseBackup } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DataSnapshot, dataBackUp } from '../../../../../shared/ipc/data.ts';
import { announce } from '../../../../state/notices.ts';
import { sizeText } from '../../../bytes.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { momentText } from '../../../moment-text.ts';
import { useAsk } from '../../../use-ask.ts';
import { FieldGroup } from '../fields.tsx';

/** The copies of the database that are kept, and one more on demand. */
export function Backups({ backups }: Pick<DataSnapshot, 'backups'>) {
  const { t, i18n } = useTranslation('account');
  const { busy, refused, ask } = useAsk();
  const [made, setMade] = useState(false);
  const backUp = async () => {
    setMade(false);
    if (!(await ask(dataBackUp, {}))) return;
    setMade(true);
    announce(t('data.backups.done'));
  };
  const newest = [...backups].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <FieldGroup title={t('data.backups.title')} hint={t('data.backups.hint')}>
      <div className="flex flex-wrap items-center gap-3">
        <Button
          icon={<DatabaseBackup aria-hidden className="size-4" />}
          aria-disabled={busy || undefined}
          onClick={() => !busy && void backUp()}
        >
          {t(busy ? 'data.backups.busy' : 'data.backups.button')}
        </Button>
        {made && <StateLine tone="good">{t('data.backups.done')}</StateLine>}
      </div>
      {refused && (
        <div role="alert" className="mt-2.5">
          <Problem reason={refused} />
        </div>
      )}
      {newest.length === 0 ? (
        <p className="mt-2.5 text-muted text-xs">{t('data.backups.none')}</p>
      ) : (
        <table aria-label={t('data.backups.list')} className="mt-3 w-full text-left text-xs">
          <thead className="text-muted">
            <tr className="border-line border-b">
              <th scope="col" className="py-1.5 pr-3 font-medium">
                {t('data.backups.at')}
              </th>
              <th scope="col" className="py-1.5 pr-3 font-medium">
                {t('data.backups.name')}
              </th>
              <th scope="col" className="py-1.5 text-right font-medium">
                {t('data.backups.size')}
              </th>
            </tr>
          </thead>
          <tbody>
            {newest.map(({ name, at, bytes }) => (
              <tr key={name} className="border-line border-b last:border-0">
                <td className="whitespace-nowrap py-1.5 pr-3 tabular-nums">
                  {momentText(at, i18n.language)}
                </td>
                <td className="wrap-anywhere select-text py-1.5 pr-3 font-mono">{name}</td>
                <td className="whitespace-nowrap py-1.5 text-right tabular-nums">{sizeText(bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </FieldGroup>
  );
}
