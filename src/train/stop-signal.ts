/**
 * Aborts when the user or the system asks the process to end. A second request ends it at
 * once, as usual. `release` gives the signals back.
 */
export function stopSignal(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
    release();
  };
  const release = (): void => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.removeListener(name, stop);
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop);
  return { signal: controller.signal, release };
}
