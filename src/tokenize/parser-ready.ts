/** Whether the parser can be used; apart from it, so that asking loads nothing. */

let renewing: Promise<void> | undefined;

/** Tells that the parser cannot be used until `work` is done. */
export function renewParser(work: Promise<void>): void {
  renewing = work.finally(() => (renewing = undefined));
  // Whoever waits hears of it; where nobody does, the next source is refused and it is tried again.
  renewing.catch(() => undefined);
}

export const isParserReady = (): boolean => renewing === undefined;

/**
 * Resolves when there is a parser that can be used: at once, but for a moment after it ran out of memory, when
 * it is made anew.
 */
export async function parserReady(): Promise<void> {
  await renewing;
}
