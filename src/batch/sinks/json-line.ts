/**
 * A value as one line of JSON, ending in a line feed: whole, well-formed Unicode, and without the other characters that
 * some readers take for the end of a line (U+0085, U+2028, U+2029) and terminals for a command (U+007F to U+009F).
 */
export function jsonLine(value: object): string {
  const text = JSON.stringify(value)
  // JSON.stringify writes a lone surrogate as an escape, which is valid JSON that many parsers then refuse or spoil.
  const wellFormed = /\\ud[89a-f]/.test(text) ? JSON.stringify(value, toWellFormed) : text
  return `${wellFormed.replace(/[\u007f-\u009f\u2028\u2029]/g, escapeCharacter)}\n`
}

function toWellFormed(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), inner]))
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
