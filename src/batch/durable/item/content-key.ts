import { hash } from 'node:crypto'
import { Failure, messageOf } from '../../../core/failure.ts'

/** SHA-256 of what the step is and of what it is given: 132 bits of it, as 22 characters of base64url. */
export function contentKey(version: string, input: string): string {
  return hash('sha256', `${version}\n${input}`, 'base64url').slice(0, 22)
}

/** What is no JSON (undefined, a function) counts as null. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}

/**
 * A step's result as it is recorded. Nothing (undefined) is null; a key that has nothing is left out.
 *
 * @throws Failure `RESULT_INVALID` where JSON has no words for it, and would say null
 */
export function resultJson(value: unknown, step: string): string {
  let json: string
  try {
    json = jsonOf(value)
  } catch (thrown) {
    throw invalid(step, messageOf(thrown).split('\n')[0]!, thrown)
  }
  // What has no words is null, and most results have none.
  const odd = json.includes('null') ? wordless(value) : undefined
  if (odd !== undefined) throw invalid(step, `there is ${odd} in it`)
  return json
}

function wordless(value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  if (typeof value !== 'object' || value === null) return undefined
  for (const one of Object.values(value)) {
    const found = wordless(one)
    if (found !== undefined) return found
  }
  return undefined
}

function invalid(step: string, why: string, cause?: unknown): Failure {
  return new Failure('RESULT_INVALID', `${step} gave what cannot be recorded as JSON: ${why}`, { cause })
}
