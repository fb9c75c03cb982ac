import { Failure } from '../../core/failure.ts'
import type { SchemaIssue, StandardSchema } from '../../core/standard-schema.ts'
import type { InlineTask, TaskContext } from '../../core/task.ts'

/** What a split may give. */
export interface SplitRules<S> {
  readonly schema: StandardSchema<readonly S[]> | undefined
  /** Most sub-tasks. */
  readonly max: number
}

/**
 * A split whose result is checked: what is no list of sub-tasks is a failure that says so, within its attempt, so that it is tried
 * again as any other retryable one.
 */
export function checkedSplit<G, S>(
  split: (goal: G, context: TaskContext) => unknown,
  rules: SplitRules<S>,
): InlineTask<G, readonly S[]> {
  return async (goal, context) => {
    const given = await split(goal, context)
    const made = rules.schema === undefined ? given : await validated(rules.schema, given)
    return checkedList<S>(made, rules.max)
  }
}

/** Issues that are written out; there may be one for each of thousands of elements. */
const maxIssues = 10

async function validated<S>({ '~standard': schema }: StandardSchema<S>, given: unknown): Promise<S> {
  const result = await schema.validate(given)
  if (result.issues === undefined) return result.value
  const { issues } = result
  const shown = issues.slice(0, maxIssues).map((issue) => ({ at: placeOf(issue), message: issue.message }))
  const more = issues.length > shown.length ? ` and ${issues.length - shown.length} more` : ''
  const listed = shown.map(({ at, message }) => `${at}: ${message}`).join('; ')
  throw splitInvalid(`split gave what the schema does not take: ${listed}${more}`, byPlace(shown))
}

function checkedList<S>(made: unknown, max: number): readonly S[] {
  if (!Array.isArray(made)) {
    const got = made === null ? 'null' : typeof made
    throw splitInvalid(`split: expected an array of sub-tasks, got ${got}`, { got })
  }
  if (made.length >= 1 && made.length <= max) return [...made]
  throw splitInvalid(`split: expected 1 to ${max} sub-tasks, got ${made.length}`, { subTasks: made.length, max })
}

function splitInvalid(message: string, details: Readonly<Record<string, string | number>>): Failure {
  return new Failure('SPLIT_INVALID', message, { retryable: true, details })
}

/** `tasks.0.title`; `(all of it)` for the whole. */
function placeOf({ path = [] }: SchemaIssue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part))
  return keys.length === 0 ? '(all of it)' : keys.join('.')
}

function byPlace(issues: readonly { readonly at: string; readonly message: string }[]): Record<string, string> {
  const places = Map.groupBy(issues, ({ at }) => at)
  return Object.fromEntries([...places].map(([at, all]) => [at, all.map(({ message }) => message).join('; ')]))
}
