import { Failure } from '../../../src/core/failure.ts'
import type { Facts } from '../parse/facts.ts'

/**
 * Refuses a page without text, and one whose text would only appear after its scripts have run: it holds an empty mount point of
 * a framework, or asks for JavaScript, and next to no text. A short page that is just short passes.
 *
 * @throws Failure `EMPTY_PAGE`, `NEEDS_JAVASCRIPT`
 */
export function refuseShell(facts: Facts, text: string): void {
  const length = text.replace(/\s+/g, ' ').trim().length
  if (length >= maxShellText) return
  const asks = askForJavaScript.test(facts.noscriptText) || askForJavaScript.test(text)
  const isShell = facts.scripts > 0 && (length === 0 || (facts.mountPoints > 0 && length < maxLoadingText) || asks)
  if (isShell) {
    throw new Failure(
      'NEEDS_JAVASCRIPT',
      'expected a page with text, got a shell that its scripts fill: use a reader that runs them',
    )
  }
  if (length === 0) throw new Failure('EMPTY_PAGE', 'expected a page with text, got one without any')
}

/** Longest text of a shell, in characters: a notice in a language or two. */
const maxShellText = 400
/** Longest text that stands in a mount point while the page loads. */
const maxLoadingText = 40

const askForJavaScript =
  /(?:enable|activate|turn on|requires?|needs?|without|activer|activez|aktivieren|habilit[ae]|abilita)\W+(?:\w+\W+){0,3}javascript|javascript\W+(?:\w+\W+){0,5}(?:disabled|required|enabled?|aktivieren|nécessaire|desactivado)|javascript(?:を|を有効|が無効)/i
