import { courier } from './courier.ts'
import { docgen } from './docgen.ts'
import { meridian } from './meridian.ts'
import { openpedia } from './openpedia.ts'
import { presswork } from './presswork.ts'
import type { Site } from './site.ts'
import { stillwater } from './stillwater.ts'

/** The designs, by the name that the `site` line of a fragment uses. */
export const sites: Readonly<Record<string, Site>> = { courier, docgen, meridian, openpedia, presswork, stillwater }
