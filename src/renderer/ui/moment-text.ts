/**
 * When something was, for people: the time on the same day as `now`, the day and the time otherwise.
 * @param iso a moment in UTC
 */
export function momentText(iso: string, language: string, now = new Date()): string {
  const moment = new Date(iso);
  const today = moment.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(language, {
    ...(today ? {} : { dateStyle: 'medium' }),
    timeStyle: 'short',
    hourCycle: 'h23',
  }).format(moment);
}
