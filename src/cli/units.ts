import bytes from 'bytes'
import ms, { type StringValue } from 'ms'
import { Failure } from '../core/failure.ts'

/** The longest time a timer of Node can wait for; beyond it, it would ring at once. */
const maxDurationMs = 2 ** 31 - 1

/**
 * A length of time as a user writes it (`500ms`, `30s`, `2m`, `1.5h`), in milliseconds.
 *
 * @param option how the option is called in the message: `--timeout`
 * @throws Failure `INVALID_OPTION`
 */
export function parseDuration(text: string, option: string): number {
  const trimmed = text.trim()
  if (/^\d+(\.\d+)?$/.test(trimmed) && Number(trimmed) > 0) {
    throw invalid(option, `expected a unit, but got ${trimmed}: write ${trimmed}s or ${trimmed}ms`)
  }
  const known = /^\d*\.?\d+ *[a-z]+$/i.test(trimmed)
  const durationMs = known ? ms(trimmed as StringValue) : Number.NaN
  if (!(durationMs > 0))
    throw invalid(option, `expected a length of time such as 500ms, 30s or 2m, but got ${quoted(text)}`)
  if (durationMs > maxDurationMs) throw invalid(option, `expected at most 24 days, but got ${quoted(text)}`)
  return durationMs
}

/**
 * A number of bytes as a user writes it (`800kb`, `10mb`, `1.5gb`; a bare number is bytes). 1 kb is 1,024 bytes.
 *
 * @throws Failure `INVALID_OPTION`
 */
export function parseSize(text: string, option: string): number {
  const known = /^\d+(\.\d+)? *(b|kb|mb|gb|tb)$/i.test(text.trim()) || /^\d+$/.test(text.trim())
  const parsed = known ? bytes.parse(text.trim()) : null
  if (parsed === null || !(parsed >= 1 && Number.isSafeInteger(parsed))) {
    throw invalid(option, `expected a size such as 500kb, 10mb or 1gb, but got ${quoted(text)}`)
  }
  return parsed
}

/**
 * A whole number as a user writes it.
 *
 * @throws Failure `INVALID_OPTION`
 */
export function parseCount(text: string, option: string, least: number): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(count) && count >= least) return count
  throw invalid(option, `expected a whole number of at least ${least}, but got ${quoted(text)}`)
}

/** A number of bytes for people: `609.8 MB`. */
export function size(value: number): string {
  return bytes.format(value, { decimalPlaces: 1, unitSeparator: ' ' }) ?? `${value} B`
}

function invalid(option: string, message: string): Failure {
  return new Failure('INVALID_OPTION', `${option} ${message}`, { details: { option } })
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
