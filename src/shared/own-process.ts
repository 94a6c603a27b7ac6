import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { linkTarget } from './look-at-path.js';
import { readRegularText } from './read-file.js';

/**
 * What names a process across containers, reboots and machines that share a disk. A number alone does not:
 * numbers are used again, and every container counts its own.
 */
export interface ProcessMark {
  /** Machine, start of the system and namespace of process numbers: digests of six hex digits. */
  readonly machine: string;
  readonly boot: string;
  readonly namespace: string;
  readonly pid: number;
  /** When it started, as the system counts; 0 where that is not known. */
  readonly start: string;
}

let own: ProcessMark | undefined;

/** The mark of this process. */
export function ownMark(): ProcessMark {
  own ??= {
    machine: digest(`${hostname()} ${readOrEmpty('/etc/machine-id')}`),
    boot: digest(readOrEmpty('/proc/sys/kernel/random/boot_id')),
    namespace: digest(linkTarget('/proc/self/ns/pid') ?? ''),
    pid: process.pid,
    start: startOf(process.pid) ?? '0',
  };
  return own;
}

/** A mark as part of a file's name. */
export function markText({ machine, boot, namespace, pid, start }: ProcessMark): string {
  return `${machine}-${boot}-${namespace}-${pid}-${start}`;
}

export const MARK_PATTERN = '([0-9a-f]{6})-([0-9a-f]{6})-([0-9a-f]{6})-(\\d{1,10})-(\\d{1,20})';

/** The inverse of `markText`; null for anything else. */
export function parseMark(text: string): ProcessMark | null {
  const found = new RegExp(`^${MARK_PATTERN}$`, 'u').exec(text);
  if (found === null) return null;
  const [, machine, boot, namespace, pid, start] = found;
  return { machine, boot, namespace, pid: Number(pid), start };
}

/** Whether a process has ended; null where that cannot be known from here, as of one in another container. */
export function hasEnded(mark: ProcessMark): boolean | null {
  const here = ownMark();
  if (mark.machine !== here.machine) return null;
  if (mark.boot !== here.boot) return true;
  if (mark.namespace !== here.namespace) return null;
  try {
    process.kill(mark.pid, 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  const start = startOf(mark.pid);
  return start !== null && mark.start !== '0' && start !== mark.start;
}

/** Field 22 of /proc/PID/stat, in ticks since the system's start; null without /proc. */
function startOf(pid: number): string | null {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  // The second field is the program's name, which may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return /^\d+$/u.test(fields[19] ?? '') ? fields[19] : null;
}

function readOrEmpty(path: string): string {
  try {
    return readRegularText(path, { limitBytes: 65_536 });
  } catch {
    return '';
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 6);
