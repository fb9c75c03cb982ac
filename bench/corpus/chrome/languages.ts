import type { Chrome } from './chrome.ts'
import { de } from './de.ts'
import { el } from './el.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'
import { pl } from './pl.ts'
import { ru } from './ru.ts'
import { zh } from './zh.ts'

/** The words round an article, by primary language subtag. */
export const languages: Readonly<Record<string, Chrome>> = { de, el, en, es, fr, ja, pl, ru, zh }
