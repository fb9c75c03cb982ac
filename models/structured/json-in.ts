/**
 * What in a model's answer may be the JSON that was asked for, the likeliest first: all of it, what stands in a code fence, and every
 * object or array in the text. Never a part of another: what is left of an answer that was cut, or is not quite JSON, must not pass for
 * it.
 */
export function* jsonIn(text: string): Generator<unknown> {
  const whole = parsed(text)
  if (whole !== undefined) return yield whole.value
  for (const [, fenced = ''] of text.matchAll(/^[ \t]*```\w*[ \t]*\r?\n([\s\S]*?)^[ \t]*```/gm)) {
    const inside = parsed(fenced)
    if (inside !== undefined) yield inside.value
  }
  for (let from = nextStart(text, 0), end = 0; from >= 0; from = nextStart(text, end)) {
    end = endOf(text, from)
    if (end < 0) return
    const piece = parsed(text.slice(from, end))
    if (piece !== undefined) yield piece.value
  }
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function nextStart(text: string, from: number): number {
  const found = text.slice(from).search(/[{[]/)
  return found < 0 ? -1 : from + found
}

/** Where the brackets that open at `from` are all closed again, those in strings not counted; -1: nowhere. */
function endOf(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]!
    if (character === '"') at = endOfString(text, at)
    else if (character === '{' || character === '[') depth += 1
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1
  }
  return -1
}

function endOfString(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
