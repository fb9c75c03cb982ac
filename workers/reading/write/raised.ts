/**
 * The text of a <sup> or <sub> in characters that are raised or lowered themselves: x² and H₂O, not x2 and H2O. Undefined for
 * text that has no such characters (1st) or that is more than a short number.
 */
export function raised(name: string, value: string): string | undefined {
  const trimmed = value.trim()
  if (!/^[+−-]?\d{1,4}$/.test(trimmed)) return undefined
  const digits = name === 'sup' ? superscripts : subscripts
  return [...trimmed].map((character) => digits[character] ?? character).join('')
}

const superscripts: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((sign, digit) => [digit, sign])),
  '+': '⁺',
  '-': '⁻',
  '−': '⁻',
}

const subscripts: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'₀₁₂₃₄₅₆₇₈₉'].map((sign, digit) => [digit, sign])),
  '+': '₊',
  '-': '₋',
  '−': '₋',
}
