import { encode } from './charset.ts'
import { languages } from './chrome/languages.ts'
import { damage } from './damage.ts'
import { Filler } from './filler/filler.ts'
import type { Fragment } from './fragment.ts'
import type { CorpusPage } from './page.ts'
import { createRandom, seedOf } from './random.ts'
import { sites } from './sites/sites.ts'
import { plainText } from './text.ts'

/**
 * The page that a fragment becomes on its site. All that varies is drawn from the name of the fragment, so the bytes are the
 * same every time; only the spelling of dates may change, with the ICU of another Node.
 *
 * @throws Error for a site or a language that is not there
 */
export function compose(fragment: Fragment): CorpusPage {
  const site = sites[fragment.site]
  if (site === undefined) throw new Error(`${fragment.name}: no site "${fragment.site}"`)
  const chrome = languages[fragment.language.slice(0, 2)]
  if (chrome === undefined) throw new Error(`${fragment.name}: no chrome for the language "${fragment.language}"`)
  const filler = new Filler(chrome, createRandom(seedOf(fragment.name)), fragment.weight)
  const whole = site.page(fragment, filler)
  const html = fragment.broken ? damage(whole) : whole
  return {
    name: fragment.name,
    path: fragment.path,
    contentType: contentType(fragment),
    bytes: encode(html, fragment.charset),
    kind: fragment.kind,
    demo: fragment.demo,
    truth: {
      title: fragment.title,
      ...(fragment.byline === undefined ? {} : { byline: fragment.byline }),
      ...(fragment.publishedAt === undefined ? {} : { publishedAt: fragment.publishedAt }),
      language: fragment.language,
      charset: fragment.charset,
      text: plainText(fragment.html),
      contains: fragment.contains,
      excludes: filler.said,
      ...(fragment.markdown.length === 0 ? {} : { markdown: fragment.markdown }),
    },
  }
}

function contentType(fragment: Fragment): string {
  const isDeclared = fragment.declared === 'both' || fragment.declared === 'header'
  return isDeclared ? `text/html; charset=${fragment.charsetLabel}` : 'text/html'
}
