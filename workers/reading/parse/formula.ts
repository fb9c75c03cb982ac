import type { Attributes } from './attributes.ts'
import { displayedFormula, inlineFormula } from './marks.ts'

/** Collects the TeX of a MathML element while its markup streams by: its annotation, its alternative text, or its plain text. */
export class Formula {
  #annotation = ''
  #plain = ''
  readonly #alternative: string
  /** Class of the element that stands for the formula in the document. */
  readonly className: string

  constructor(attributes: Attributes) {
    this.#alternative = attributes.get('alttext') ?? ''
    this.className = attributes.get('display') === 'block' ? displayedFormula : inlineFormula
  }

  add(text: string, isAnnotation: boolean): void {
    if (isAnnotation) this.#annotation += text
    else this.#plain += text
  }

  finish(): string {
    const tex = this.#annotation.trim() || this.#alternative.trim() || this.#plain.trim()
    // Wikipedia wraps its formulas like this.
    return tex
      .replace(/^\{\\displaystyle\s+([\s\S]*)\}$/, '$1')
      .replace(/\s+/g, ' ')
      .trim()
  }
}

/** Whether an element is the picture of a formula that the page also has as MathML: KaTeX, MathJax and MediaWiki draw both. */
export function isDrawnFormula(name: string, className: string | undefined): boolean {
  return (
    name === 'mjx-math' ||
    (className !== undefined && /(?:^|\s)(?:katex-html|MathJax_Preview|mwe-math-fallback)/.test(className))
  )
}
