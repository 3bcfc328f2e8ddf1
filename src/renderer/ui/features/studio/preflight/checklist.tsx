import { Wand } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import type { Destination } from '../../../../../shared/ipc/destinations.ts';
import {
  type PreflightItem,
  type PreflightSnapshot,
  preflightFix,
} from '../../../../../shared/ipc/preflight.ts';
import { Button } from '../../../components/button.tsx';
import { StateLine, ToneIcon } from '../../../components/state-line.tsx';
import { useCommand } from '../../../use-command.ts';
import { groupItems, PREFLIGHT_TONES, verdictOf, worstOf } from './preflight-words.ts';

interface Props {
  readonly destinations: readonly Destination[];
  /** Null: it has not begun yet. */
  readonly preflight: PreflightSnapshot | null;
}

/** The whole of it in one line, and one press that makes it fit. */
export function ChecklistVerdict({ destinations, preflight }: Props) {
  return (
    <>
      {preflight && <Verdict preflight={preflight} />}
      {preflight?.fixable && <Fix destinations={destinations} />}
    </>
  );
}

/** Who will see it and whether everything that takes part works, line by line. */
export function Checklist({ destinations, preflight }: Props) {
  const { t } = useTranslation();
  const groups = groupItems(preflight?.items ?? []);
  return (
    <div className="space-y-3">
      <ul aria-label={t('destinations.title')} className="space-y-1.5">
        {destinations.map((destination) => (
          <DestinationChecks
            key={destination.id}
            destination={destination}
            items={groups.of(destination.id)}
          />
        ))}
      </ul>
      {groups.studio.length > 0 && (
        <ul aria-label={t('preflight.title')} className="space-y-1">
          {groups.studio.map((item) => (
            <StudioCheck key={item.check} item={item} />
          ))}
        </ul>
      )}
    </div>
  );
}

function DestinationChecks(props: {
  readonly destination: Destination;
  readonly items: readonly PreflightItem[];
}) {
  const { t } = useTranslation();
  const { destination, items } = props;
  const state = worstOf(items);
  return (
    <li className="rounded-lg bg-raised px-3 py-2" data-testid="preflight-destination">
      <div className="flex items-center gap-2.5">
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{destination.name}</span>
          <span className="block truncate text-muted text-xs">{destination.url}</span>
        </span>
        {state && (
          <StateLine tone={PREFLIGHT_TONES[state]} className="shrink-0">
            {t(`preflight.state.${state}`)}
          </StateLine>
        )}
      </div>
      {items.map((item) => (
        <Trouble key={item.check} item={item} />
      ))}
    </li>
  );
}

function StudioCheck({ item }: { readonly item: PreflightItem }) {
  const { t } = useTranslation();
  return (
    <li data-testid={`preflight-${item.check}`}>
      <div className="flex items-center gap-2">
        <ToneIcon tone={PREFLIGHT_TONES[item.state]} />
        <span>{t(`preflight.check.${item.check}`)}</span>
        <span className="ml-auto text-muted text-xs">{t(`preflight.state.${item.state}`)}</span>
      </div>
      <div className="pl-[1.375rem]">
        <Trouble item={item} />
      </div>
    </li>
  );
}

/** What is wrong with one line and what to do about it; nothing when all is well. */
function Trouble({ item }: { readonly item: PreflightItem }) {
  const { t } = useTranslation();
  if (item.state !== 'warning' && item.state !== 'failed') return null;
  const words = item.reason && describeReason(item.reason);
  // The reason says the same in more words.
  const problems = item.problems.filter(
    ({ code }) => code !== 'not-secure' || item.reason !== 'destination.not-secure',
  );
  return (
    <div className="mt-1 space-y-0.5 text-xs">
      {problems.map(({ code, limit, actual, severity }) => (
        <p key={code} className="flex items-start gap-1.5">
          <ToneIcon tone={severity === 'failed' ? 'bad' : 'warn'} className="mt-px" />
          {t(`preflight.problem.${code}`, { limit: limit ?? '?', actual: actual ?? '?' })}
        </p>
      ))}
      {words && (
        <p className="text-muted">
          <span className="text-text">{words.what}</span> {words.action}
        </p>
      )}
    </div>
  );
}

function Verdict({ preflight }: { readonly preflight: PreflightSnapshot }) {
  const { t } = useTranslation();
  const { verdict, count } = verdictOf(preflight);
  const tones = { running: 'busy', ok: 'good', warnings: 'warn', failed: 'bad' } as const;
  return (
    <p role="status" data-testid="preflight-verdict">
      <StateLine tone={tones[verdict]}>{t(`preflight.verdict.${verdict}`, { count })}</StateLine>
    </p>
  );
}

/** One press makes picture and bitrate fit every one of them. */
function Fix({ destinations }: { readonly destinations: readonly Destination[] }) {
  const { t } = useTranslation();
  const run = useCommand();
  const fix = async (button: HTMLElement) => {
    const dialog = button.closest('[role=dialog]');
    const done = await run(preflightFix, { destinationIds: destinations.map(({ id }) => id) });
    // The button goes away when it has worked.
    if (done) dialog?.querySelector<HTMLElement>('[data-first-focus]')?.focus();
  };
  return (
    <div className="flex items-center gap-3 rounded-lg border border-warn/35 bg-warn/8 px-3 py-2">
      <p className="min-w-0 flex-1 text-xs">{t('preflight.fixText')}</p>
      <Button
        size="small"
        icon={<Wand aria-hidden className="size-3.5" />}
        onClick={(event) => void fix(event.currentTarget)}
      >
        {t('preflight.fix')}
      </Button>
    </div>
  );
}
