import type { Filler } from './filler.ts'

/** An inline style sheet of so many rules, as a build tool would leave it in the page. */
export function stylesheet(filler: Filler, prefix: string, rules: number): string {
  const root = ':root{--ink:#1d1f21;--paper:#fdfcf8;--accent:#a5321e;--gap:1.25rem;--column:68ch}'
  return `<style>${root}\n${filler.many(rules, (at) => rule(filler, prefix, at))}\n</style>`
}

function rule(filler: Filler, prefix: string, at: number): string {
  const selector = `.${prefix}${filler.pick(parts)}${filler.pick(states)}`
  const body = Array.from({ length: filler.number(2, 5) }, () => declaration(filler)).join(';')
  if (at % 9 === 8) return `@media (min-width:${filler.pick(['40em', '64rem', '1280px'])}){${selector}{${body}}}`
  return `${selector}{${body}}`
}

function declaration(filler: Filler): string {
  const property = filler.pick(lengths)
  if (filler.number(0, 3) > 0) return `${property}:${filler.number(0, 48)}px`
  return filler.pick(fixed)
}

const parts =
  'header nav nav__item nav__link card card__title card__image rail teaser teaser--large ad ad__label share footer footer__legal comment comment__meta modal banner grid grid__cell button button--ghost field label badge byline lede figure caption'.split(
    ' ',
  )
const states = [
  '',
  '',
  '',
  ':hover',
  ':focus-visible',
  '::before',
  '>a',
  ' li',
  ' img',
  '.is-open',
  '[aria-expanded=true]',
]
const lengths = [
  'margin',
  'padding',
  'margin-top',
  'gap',
  'border-radius',
  'font-size',
  'line-height',
  'max-width',
  'top',
]
const fixed = [
  'display:flex',
  'display:grid',
  'position:sticky',
  'color:var(--ink)',
  'background:var(--paper)',
  'text-decoration:none',
  'font-weight:600',
  'transition:opacity .2s ease-in-out',
  'box-shadow:0 1px 3px rgba(0,0,0,.12),0 1px 2px rgba(0,0,0,.24)',
  'grid-template-columns:repeat(auto-fill,minmax(14rem,1fr))',
  'font-family:Georgia,"Times New Roman",serif',
  'overflow:hidden',
]
