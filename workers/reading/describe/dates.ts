/**
 * A moment as pages write it, in ISO 8601; undefined for what is no date. What is missing stays missing: a day has no time, a
 * time without an offset has none. Other notations than ISO's are read by the rules of `Date`, with the offset that they state.
 */
export function isoMoment(written: string | undefined): string | undefined {
  const text = written?.trim()
  if (!text || text.length > maxLength) return undefined
  const iso = isoPattern.exec(text)
  const moment = iso === null ? fromWords(text) : fromParts(iso)
  return moment !== undefined && isPlausible(moment) ? moment : undefined
}

const maxLength = 64

const isoPattern =
  /^(\d{4})(?:[-/.]?(\d{2})(?:[-/.]?(\d{2})(?:[T ]+(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/i

function fromParts([, year, month, day, time, offset]: RegExpExecArray): string {
  const date = [year, month, day].filter((part) => part !== undefined).join('-')
  return time === undefined ? date : `${date}T${time}${offset === undefined ? '' : isoOffset(offset)}`
}

function isoOffset(offset: string): string {
  if (!/^[+-]/.test(offset)) return 'Z'
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0')
  return `${offset[0]}${digits.slice(0, 2)}:${digits.slice(2)}`
}

/** `Wed, 05 Mar 2025 10:00:00 GMT` is a moment; `March 5, 2025` is a day, wherever this machine stands. */
function fromWords(text: string): string | undefined {
  if (!/\b\d{4}\b/.test(text) || !/[a-z]/i.test(text)) return undefined
  const hasOffset = /(?:\b(?:GMT|UTC|Z|[ECMP][SD]T)\b|[+-]\d{2}:?\d{2})/.test(text)
  const date = new Date(hasOffset ? text : `${text} UTC`)
  if (Number.isNaN(date.getTime())) return undefined
  const moment = date.toISOString()
  if (!/\d:\d{2}/.test(text)) return moment.slice(0, 10)
  return hasOffset ? moment.replace('.000Z', 'Z') : moment.slice(0, 19)
}

function isPlausible(moment: string): boolean {
  const [year = 0, month = 1, day = 1] = moment.slice(0, 10).split('-').map(Number)
  return year >= 1000 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= 31
}
