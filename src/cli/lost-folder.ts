/** What to say of a fault that comes of a current folder that somebody has removed; null for any other fault. */
export function lostFolder(fault: unknown): string | null {
  const { syscall } = (fault ?? {}) as NodeJS.ErrnoException;
  return syscall === 'uv_cwd'
    ? 'the current folder does not exist any more. Change to another one (cd) and run again.'
    : null;
}
