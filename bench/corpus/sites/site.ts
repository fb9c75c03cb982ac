import type { Filler } from '../filler/filler.ts'
import type { Fragment } from '../fragment.ts'

/** One design of a site: puts an article into its page, all that surrounds it included. */
export interface Site {
  readonly name: string
  /** Where the site claims to live, in its canonical links. Never fetched: `.example` is reserved (RFC 2606). */
  readonly origin: string
  page(article: Fragment, filler: Filler): string
}
