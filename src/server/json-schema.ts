/** A JSON Schema, as far as it is used here. */
export interface JsonSchema {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null' | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly $ref?: string;
}

/** An object of these fields and no others. */
export function objectOf(
  properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = [], description?: string,
): JsonSchema {
  return {
    type: 'object', properties, required, additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  };
}

export const text = (description: string, more: JsonSchema = {}): JsonSchema =>
  ({ type: 'string', description, ...more });
export const whole = (description: string, minimum: number, maximum: number, more: JsonSchema = {}): JsonSchema =>
  ({ type: 'integer', description, minimum, maximum, ...more });
export const share = (description: string, more: JsonSchema = {}): JsonSchema =>
  ({ type: 'number', description, minimum: 0, maximum: 1, ...more });
export const flag = (description: string): JsonSchema => ({ type: 'boolean', description });
export const listOf = (items: JsonSchema, description: string, more: JsonSchema = {}): JsonSchema =>
  ({ type: 'array', items, description, ...more });
/** What is told and not further described. */
export const anyObject = (description: string): JsonSchema => ({ type: 'object', description });
