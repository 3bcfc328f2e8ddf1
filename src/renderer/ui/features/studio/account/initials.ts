/** One or two letters that stand for a name or an e-mail address. */
export function initialsOf(name: string): string {
  const words = name
    .split('@')[0]!
    .split(/[\s._-]+/u)
    .filter(Boolean);
  const letters = words.slice(0, 2).map((word) => [...word][0]!);
  return letters.join('').toLocaleUpperCase('en') || '?';
}
