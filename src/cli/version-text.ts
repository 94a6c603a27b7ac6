import { createHash } from 'node:crypto';
import { FileReadError } from '../errors.js';
import { assetPath, type AssetName } from '../shared/asset-path.js';
import { BASE_MODEL } from '../shared/base-model.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { SIGNATURE_VERSION } from '../shards/signature-version.js';
import { VERSION } from '../shared/version.js';

/** What `nnfmt --version` prints: the version, and digests of what else decides about output. */
export function versionText(): string {
  return `nnfmt ${VERSION} (model ${digestOf(BASE_MODEL)}, grammar ${digestOf('tree-sitter-python.wasm')})`;
}

/** What `nnfmt --version --json` prints: what has to be the same on all machines that work on one corpus. */
export function versionJson(): string {
  return JSON.stringify({
    nnfmt: VERSION, node: process.versions.node, model: digestOf(BASE_MODEL),
    grammar: digestOf('tree-sitter-python.wasm'), signatureVersion: SIGNATURE_VERSION,
  });
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
