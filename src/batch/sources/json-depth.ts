/** What is nested deeper breaks whoever walks it recursively, JSON.stringify included, while JSON.parse takes any depth. */
const maxDepth = 1000

/** Whether a JSON text nests arrays and objects deeper than 1,000. Costs nothing for texts too short to do so. */
export function nestsTooDeep(json: string): boolean {
  if (json.length < 2 * maxDepth) return false
  let depth = 0
  for (let index = 0; index < json.length; index += 1) {
    const character = json.charCodeAt(index)
    if (character === quote) {
      index = endOfText(json, index)
    } else if (character === openBracket || character === openBrace) {
      depth += 1
      if (depth > maxDepth) return true
    } else if (character === closeBracket || character === closeBrace) {
      depth -= 1
    }
  }
  return false
}

/** The closing quote of the text that opens there: the next one behind an even number of backslashes. */
function endOfText(json: string, open: number): number {
  for (let end = json.indexOf('"', open + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let slashes = 0
    while (json.charCodeAt(end - 1 - slashes) === backslash) slashes += 1
    if (slashes % 2 === 0) return end
  }
  return json.length
}

const quote = 34
const backslash = 92
const openBracket = 91
const closeBracket = 93
const openBrace = 123
const closeBrace = 125
