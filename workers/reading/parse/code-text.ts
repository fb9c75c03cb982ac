/** Collects the text of a code block while its markup streams by: no colours, no line numbers, no copy buttons. */
export class CodeText {
  #text = ''
  readonly #own: string | undefined
  readonly #around: string | undefined
  #inside: string | undefined

  /** `own`: the language that the block itself names; `around`: the one that an element round it names. */
  constructor(own: string | undefined, around: string | undefined) {
    this.#own = own
    this.#around = around
  }

  get language(): string | undefined {
    return this.#own ?? this.#inside ?? this.#around
  }

  /** Takes note of the language that an element inside the block names. */
  nameInside(language: string | undefined): void {
    this.#inside ??= language
  }

  add(text: string): void {
    this.#text += text
  }

  /** Ends the line if it holds something: at the end of an element that is a line of its own. */
  endLine(): void {
    if (this.#text !== '' && !this.#text.endsWith('\n')) this.#text += '\n'
  }

  /** The code without the empty lines round it. */
  finish(): string {
    return this.#text
      .replace(/\r\n?/g, '\n')
      .replaceAll('\u200b', '')
      .replace(/^(?:[ \t]*\n)+/, '')
      .trimEnd()
  }
}

/** Whether an element inside a code block is decoration: the numbers of its lines, a button. */
export function isCodeDecoration(name: string, className: string | undefined): boolean {
  return name === 'button' || (className !== undefined && lineNumberClass.test(className))
}

/** Whether a table cell holds nothing but the numbers of the lines of the code beside it. */
export function isLineNumberCell(className: string | undefined): boolean {
  return className !== undefined && lineNumberCell.test(className)
}

/** Whether a block of code is the line numbers of the one beside it. */
export function isLineNumberBlock(className: string | undefined): boolean {
  return className !== undefined && /(?:^|\s)linenos?(?:\s|$)/i.test(className)
}

const lineNumberClass =
  /(?:^|[\s_-])(?:linenos?|line-?numbers?(?:-rows)?|lnt?|gutter|linenumber|ln-num|blob-num|hljs-ln-(?:numbers|n)|copy(?:-?btn|-?button|-code)?)(?:[\s_-]|$)/i
const lineNumberCell =
  /(?:^|\s)(?:linenos?|gutter|rouge-gutter|line-?numbers?|lineno|blob-num|hljs-ln-numbers|code-gutter)(?:\s|$)/i
