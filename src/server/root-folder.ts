import { relative, resolve, isAbsolute, sep } from 'node:path';
import { readSource } from '../corpus/index.js';
import { realPath } from '../shared/look-at-path.js';
import { liesBelow } from '../shared/path-below.js';
import { Refusal } from './refusal.js';

/** The folder that paths of requests lie in. */
export class RootFolder {
  /** @param root absolute, links followed */
  constructor(private readonly root: string) {}

  /**
   * Where a path of a request leads.
   *
   * @throws Refusal for one that leads out of the folder, as it is written or by links
   */
  placeOf(path: string): string {
    const place = resolve(this.root, path);
    const way = relative(this.root, place);
    const isOut = way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
    if (path.includes('\0') || isOut || !liesBelow(this.root, place)) {
      throw new Refusal(403, 'PATH', 'this path does not lie below the folder of the server.');
    }
    return place;
  }

  /** The source at a place. @throws SourceReadError as `readSource`; Refusal where it lies elsewhere by now */
  read(place: string): string {
    const real = realPath(place);
    if (real === null) throw new Refusal(404, 'NOT_FOUND', 'there is no such file.');
    this.placeOf(real);
    return readSource(real).text;
  }
}
