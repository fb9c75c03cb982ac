/**
 * The paragraphs of Markdown as plain text: without code blocks, tables, headings, images, HTML, and without what is mostly
 * links. It goes line by line and in linear time, and so it is no parser: what it takes for prose in odd Markdown may be wrong,
 * which a summary survives. A real parser takes seconds for brackets and quotations that nest without end.
 */
export function markdownProse(markdown: string): string[] {
  const paragraphs: string[] = []
  let open: string[] = []
  let fence: string | undefined
  const end = (): void => {
    const text = plainText(open.join(' '))
    if (text !== '') paragraphs.push(text)
    open = []
  }
  for (const line of markdown.split(/\r?\n/)) {
    const isFence = fence === undefined ? undefined : line.trim().startsWith(fence)
    fence = isFence === undefined ? fenceOf(line) : isFence ? undefined : fence
    if (isFence !== undefined || fence !== undefined) end()
    else if (/^ {0,3}(?:=+|-{2,})[ \t]*$/.test(line)) open = []
    else if (isBreak(line, open.length > 0)) end()
    else {
      const text = line.replace(quoteMark, '')
      if (itemMark.test(text)) end()
      open.push(text.replace(itemMark, ''))
    }
  }
  end()
  return paragraphs
}

function fenceOf(line: string): string | undefined {
  return /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1]
}

/** Whether a line ends a paragraph and is none: it is empty, a heading, a table, HTML, a definition of a link, indented code. */
function isBreak(line: string, isInParagraph: boolean): boolean {
  return /^\s*$|^ {0,3}(?:#{1,6}(?:\s|$)|\||<|\[[^\]]*\]:)/.test(line) || (!isInParagraph && /^(?: {4}|\t)/.test(line))
}

const quoteMark = /^[ \t]*(?:>[ \t]?)+/
const itemMark = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?/

/** The text of a paragraph without its marks; empty if most of it is links. */
function plainText(source: string): string {
  let linked = 0
  const text = source
    .replace(/!\[([^[\]]*)\]\([^()]*\)/g, '')
    .replace(/\[([^[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)?\)|\[[^[\]]*\])/g, (_, label: string) => {
      linked += label.length
      return label
    })
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/(?<!\\)(?:[`*]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}]))/gu, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
  return linked > text.length / 2 ? '' : text
}
