import { answers } from './answers.ts'
import { board } from './board.ts'
import { courier } from './courier.ts'
import { docgen } from './docgen.ts'
import { emporium } from './emporium.ts'
import { lantern } from './lantern.ts'
import { meridian } from './meridian.ts'
import { northlight } from './northlight.ts'
import { openpedia } from './openpedia.ts'
import { parish } from './parish.ts'
import { presswork } from './presswork.ts'
import type { Site } from './site.ts'
import { stillwater } from './stillwater.ts'

/** The designs, by the name that the `site` line of a fragment uses. */
export const sites: Readonly<Record<string, Site>> = {
  answers,
  board,
  courier,
  docgen,
  emporium,
  lantern,
  meridian,
  northlight,
  openpedia,
  parish,
  presswork,
  stillwater,
}
