/**
 * Draws the examples that fine-tuning replays, models/replay.bin, from the training corpora:
 *
 *     npx tsx scripts/make-replay.ts CORPUS... [--exclude-corpus FOLDER] [--size 24000] [--out models/replay.bin]
 *
 * A few files of every project, mutated and described as in the training of the base model;
 * the projects held out of that training are left out here too.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { splitProjects } from '../src/cli/corpus-projects.js';
import { listProjects } from '../src/corpus/index.js';
import { createRandom } from '../src/shared/random.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { ProjectFiles } from '../src/train/example-files.js';
import { copyRows, createExamples, DEFAULT_GAP_BATCHES, GapBatches } from '../src/train/gap-batches.js';
import { encodeReplay } from '../src/train/replay.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'exclude-corpus': { type: 'string' },
    'hold-out': { type: 'string', default: '0.08' },
    size: { type: 'string', default: '24000' },
    'files-per-project': { type: 'string', default: '12' },
    out: { type: 'string', default: 'models/replay.bin' },
  },
});
const excluded = values['exclude-corpus'];
const projects = listProjects(positionals, excluded === undefined ? {} : { exclude: [excluded] });
const { training, heldOut } = splitProjects(projects, Number(values['hold-out']));
console.error(`${training.length} projects; held out: ${heldOut.map(({ name }) => name).join(' ')}`);
const size = Number(values.size);
const tokenizer = await createTokenizer();
const options = { ...DEFAULT_GAP_BATCHES, filesPerProject: Number(values['files-per-project']), seed: 'replay' };
const batches = new GapBatches(tokenizer, new ProjectFiles(tokenizer, training, options), options);
const random = createRandom('replay');
const examples = createExamples(size);
let seen = 0;
for (let batch = await batches.next(); batch !== null; batch = await batches.next()) {
  for (let row = 0; row < batch.size; row++, seen++) {
    // A reservoir: every example of the epoch is equally likely to stay.
    const to = seen < size ? seen : random.int(seen + 1);
    if (to < size) copyRows(batch, [row], examples, to);
  }
}
const bytes = encodeReplay(examples);
writeFileSync(values.out, bytes);
console.error(`${seen} examples seen, ${Math.min(seen, size)} kept, ${bytes.byteLength} bytes`);
