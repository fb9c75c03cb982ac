/** What is nested deeper breaks whoever walks it recursively, JSON.stringify included, while JSON.parse takes any depth. */
const maxDepth = 1000

/** Whether a JSON text nests arrays and objects deeper than 1,000. Costs nothing for texts too short to do so. */
export function nestsTooDeep(json: string): boolean {
  if (json.length < 2 * maxDepth) return false
  let depth = 0
  let isQuoted = false
  for (let index = 0; index < json.length; index += 1) {
    const character = json.charCodeAt(index)
    if (isQuoted) {
      if (character === backslash) index += 1
      else if (character === quote) isQuoted = false
    } else if (character === quote) {
      isQuoted = true
    } else if (character === openBracket || character === openBrace) {
      depth += 1
      if (depth > maxDepth) return true
    } else if (character === closeBracket || character === closeBrace) {
      depth -= 1
    }
  }
  return false
}

const quote = 34
const backslash = 92
const openBracket = 91
const closeBracket = 93
const openBrace = 123
const closeBrace = 125
