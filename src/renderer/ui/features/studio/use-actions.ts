import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { recordingSaveReplay, recordingStart, recordingStop } from '../../../../shared/ipc/recording.ts';
import { rehearsalStart, rehearsalStop } from '../../../../shared/ipc/rehearsal.ts';
import { streamGoLive, streamRetry, streamStop } from '../../../../shared/ipc/stream.ts';
import { studioMute, studioPanic } from '../../../../shared/ipc/studio.ts';
import { openDialog, useDialogs } from '../../../state/dialogs.ts';
import { checkGoLive, type GoLiveCheck } from '../../../state/go-live.ts';
import { announce } from '../../../state/notices.ts';
import { canGoLive, isBroadcasting } from '../../../state/on-air.ts';
import { usePendingTicks } from '../../../state/pending-ticks.ts';
import { usePipelineStatus } from '../../../state/pipeline-status.ts';
import { useSession } from '../../../state/session.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { useTalking } from '../../../state/talking.ts';
import { useStudio } from '../../studio-context.ts';
import { useCommand } from '../../use-command.ts';

/** Read outside of rendering: what the page knows at the moment a key is pressed. */
function goLiveCheckNow(): GoLiveCheck {
  const all = useSnapshots.getState().destinations ?? [];
  const ticks = { ...useSnapshots.getState().studio?.settings.ticks, ...usePendingTicks.getState() };
  return checkGoLive(
    all,
    ticks,
    usePipelineStatus.getState().report?.avatar.state === 'shown',
    useSession.getState().connection,
  );
}

/** The same check, for rendering. */
export function useGoLiveCheck(): GoLiveCheck {
  useSnapshots((state) => state.destinations);
  useSnapshots((state) => state.studio?.settings.ticks);
  usePendingTicks();
  usePipelineStatus((state) => state.report?.avatar.state);
  useSession((state) => state.connection);
  return goLiveCheckNow();
}

export interface StudioActions {
  togglePanic(): void;
  toggleMute(): void;
  recentre(): void;
  /** Asks first unless the user does not want to be asked. Does nothing while it cannot be done. */
  requestLiveOrStop(): void;
  goLive(): void;
  stop(): void;
  rehearse(): void;
  endRehearsal(): void;
  /** Connects a destination again, now. */
  retry(id: string): void;
  toggleRecording(): void;
  saveReplay(): void;
  /** Push-to-talk: from now on heard, or no longer. */
  talk(on: boolean): void;
}

/** What buttons and shortcuts do, in one place. */
export function useActions(): StudioActions {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  const run = useCommand();
  return useMemo(() => {
    const goLive = () => {
      const check = goLiveCheckNow();
      if (!check.ok) return;
      void run(streamGoLive, { destinationIds: check.chosen.map((destination) => destination.id) });
    };
    // Shown at once, even while main cannot be reached; coming back is shown when main says so.
    const showCut = (cut: { panic: true } | { muted: true }) =>
      useSnapshots.setState(({ studio }) => ({ studio: studio && { ...studio, ...cut } }));
    return {
      goLive,
      togglePanic() {
        const on = !(useSnapshots.getState().studio?.panic ?? false);
        // The picture is cut here and now; main hears of it after that.
        pipeline.setPanic(on);
        if (on) showCut({ panic: true });
        void run(studioPanic, { on }).then((done) => {
          if (done) announce(t(on ? 'panic.announceOn' : 'panic.announceOff'), true);
        });
      },
      toggleMute() {
        const on = !(useSnapshots.getState().studio?.muted ?? false);
        pipeline.setMuted(on);
        if (on) showCut({ muted: true });
        void run(studioMute, { on });
      },
      recentre() {
        pipeline.calibrate();
        announce(t('tracking.recentringSpoken'));
      },
      stop() {
        void run(streamStop, {});
      },
      rehearse() {
        void run(rehearsalStart, {});
      },
      endRehearsal() {
        void run(rehearsalStop, {});
      },
      retry(id) {
        void run(streamRetry, { id });
      },
      toggleRecording() {
        const state = useSnapshots.getState().recording?.state ?? 'off';
        if (state === 'stopping') return;
        const on = state === 'off' || state === 'failed';
        void run(on ? recordingStart : recordingStop, {}).then((done) => {
          if (done) announce(t(on ? 'recording.announce.begun' : 'recording.announce.ended'));
        });
      },
      saveReplay() {
        void run(recordingSaveReplay, {}).then((saved) => {
          if (saved) announce(t('recording.announce.saved', { name: saved.name }));
        });
      },
      talk(on) {
        // Without push-to-talk it has no effect, and must have none when that is switched on.
        const talking = on && (useSnapshots.getState().studio?.settings.audio.pushToTalk ?? false);
        pipeline.setTalking(talking);
        useTalking.setState({ talking });
      },
      requestLiveOrStop() {
        if (useDialogs.getState().open) return;
        const { stream, studio } = useSnapshots.getState();
        if (stream?.kind === 'rehearsal' && stream.phase !== 'idle') {
          void run(rehearsalStop, {});
          return;
        }
        if (isBroadcasting(stream) && stream?.phase !== 'stopping') {
          openDialog({ kind: 'stop' });
          return;
        }
        if (!canGoLive(stream)) return;
        const check = goLiveCheckNow();
        if (!check.ok) {
          announce(t(`broadcast.blocked.${check.why}`, { name: check.name }), true);
          return;
        }
        if (studio?.settings.skipConfirm) goLive();
        else openDialog({ kind: 'go-live' });
      },
    };
  }, [t, pipeline, run]);
}
