import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import type { CliContext } from './context.js';

type Place = Pick<CliContext, 'env' | 'platform'>;

/** The folder of the cache: as asked for, as the environment says, or in the user's cache folder. */
export function cacheFolder(asked: string | null, { env, platform }: Place): string {
  const named = asked ?? env['NNFMT_CACHE_DIR'];
  return named !== undefined && named !== '' ? named : usersCacheFolder({ env, platform });
}

/** nnfmt's folder in the user's cache folder, whatever was asked for. */
export function usersCacheFolder({ env, platform }: Place): string {
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'nnfmt', 'cache');
  if (platform === 'darwin') return join(homeOf(env), 'Library', 'Caches', 'nnfmt');
  const named = env['XDG_CACHE_HOME'];
  // The XDG base directory specification has relative paths ignored: they would lead into any project.
  return join(named !== undefined && isAbsolute(named) ? named : join(homeOf(env), '.cache'), 'nnfmt');
}

/** The user's own folder; one that HOME names relative to where the user is would be in any project, too. */
function homeOf({ HOME: named }: NodeJS.ProcessEnv): string {
  if (named !== undefined && isAbsolute(named)) return named;
  try {
    return named === undefined ? homedir() : userInfo().homedir;
  } catch {
    // Nobody that the system knows: nothing can be kept there.
    return sep;
  }
}
