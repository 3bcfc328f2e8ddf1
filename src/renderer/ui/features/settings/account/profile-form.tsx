import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AccountSnapshot, accountProfile } from '../../../../../shared/ipc/account.ts';
import { announce } from '../../../../state/notices.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { useAsk } from '../../../use-ask.ts';
import { FieldGroup } from '../fields.tsx';
import { useNameTaken } from './name-taken.ts';
import { NO_CHANGE, type ProfileDraft, profileChange } from './profile-draft.ts';

/** What others may see of the account. A field that was not touched follows what the server says. */
export function ProfileForm({ user }: { readonly user: NonNullable<AccountSnapshot['user']> }) {
  const { t } = useTranslation('account');
  const { busy, refused, ask } = useAsk();
  const [draft, setDraft] = useState<ProfileDraft>(NO_CHANGE);
  const [checked, setChecked] = useState(false);
  const [saved, setSaved] = useState(false);
  const username = draft.username ?? user.username ?? '';
  const taken = useNameTaken(username, refused);
  const actions = useRef<HTMLDivElement>(null);
  // What is said above it must not push the button out of sight.
  useEffect(() => {
    if (refused) actions.current?.scrollIntoView({ block: 'nearest' });
  }, [refused]);
  const { change, wrong } = profileChange(user, draft);
  const untouched = Object.keys(change).length === 0 && wrong.length === 0;
  const edit = (part: Partial<ProfileDraft>) => {
    setDraft({ ...draft, ...part });
    setSaved(false);
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || untouched || wrong.length > 0) return;
    taken.sent();
    if (!(await ask(accountProfile, change))) return;
    setDraft(NO_CHANGE);
    setSaved(true);
    announce(t('profile.saved'));
  };
  const bad = (field: keyof ProfileDraft) => checked && wrong.includes(field);
  return (
    <FieldGroup title={t('profile.title')} hint={t('profile.hint')}>
      <form onSubmit={(event) => void save(event)} noValidate className="space-y-3">
        <div className="grid items-start gap-3 sm:grid-cols-2">
          <TextField
            ref={taken.field}
            label={t('profile.username')}
            autoComplete="nickname"
            maxLength={30}
            value={username}
            onChange={(event) => edit({ username: event.target.value })}
            hint={t('signUp.usernameHint')}
            error={bad('username') ? t('signUp.usernameBad') : taken.error}
          />
          <TextField
            label={t('profile.handle')}
            maxLength={51}
            value={draft.twitterHandle ?? user.twitterHandle ?? ''}
            onChange={(event) => edit({ twitterHandle: event.target.value })}
            hint={t('profile.handleHint')}
            error={bad('twitterHandle') ? t('profile.handleBad') : undefined}
          />
        </div>
        <TextField
          label={t('profile.avatarUrl')}
          inputMode="url"
          maxLength={500}
          value={draft.avatarUrl ?? user.avatarUrl ?? ''}
          onChange={(event) => edit({ avatarUrl: event.target.value })}
          hint={t('profile.avatarUrlHint')}
          error={bad('avatarUrl') ? t('profile.avatarUrlBad') : undefined}
        />
        {refused && refused !== 'account.username-taken' && (
          <div role="alert">
            <Problem reason={refused} />
          </div>
        )}
        <div ref={actions} className="flex items-center gap-3">
          <Button submit aria-disabled={busy || untouched || undefined}>
            {t(busy ? 'profile.saving' : 'profile.save')}
          </Button>
          {saved && <StateLine tone="good">{t('profile.saved')}</StateLine>}
        </div>
      </form>
    </FieldGroup>
  );
}
