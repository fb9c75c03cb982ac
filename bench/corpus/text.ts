import { Parser } from 'htmlparser2'

const blocks = new Set(
  'address article aside blockquote br caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section summary table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
)

/** The text of clean HTML: one line for each block, runs of white space as one space, empty lines left out. */
export function plainText(html: string): string {
  const lines: string[] = []
  let line = ''
  const endLine = (): void => {
    const text = line.replace(/\s+/g, ' ').trim()
    if (text !== '') lines.push(text)
    line = ''
  }
  const breakAt = (name: string): void => {
    if (blocks.has(name)) endLine()
  }
  const parser = new Parser({
    onopentagname: breakAt,
    onclosetag: breakAt,
    ontext: (text) => {
      line += text
    },
  })
  parser.end(html)
  endLine()
  return lines.join('\n')
}

const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as it stands in HTML, in an attribute too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => references[character] ?? character)
}
