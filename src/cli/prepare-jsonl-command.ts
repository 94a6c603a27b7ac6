import { BadOptionError } from '../errors.js';
import type { OptionsFor } from '../options/index.js';
import type { PrepareAnswer, PrepareJob } from '../server/index.js';
import type { GivenFile } from '../shards/prepare-file.js';
import { SIGNATURE_VERSION } from '../shards/signature-version.js';
import type { CliContext } from './context.js';
import { prepareRules } from './prepare-rules.js';
import { answerInThreads, pathField, textField, type RequestFields } from './resident-requests.js';

type Options = OptionsFor<'corpus prepare --jsonl'>;

/** `nnfmt corpus prepare --jsonl`: prepares the files of another program, which finds the similar ones itself. */
export async function runPrepareJsonl(args: readonly string[], options: Options, context: CliContext): Promise<number> {
  const { jobs: threads, maxSeconds: seconds, maxMemory: megabytes } = options;
  const rules = prepareRules(options);
  return answerInThreads<PrepareJob, PrepareAnswer>(args, {
    context, kind: 'prepare', threads, seconds, megabytes,
    async answer(request, pool) {
      const file = givenFile(request);
      const said = await pool.run({ file, rules, seconds, megabytes }, { name: file.path });
      return said.kept ? { ...said, signature: [...said.signature], signatureVersion: SIGNATURE_VERSION } : said;
    },
  });
}

/** @throws BadOptionError when a field is missing or of the wrong type */
function givenFile(request: RequestFields): GivenFile {
  const { bytes, licence = null } = request;
  const path = pathField(request);
  if (path === null) throw new BadOptionError({ option: 'path', reason: 'is missing' });
  if (licence !== null && typeof licence !== 'string') {
    throw new BadOptionError({ option: 'licence', reason: 'must be a text' });
  }
  return { project: textField(request, 'project'), path, licence, content: contentOf(request, bytes) };
}

function contentOf(request: RequestFields, bytes: unknown): Uint8Array | string {
  if (bytes === undefined || bytes === null) return textField(request, 'text');
  if (request['text'] !== undefined && request['text'] !== null) {
    throw new BadOptionError({ option: 'bytes', reason: 'is one too many, with text' });
  }
  if (typeof bytes !== 'string' || !/^[\w+/-]*={0,2}\s*$/u.test(bytes)) {
    throw new BadOptionError({ option: 'bytes', reason: 'must be base64' });
  }
  return Buffer.from(bytes, 'base64');
}
