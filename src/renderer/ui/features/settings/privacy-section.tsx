import { CircleCheck, KeyRound, Send } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { openDialog } from '../../../state/dialogs.ts';
import { useSession } from '../../../state/session.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { useCommand } from '../../use-command.ts';
import { FieldGroup, SettingSwitch } from './fields.tsx';

const NEVER = ['camera', 'keys', 'usage'] as const;
const LEAVES = ['programme', 'models', 'account'] as const;

/** What leaves this computer and what never does, in plain words. */
export function PrivacySection() {
  const { t } = useTranslation();
  const run = useCommand();
  const skipConfirm = useSnapshots((state) => state.studio?.settings.skipConfirm ?? false);
  const secrets = useSession((state) => state.hello?.secrets ?? 'keyring');
  return (
    <div className="divide-y divide-line">
      <FieldGroup title={t('settings.privacy.never')}>
        <ul className="space-y-2">
          {NEVER.map((each) => (
            <li key={each} className="flex gap-2">
              <CircleCheck aria-hidden className="mt-px size-4 shrink-0 text-good" />
              {t(`settings.privacy.neverText.${each}`)}
            </li>
          ))}
        </ul>
      </FieldGroup>
      <FieldGroup title={t('settings.privacy.leaves')}>
        <ul className="space-y-2">
          {LEAVES.map((each) => (
            <li key={each} className="flex gap-2">
              <Send aria-hidden className="mt-px size-4 shrink-0 text-muted" />
              {t(`settings.privacy.leavesText.${each}`)}
            </li>
          ))}
        </ul>
      </FieldGroup>
      <FieldGroup title={t('settings.privacy.keys')}>
        <p className="flex gap-2">
          <KeyRound
            aria-hidden
            className={`mt-px size-4 shrink-0 ${secrets === 'keyring' ? 'text-good' : 'text-warn'}`}
          />
          {t(`settings.privacy.keysText.${secrets}`)}
        </p>
      </FieldGroup>
      <SettingSwitch
        label={t('settings.privacy.confirm')}
        hint={t('settings.privacy.confirmHint')}
        checked={!skipConfirm}
        onChange={(ask) => void run(studioConfigure, { skipConfirm: !ask })}
      />
      <FieldGroup title={t('settings.privacy.introduction')} hint={t('settings.privacy.introductionHint')}>
        <Button onClick={() => openDialog({ kind: 'onboarding' })}>
          {t('settings.privacy.introductionShow')}
        </Button>
      </FieldGroup>
    </div>
  );
}
