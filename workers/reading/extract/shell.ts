import { Failure } from '../../../src/core/failure.ts'
import type { Facts } from '../parse/facts.ts'

/**
 * Refuses a page without text, and one whose text would only appear after its scripts have run: it holds an empty mount point of
 * a framework, or asks for JavaScript, and next to no text. A short page that is just short passes.
 *
 * @throws Failure `EMPTY_PAGE`, `NEEDS_JAVASCRIPT`
 */
export function refuseShell(facts: Facts): void {
  const text = facts.opening.replace(/\s+/g, ' ').trim()
  if (text.length >= maxShellText || facts.textLength > facts.opening.length) return
  if (facts.scripts > 0 && isShell(facts, text)) throw needsJavaScript()
  if (text === '') throw emptyPage()
}

function isShell(facts: Facts, text: string): boolean {
  if (text === '' || askForJavaScript.test(text)) return true
  return text.length < maxLoadingText && (facts.mountPoints > 0 || askForJavaScript.test(facts.noscriptText))
}

export function emptyPage(): Failure {
  return new Failure('EMPTY_PAGE', 'expected a page with text, got one without any')
}

function needsJavaScript(): Failure {
  return new Failure(
    'NEEDS_JAVASCRIPT',
    'expected a page with text, got a shell that its scripts fill: use a reader that runs them',
  )
}

/** Longest text of a shell, in characters: a notice in a language or two. */
const maxShellText = 400
/** Longest text that stands there while the page loads. */
const maxLoadingText = 60

const askForJavaScript =
  /(?:enable|activate|turn on|requires?|needs?|without|activer|activez|aktivieren|habilit[ae]|abilita)\W+(?:\w+\W+){0,3}javascript|javascript\W+(?:\w+\W+){0,5}(?:disabled|required|enabled?|aktivieren|nécessaire|desactivado)|javascript(?:を|を有効|が無効)/i
