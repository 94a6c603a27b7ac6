import { createHash } from 'node:crypto';
import { FileReadError } from '../errors.js';
import { assetPath, type AssetName } from '../shared/asset-path.js';
import { BASE_MODEL } from '../shared/base-model.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { VERSION } from '../shared/version.js';

/** What `nnfmt --version` prints: the version, and digests of what else decides about output. */
export function versionText(): string {
  return `nnfmt ${VERSION} (model ${digestOf(BASE_MODEL)}, grammar ${digestOf('tree-sitter-python.wasm')})`;
}

/** The first digits of a file's SHA-256. */
function digestOf(name: AssetName): string {
  try {
    const bytes = readRegularFile(assetPath(name), { limitBytes: MAX_MODEL_BYTES });
    return createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  } catch (fault) {
    if (!(fault instanceof FileReadError)) throw fault;
    return 'missing';
  }
}
