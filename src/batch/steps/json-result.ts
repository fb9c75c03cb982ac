import { Failure, messageOf } from '../../core/failure.ts'

/**
 * What a function of the user gave, as JSON data: what is journaled, and what the steps behind it are given. Nothing is as null; what has a
 * `toJSON`, such as a date, is what that says.
 *
 * @param step the name of the step, for messages
 * @throws Failure `INVALID_INPUT` for what JSON would lose without a word: NaN, a Map, bytes, a function
 */
export function jsonResult(value: unknown, step: string): unknown {
  const refuse = (what: string, cause?: unknown): Failure =>
    new Failure('INVALID_INPUT', `${step}: expected JSON data from the function, got ${what}`, { cause })
  if (value === undefined) return null
  let text: string | undefined
  try {
    text = JSON.stringify(value, (name, one: unknown) => {
      const lost = lostBy(one)
      if (lost === undefined) return one
      throw refuse(name === '' ? lost : `${lost} as ${name}`)
    })
  } catch (thrown) {
    if (Failure.is(thrown)) throw thrown
    throw refuse(`what cannot be written: ${messageOf(thrown).split('\n')[0]}`, thrown)
  }
  return text === undefined ? null : JSON.parse(text)
}

function lostBy(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value)
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return `a ${typeof value}`
  if (typeof value !== 'object' || value === null) return undefined
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'bytes: give them as a text'
  const kind = [Map, Set, WeakMap, RegExp, Error, Promise].find((one) => value instanceof one)
  return kind && `a ${kind.name}: give an object, an array or a text`
}
