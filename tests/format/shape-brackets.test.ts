import { describe, expect, it } from 'vitest';
import { formatSource, loadBaseModel, type FormatPolicy } from '../../src/format/index.js';
import { countLayout } from '../../src/model/count-layout.js';
import { describeBrackets } from '../../src/model/bracket-shapes.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { sourceContext } from '../../src/model/source-context.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { bracketHabits, projectCounts } from '../../src/profile/index.js';
import { createTokenizer, withStructure } from '../../src/tokenize/index.js';

const tokenizer = await createTokenizer();
const base = loadBaseModel();

/** Calls without names stand behind their opener, calls with names hang. */
const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'theta', 'kappa', 'sigma', 'omega'];
const project = NAMES.map((name) => `
def register_${name}_handlers(registry_of_handlers):
    registry_of_handlers.register_handler('${name}_handler_of_the_project',
                                          '${name}_description_of_the_handler')
    registry_of_handlers.register_handler(
        '${name}_handler_of_the_project', description='${name}_of_the_handler')
`).join('\n');
const joined = `
def register_lambda_handlers(registry_of_handlers):
    registry_of_handlers.register_handler('lambda_handler_of_the_project', 'lambda_description_of_the_handler')
    registry_of_handlers.register_handler('lambda_handler_of_the_project', description='lambda_of_the_handler')
`;
const wanted = `
def register_lambda_handlers(registry_of_handlers):
    registry_of_handlers.register_handler('lambda_handler_of_the_project',
                                          'lambda_description_of_the_handler')
    registry_of_handlers.register_handler(
        'lambda_handler_of_the_project', description='lambda_of_the_handler')
`;

/** What is known of a project that consists of one source. */
function learned(text: string): FormatPolicy {
  const context = sourceContext(withStructure(tokenizer.tokenize(text)));
  const layout = observeLayout(context, context.structured.source.gaps);
  const sums = new StyleCounts();
  countLayout(context, layout, sums);
  const counts = projectCounts(sums, 1);
  return { ...base.policy, project: counts, unit: '    ', brackets: bracketHabits([describeBrackets(context, layout).fields], counts) };
}

describe('laying out anew by habits of whole brackets', () => {
  const policy = learned(project);

  it('takes the shape that the project takes of such a bracket', () => {
    expect(formatSource(tokenizer, policy, joined, 'a.py', { restyle: true }).text).toBe(wanted);
  });

  it('is not what the network does by itself', () => {
    expect(formatSource(tokenizer, { ...policy, brackets: null }, joined, 'a.py', { restyle: true }).text).not.toBe(wanted);
  });

  it('moves nothing in a second pass', () => {
    const { text } = formatSource(tokenizer, policy, joined, 'a.py', { restyle: true });
    expect(formatSource(tokenizer, policy, text, 'a.py', { restyle: true }).changed).toBe(false);
  });

  it('leaves lists that people fill to their limit greedily filled', () => {
    const words = NAMES.map((name) => `'${name}'`);
    const filled = `NAMES_OF_${'X'.repeat(9)} = [${words.slice(0, 5).join(', ')},\n${' '.repeat(22)}${words.slice(5).join(', ')}]\n`;
    const many = learned(Array.from({ length: 12 }, (_, n) => filled.replace('XXX', `XX${n % 10}`)).join(''));
    const flat = filled.replace(/,\n */u, ', ').replace('XXX', 'ABC');
    const { text } = formatSource(tokenizer, many, flat, 'a.py', { restyle: true });
    expect(text.split('\n').length).toBe(3);
    expect(text).toMatch(/^NAMES_OF_ABCX+ = \['alpha'/u);
  });
});
